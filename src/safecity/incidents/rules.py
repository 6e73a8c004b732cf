"""Decisions about incidents: what a move leads to, why another is refused, which cameras belong. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from safecity.alerts import Alert
from safecity.base import BadInput, Conflict, Place, bearing_deg, distance_m
from safecity.cameras import Camera
from safecity.incidents.model import LIVE, NEXT, Incident, Move, State

CAMERAS = 4
CAMERA_NEAR_M = 150.0
MAX_TEXT = 4000
MAX_LINE = 120

# A move that asks for what is so already changes nothing, and is no error: orders are repeated on bad lines.
FULFILLED: dict[Move, frozenset[State]] = {
    Move.DISPATCH: frozenset({State.DISPATCHED, State.ON_SCENE}),
    Move.ARRIVE: frozenset({State.ON_SCENE}),
    Move.STAND_DOWN: frozenset({State.DECLARED}),
    Move.RESOLVE: frozenset({State.RESOLVED}),
    Move.CLOSE: frozenset({State.CLOSED}),
    Move.REOPEN: frozenset(),
    Move.MERGE: frozenset(),
}

# How a refused move is called in "reopen it before …".
DOING = {
    Move.DISPATCH: "sending a unit",
    Move.ARRIVE: "a unit can arrive",
    Move.STAND_DOWN: "calling units off",
    Move.RESOLVE: "resolving it again",
    Move.CLOSE: "closing it again",
    Move.MERGE: "merging it",
}

WORDS = {
    State.DECLARED: "declared, with no unit sent",
    State.DISPATCHED: "under way, with a unit sent",
    State.ON_SCENE: "under way, with a unit on scene",
    State.RESOLVED: "resolved",
    State.CLOSED: "closed",
}

_KIND = re.compile(r"[a-z][a-z0-9_]{0,39}")


def is_fulfilled(incident: Incident, move: Move) -> bool:
    """Whether the incident is already where the move would bring it."""
    if move is Move.REOPEN:
        return incident.state is State.DECLARED and incident.reopened > 0
    return incident.state in FULFILLED[move]


def moved(incident: Incident, move: Move, at_ms: int) -> Incident:
    """The incident after a move. Raises Conflict with the reason where the table does not allow it."""
    state = NEXT.get((incident.state, move))
    if state is None:
        raise Conflict(why_not(incident, move))
    match state:
        case State.DISPATCHED:
            return replace(incident, state=state, dispatched_ms=at_ms)
        case State.ON_SCENE:
            return replace(incident, state=state, on_scene_ms=at_ms)
        case State.RESOLVED:
            return replace(incident, state=state, resolved_ms=at_ms)
        case State.CLOSED | State.MERGED:
            return replace(incident, state=state, closed_ms=at_ms)
        case State.DECLARED:
            again = 1 if move is Move.REOPEN else 0
            return replace(
                incident,
                state=state,
                dispatched_ms=None,
                on_scene_ms=None,
                resolved_ms=None,
                closed_ms=None,
                reopened=incident.reopened + again,
            )


def why_not(incident: Incident, move: Move) -> str:
    """Why a move is refused, and what to do instead."""
    name, state = f"Incident {incident.reference}", incident.state
    if state is State.MERGED:
        return f"{name} was merged into another; please go on with that one."
    if move is Move.REOPEN:
        return f"{name} is {WORDS[state]}; there is nothing to reopen."
    if state not in LIVE:
        return f"{name} is {state}; reopen it before {DOING[move]}."
    if move is Move.CLOSE:
        return f"{name} is {WORDS[state]}; resolve it before closing it."
    if move is Move.MERGE:
        return f"{name} has a unit sent; call it off, or merge the other incident into this one."
    if move is Move.STAND_DOWN:
        return f"{name} is {WORDS[state]}; resolve it when that is done."
    return f"{name} is {WORDS[state]}."


def check_merge(incident: Incident, into: Incident) -> None:
    """Raises Conflict where one incident cannot go on in the other."""
    if incident.id == into.id:
        raise Conflict(f"Incident {incident.reference} cannot be merged into itself.")
    if into.state is State.MERGED:
        raise Conflict(f"Incident {into.reference} was merged into another; please merge into that one.")
    if not into.is_live:
        raise Conflict(
            f"Incident {into.reference} is {into.state}; reopen it before merging another into it."
        )


def covers(camera: Camera, place: Place) -> bool:
    """Whether a place lies in what a camera can see, walls aside."""
    if distance_m(camera.place, place) > camera.range_m:
        return False
    turn = abs((bearing_deg(camera.place, place) - camera.bearing_deg + 180) % 360 - 180)
    return turn <= camera.view_deg / 2 or distance_m(camera.place, place) < 1


def cameras_for(cameras: Iterable[Camera], place: Place, first: Sequence[str] = ()) -> tuple[str, ...]:
    """The cameras that belong to an incident: those of its alerts, then up to four that see the place or are near."""
    near = [
        (not covers(camera, place), distance_m(camera.place, place), camera.id)
        for camera in cameras
        if camera.enabled
        and camera.id not in first
        and (covers(camera, place) or distance_m(camera.place, place) <= CAMERA_NEAR_M)
    ]
    room = max(0, CAMERAS - len(first))
    return (*first, *(each for _, _, each in sorted(near)[:room]))


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What is known about an incident when a person declares it."""

    kind: str
    title: str
    priority: int
    place: Place
    place_name: str
    bureau: str | None
    cameras: tuple[str, ...]


def drafted(
    alerts: Sequence[Alert],
    *,
    kind: str | None,
    title: str | None,
    priority: int | None,
    place: Place | None,
    place_name: str | None,
    bureau: str | None,
) -> Draft:
    """What the person said, filled up from the most urgent alert. Raises BadInput where that is not enough."""
    lead = min(alerts, key=lambda alert: (alert.priority, alert.raised_ms), default=None)
    kind = kind or (lead.kind if lead else None)
    where = place or (lead.place if lead else None)
    if kind is None or where is None:
        raise BadInput("An incident needs an alert, or a kind and a place.")
    if not _KIND.fullmatch(kind):
        raise BadInput("The kind of an incident is a word in small letters, such as fire or break_in.")
    if priority is not None and priority not in (1, 2, 3, 4):
        raise BadInput(f"The priority is 1, 2, 3 or 4, not {priority}.")
    coordinates = f"{where.lat:.5f}, {where.lon:.5f}"
    from_lead = lead.place_name if lead and place is None else coordinates
    return Draft(
        kind=kind,
        title=line("title", title) or (lead.title if lead else kind.replace("_", " ").capitalize()),
        priority=priority or (lead.priority if lead else 3),
        place=where,
        place_name=line("name of the place", place_name) or from_lead,
        bureau=bureau or (lead.bureau if lead and place is None else None),
        cameras=tuple(dict.fromkeys(camera for alert in alerts for camera in alert.cameras)),
    )


def line(what: str, text: str | None) -> str:
    """A line that a person typed, without blanks at its ends. Raises BadInput."""
    text = (text or "").strip()
    if len(text) > MAX_LINE or "\n" in text:
        raise BadInput(f"The {what} is one line of at most {MAX_LINE} characters.")
    return text


def words(what: str, text: str, *, needed: bool = True) -> str:
    """Text that a person typed. Raises BadInput where it is too long, or empty though it is needed."""
    text = text.strip()
    if needed and not text:
        raise BadInput(f"The {what} is empty; please write a few words.")
    if len(text) > MAX_TEXT:
        raise BadInput(f"The {what} may have at most {MAX_TEXT} characters.")
    return text
