"""Incidents over HTTP: declaring, moving, noting, linking, merging, their history, and who could go."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from safecity.access import Action, allow
from safecity.base import BadInput, Conflict, NotAllowed
from safecity.dispatch import UnitStatus, assign, nearest, unit
from safecity.incidents import (
    Incident,
    Move,
    State,
    declare,
    history,
    incident,
    incidents,
    link_alert,
    link_camera,
    merge,
    move,
    note,
)
from safecity.web.ask import Ask
from safecity.web.compose import assignment_view, step_view
from safecity.web.doors import get, post
from safecity.web.given import Id, Kind, Limit, PlaceGiven, Priority, Text, Title, Words, place_of
from safecity.web.show import Show, bureau_shown
from safecity.web.views import AssignmentView, CandidateView, IncidentView, StepView

NOT_CLOSED = tuple(state for state in State if state not in {State.CLOSED, State.MERGED})
HAND_MOVES: dict[str, Move] = {"resolve": Move.RESOLVE, "close": Move.CLOSE, "reopen": Move.REOPEN}


class IncidentsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which incidents: those that are not closed, or those in one state."""

    state: State | None = None
    limit: Limit = 200


class IncidentsView(msgspec.Struct):
    """A list of incidents, the most urgent first."""

    incidents: list[IncidentView]


class Declare(msgspec.Struct, forbid_unknown_fields=True):
    """An incident out of alerts, or out of a kind and a place. With `unit`, that unit is sent at once."""

    alerts: Annotated[list[Id], msgspec.Meta(max_length=100)] = msgspec.field(default_factory=list[str])
    kind: Kind | None = None
    title: Title | None = None
    priority: Priority | None = None
    place: PlaceGiven | None = None
    place_name: Title | None = None
    unit: Id | None = None


class MoveIncident(msgspec.Struct, forbid_unknown_fields=True):
    """A move by hand and the reason for it."""

    move: Literal["resolve", "close", "reopen"]
    reason: Words = ""


class NoteGiven(msgspec.Struct, forbid_unknown_fields=True):
    """What someone wants to be kept with the incident."""

    text: Text


class Merge(msgspec.Struct, forbid_unknown_fields=True):
    """The incident that goes on."""

    into: Id


class Link(msgspec.Struct, forbid_unknown_fields=True):
    """A camera, or an alert, that belongs to the incident."""

    camera: Id | None = None
    alert: Id | None = None


class Assign(msgspec.Struct, forbid_unknown_fields=True):
    """The unit to send."""

    unit: Id


class AssignedView(msgspec.Struct):
    """The errand that a unit now has."""

    assignment: AssignmentView


class HistoryView(msgspec.Struct):
    """What happened, in order."""

    steps: list[StepView]


class CandidatesView(msgspec.Struct):
    """Units that could go, the nearest first."""

    units: list[CandidateView]


class NearestQuery(msgspec.Struct, forbid_unknown_fields=True):
    """A place to go to."""

    lat: Annotated[float, msgspec.Meta(ge=-90, le=90)]
    lon: Annotated[float, msgspec.Meta(ge=-180, le=180)]
    count: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3


async def list_incidents(ask: Ask, given: IncidentsQuery) -> IncidentsView:
    """Incidents, the most urgent first."""
    allow(ask.by, Action.READ_HISTORY)
    states = NOT_CLOSED if given.state is None else (given.state,)
    found = await incidents(ask.house.node, states=states, bureau=bureau_shown(ask.by), limit=given.limit)
    return IncidentsView(await Show(ask.house).incidents(found))


async def declare_incident(ask: Ask, given: Declare) -> IncidentView:
    """Declares an incident; with a unit, sends it as well.

    A unit that cannot go is refused first, so that nothing is half done; one that was taken in the same moment by
    someone else leaves the incident declared, and the answer says so.
    """
    if given.unit is not None:
        await check_free(ask, given.unit)
    declared = await declare(
        ask.house.node,
        ask.by,
        alerts=given.alerts,
        kind=given.kind,
        title=given.title,
        priority=given.priority,
        place=place_of(given.place),
        place_name=given.place_name,
    )
    if given.unit is not None:
        try:
            await assign(ask.house.node, ask.by, declared.id, given.unit)
        except (Conflict, NotAllowed) as late:
            words = f"Incident {declared.reference} is declared, but no unit was sent: {late.sentence}"
            raise Conflict(words) from late
    return await shown(ask, declared.id)


async def check_free(ask: Ask, wanted: str) -> None:
    """Whether a unit can be sent. Raises NotFound, NotAllowed, Conflict."""
    found = await unit(ask.house.node, wanted)
    allow(ask.by, Action.ASSIGN, bureau=found.bureau)
    if found.status is not UnitStatus.AVAILABLE:
        raise Conflict(f"{found.call_sign} is not free to go just now; please choose another unit.")


async def show_incident(ask: Ask) -> IncidentView:
    """One incident."""
    allow(ask.by, Action.READ_HISTORY)
    return await shown(ask, ask.id())


async def move_incident(ask: Ask, given: MoveIncident) -> IncidentView:
    """Resolves, closes or reopens an incident."""
    return await shown_now(
        ask, await move(ask.house.node, ask.by, ask.id(), HAND_MOVES[given.move], given.reason)
    )


async def note_incident(ask: Ask, given: NoteGiven) -> IncidentView:
    """Adds a note."""
    return await shown_now(ask, await note(ask.house.node, ask.by, ask.id(), given.text))


async def merge_incident(ask: Ask, given: Merge) -> IncidentView:
    """Merges an incident into another; answers with the one that goes on."""
    return await shown_now(ask, await merge(ask.house.node, ask.by, ask.id(), into=given.into))


async def link_to_incident(ask: Ask, given: Link) -> IncidentView:
    """Links a camera or an alert."""
    if (given.camera is None) == (given.alert is None):
        raise BadInput("Please name either a camera or an alert to link.")
    node, by = ask.house.node, ask.by
    if given.camera is not None:
        return await shown_now(ask, await link_camera(node, by, ask.id(), given.camera))
    return await shown_now(ask, await link_alert(node, by, ask.id(), given.alert or ""))


async def show_history(ask: Ask) -> HistoryView:
    """What happened in an incident, line by line."""
    allow(ask.by, Action.READ_HISTORY)
    return HistoryView([step_view(step) for step in await history(ask.house.node, ask.id())])


async def units_for_incident(ask: Ask) -> CandidatesView:
    """The three nearest units that could go."""
    allow(ask.by, Action.READ_CONSOLE)
    found = await incident(ask.house.node, ask.id())
    near = await nearest(ask.house.node, ask.house.positions, found.place, count=3, bureau=found.bureau)
    return CandidatesView(await Show(ask.house).candidates(near))


async def units_near(ask: Ask, given: NearestQuery) -> CandidatesView:
    """The nearest units to a place."""
    allow(ask.by, Action.READ_CONSOLE)
    place = PlaceGiven(given.lat, given.lon).place
    near = await nearest(ask.house.node, ask.house.positions, place, count=given.count)
    return CandidatesView(await Show(ask.house).candidates(near))


async def assign_unit(ask: Ask, given: Assign) -> AssignedView:
    """Sends a unit to an incident."""
    assignment = await assign(ask.house.node, ask.by, ask.id(), given.unit)
    return AssignedView(assignment_view(assignment))


async def shown(ask: Ask, id_: str) -> IncidentView:
    """The incident as it is now."""
    return await shown_now(ask, await incident(ask.house.node, id_))


async def shown_now(ask: Ask, found: Incident) -> IncidentView:
    """A view of an incident that was just read."""
    return (await Show(ask.house).incidents([found]))[0]


DOORS = (
    get("/api/incidents", list_incidents),
    post("/api/incidents", declare_incident, status=201),
    get("/api/incidents/{id}", show_incident),
    post("/api/incidents/{id}/move", move_incident),
    post("/api/incidents/{id}/notes", note_incident),
    post("/api/incidents/{id}/merge", merge_incident),
    post("/api/incidents/{id}/link", link_to_incident),
    get("/api/incidents/{id}/history", show_history),
    get("/api/incidents/{id}/units", units_for_incident),
    post("/api/incidents/{id}/assign", assign_unit),
    get("/api/units/nearest", units_near),
)
