"""The walking pages of incidents: the whole way by plain forms, from the nearest unit to the closed paper."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import msgspec
from starlette.responses import Response

from safecity.access import Action, allow, ask_permit, grant_permit, may, permits
from safecity.base import BadInput, to_ms
from safecity.cameras import cameras
from safecity.dispatch import Move, State, assign, assignment, assignments, move_assignment, nearest, withdraw
from safecity.evidence import hold, holds, release
from safecity.incidents import Incident, history, incident, incidents, move, note
from safecity.incidents import State as Stage
from safecity.web.api.evidence import exported, hold_views, permit_views
from safecity.web.api.incidents import HAND_MOVES, NOT_CLOSED
from safecity.web.ask import Ask
from safecity.web.compose import assignment_view, step_view
from safecity.web.given import Id, Text, Words, whole
from safecity.web.pages import PageDoor, Paint, back
from safecity.web.show import Show, bureau_shown

MOVES: dict[str, Move] = {each.value: each for each in Move}
NEXT_WORDS = {
    State.ASSIGNED: (("accept", "Accepted"), ("decline", "Declined"), ("withdraw", "Call off")),
    State.ACCEPTED: (("enroute", "On the way"), ("withdraw", "Call off")),
    State.EN_ROUTE: (("arrive", "On scene"), ("withdraw", "Call off")),
    State.ON_SCENE: (("clear", "Cleared"),),
}
HOLD_BEFORE = timedelta(minutes=5)


class IncidentsQuery(msgspec.Struct):
    """Which ones."""

    show: Literal["open", "all"] = "open"


class MoveForm(msgspec.Struct):
    """A move and why."""

    move: Literal["resolve", "close", "reopen"]
    reason: Words = ""


class NoteForm(msgspec.Struct):
    """A note."""

    text: Text


class AssignForm(msgspec.Struct):
    """The unit to send."""

    unit: Id


class ErrandForm(msgspec.Struct):
    """What a crew said on the radio."""

    move: Annotated[str, whole("accept|decline|enroute|arrive|clear|withdraw")]


class HoldForm(msgspec.Struct):
    """A span of footage, in the city's time."""

    camera: Id
    start: str = msgspec.field(name="from")
    end: str = msgspec.field(name="to")
    reason: Words


class ReasonForm(msgspec.Struct):
    """Why."""

    reason: Words


class AskForm(msgspec.Struct):
    """Why it must be handed over, and the incident whose page this was."""

    reason: Words
    incident: Id


class GrantForm(msgspec.Struct):
    """The incident whose page this was."""

    incident: Id


class ExportForm(msgspec.Struct):
    """The permit."""

    permit: Id


async def incidents_page(ask: Ask, paint: Paint, given: IncidentsQuery) -> Response:
    """The list."""
    allow(ask.by, Action.READ_HISTORY)
    everything = given.show == "all"
    found = await incidents(
        ask.house.node,
        states=tuple(Stage) if everything else NOT_CLOSED,
        bureau=bureau_shown(ask.by),
        limit=200,
    )
    views = await Show(ask.house).incidents(found)
    return paint.page("incidents.html", ask, incidents=views, everything=everything)


async def incident_page(ask: Ask, paint: Paint) -> Response:
    """One incident: who goes, what happened, what is kept."""
    allow(ask.by, Action.READ_HISTORY)
    node = ask.house.node
    found = await incident(node, ask.id())
    kept = await hold_views(ask, await holds(node, found.id))
    with_permits = [(each, await permit_views(ask, await permits(node, subject=each.id))) for each in kept]
    (view,) = await Show(ask.house).incidents([found])
    zone = ZoneInfo(ask.house.city.timezone)
    return paint.page(
        "incident.html",
        ask,
        incident=view,
        merged_into=await incident(node, found.merged_into) if found.merged_into else None,
        steps=[step_view(step) for step in await history(node, found.id)],
        assignments=[assignment_view(each) for each in await assignments(node, [found.id])],
        assignment_moves={str(state): words for state, words in NEXT_WORDS.items()},
        candidates=await candidates(ask, found),
        holds=with_permits,
        cameras={each.id: each.name for each in await cameras(node)},
        footage_at=view.declared_at - timedelta(minutes=1),
        footage_span_s=footage_span_s(view.declared_at, view.resolved_at or node.clock.now()),
        hold_from=local_text(view.declared_at - HOLD_BEFORE, zone),
        hold_to=local_text(node.clock.now(), zone),
    )


def footage_span_s(start: datetime, end: datetime) -> int:
    """How much of the timeline shows an incident whole: half as much again, an hour to thirty days, in seconds."""
    return round(min(max((end - start).total_seconds() * 1.5, 3600), 30 * 86_400))


async def candidates(ask: Ask, found: Incident) -> list[object]:
    """The nearest units, where one may still be sent, for those who may send one."""
    if not (found.is_live and may(ask.by, Action.ASSIGN, bureau=found.bureau)):
        return []
    near = await nearest(ask.house.node, ask.house.positions, found.place, count=3, bureau=found.bureau)
    return [*await Show(ask.house).candidates(near)]


async def move_it(ask: Ask, given: MoveForm) -> Response:
    """Resolves, closes, reopens."""
    await move(ask.house.node, ask.by, ask.id(), HAND_MOVES[given.move], given.reason)
    return here(ask.id())


async def note_it(ask: Ask, given: NoteForm) -> Response:
    """Adds a note."""
    await note(ask.house.node, ask.by, ask.id(), given.text)
    return here(ask.id())


async def assign_it(ask: Ask, given: AssignForm) -> Response:
    """Sends a unit."""
    await assign(ask.house.node, ask.by, ask.id(), given.unit)
    return here(ask.id())


async def move_errand(ask: Ask, given: ErrandForm) -> Response:
    """Enters what a crew said on the radio."""
    node = ask.house.node
    found = await assignment(node, ask.id())
    if given.move == "withdraw":
        await withdraw(node, ask.by, found.id)
    else:
        await move_assignment(node, ask.by, found.id, MOVES[given.move])
    return here(found.incident)


async def hold_it(ask: Ask, given: HoldForm) -> Response:
    """Holds footage."""
    zone = ZoneInfo(ask.house.city.timezone)
    await hold(
        ask.house.node,
        ask.by,
        ask.house.archive,
        incident=ask.id(),
        camera=given.camera,
        from_ms=to_ms(moment_given(given.start, zone)),
        to_ms=to_ms(moment_given(given.end, zone)),
        reason=given.reason,
    )
    return here(ask.id())


async def release_it(ask: Ask, given: ReasonForm) -> Response:
    """Releases a hold."""
    done = await release(ask.house.node, ask.by, ask.house.archive, ask.id(), given.reason)
    return here(done.incident)


async def ask_for_it(ask: Ask, given: AskForm) -> Response:
    """Asks leave to hand a hold over."""
    node = ask.house.node
    await ask_permit(node, ask.by, "export", ask.id(), reason_code="court_order", reason=given.reason)
    return here(given.incident)


async def grant_it(ask: Ask, given: GrantForm) -> Response:
    """Grants a permit, as a second person."""
    await grant_permit(ask.house.node, ask.by, ask.id())
    return here(given.incident)


async def export_it(ask: Ask, given: ExportForm) -> Response:
    """Hands a hold over."""
    return await exported(ask, ask.id(), given.permit)


def here(incident_id: str) -> Response:
    """Back to the incident."""
    return back(f"/incidents/{incident_id}")


def local_text(at: datetime, zone: ZoneInfo) -> str:
    """A moment as a form's date and time field holds it."""
    return at.astimezone(zone).strftime("%Y-%m-%dT%H:%M:%S")


def moment_given(text: str, zone: ZoneInfo) -> datetime:
    """A moment from a form's date and time field, in the city's time. Raises BadInput."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadInput("Please give day and time, such as 2026-11-22 21:47:06.") from None
    return at if at.tzinfo else at.replace(tzinfo=zone)


PAGES = (
    PageDoor("GET", "/incidents", incidents_page),
    PageDoor("GET", "/incidents/{id}", incident_page),
    PageDoor("POST", "/incidents/{id}/move", move_it),
    PageDoor("POST", "/incidents/{id}/notes", note_it),
    PageDoor("POST", "/incidents/{id}/assign", assign_it),
    PageDoor("POST", "/incidents/{id}/holds", hold_it),
    PageDoor("POST", "/assignments/{id}/move", move_errand),
    PageDoor("POST", "/holds/{id}/release", release_it),
    PageDoor("POST", "/holds/{id}/ask", ask_for_it),
    PageDoor("POST", "/holds/{id}/export", export_it),
    PageDoor("POST", "/permits/{id}/grant", grant_it),
)
