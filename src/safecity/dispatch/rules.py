"""Decisions of dispatch: what a move leads to, why another is refused, whom to believe, whom to offer. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from safecity.base import BadInput, Conflict, distance_m
from safecity.dispatch.model import (
    NEXT,
    SIGNALS,
    STATUS,
    Assignment,
    Candidate,
    Fix,
    Move,
    Signal,
    State,
    Unit,
    UnitKind,
    UnitStatus,
)
from safecity.incidents import Incident
from safecity.incidents import Move as IncidentMove
from safecity.incidents import State as IncidentState

FRESH_MS = 2 * 60_000  # an older fix says nothing about where a unit is now
SAMPLE_MS = 30_000
AHEAD_MS = 5_000  # phones' clocks differ a little
FASTEST_M_S = 80.0
SLACK_M = 50.0  # what a phone in a street of high houses may be wrong by
MAX_TEXT = 1000

KIND_WORDS = {
    UnitKind.CAR: "patrol car",
    UnitKind.FOOT: "foot patrol",
    UnitKind.MOTORCYCLE: "motorcycle",
    UnitKind.AMBULANCE: "ambulance",
}

STATUS_WORDS = {
    UnitStatus.AVAILABLE: "available",
    UnitStatus.DISPATCHED: "sent",
    UnitStatus.EN_ROUTE: "on the way",
    UnitStatus.ON_SCENE: "on scene",
    UnitStatus.CLEARED: "clearing",
    UnitStatus.OUT_OF_SERVICE: "off shift",
}

STATE_WORDS = {
    State.ASSIGNED: "has not accepted yet",
    State.ACCEPTED: "has accepted, but is not on the way",
    State.EN_ROUTE: "is on the way",
    State.ON_SCENE: "is on scene",
    State.CLEARED: "has cleared already",
    State.DECLINED: "has declined",
    State.WITHDRAWN: "was called off",
}

ADVICE = {
    (State.ASSIGNED, Move.ENROUTE): "accept first",
    (State.ASSIGNED, Move.ARRIVE): "accept first",
    (State.ASSIGNED, Move.CLEAR): "accept or decline first",
    (State.ACCEPTED, Move.DECLINE): "clear it, or ask the control room to call the unit off",
    (State.ACCEPTED, Move.ARRIVE): "say first that it is on the way",
    (State.EN_ROUTE, Move.DECLINE): "clear it, or ask the control room to call the unit off",
    (State.ON_SCENE, Move.DECLINE): "clear it instead",
}

AFTER = {
    Move.ACCEPT: State.ACCEPTED,
    Move.DECLINE: State.DECLINED,
    Move.ENROUTE: State.EN_ROUTE,
    Move.ARRIVE: State.ON_SCENE,
    Move.CLEAR: State.CLEARED,
    Move.WITHDRAW: State.WITHDRAWN,
}


def is_fulfilled(assignment: Assignment, move: Move) -> bool:
    """Whether the crew says what it said before: a phone repeats what it got no answer to."""
    return assignment.state is AFTER[move]


def moved(assignment: Assignment, move: Move, at_ms: int) -> Assignment:
    """The assignment after a move. Raises Conflict with the reason where the table does not allow it."""
    state = NEXT.get((assignment.state, move))
    if state is None:
        raise Conflict(why_not(assignment, move))
    match state:
        case State.ACCEPTED:
            return replace(assignment, state=state, accepted_ms=at_ms)
        case State.EN_ROUTE:
            return replace(assignment, state=state, en_route_ms=at_ms)
        case State.ON_SCENE:
            return replace(assignment, state=state, on_scene_ms=at_ms)
        case _:
            return replace(assignment, state=state, ended_ms=at_ms)


def why_not(assignment: Assignment, move: Move) -> str:
    """Why a move is refused, and what to do instead."""
    advice = ADVICE.get((assignment.state, move))
    rest = f"; please {advice}." if advice else "."
    return f"{assignment.call_sign} {STATE_WORDS[assignment.state]}{rest}"


def statuses(status: UnitStatus, signals: Iterable[Signal]) -> list[UnitStatus]:
    """The statuses that a unit goes through. Raises Conflict where the table does not allow it."""
    found: list[UnitStatus] = []
    for signal in signals:
        after = STATUS.get((status, signal))
        if after is None:
            raise Conflict(f"A unit that is {STATUS_WORDS[status]} cannot take that order.")
        found.append(after)
        status = after
    return found


def statuses_for(status: UnitStatus, move: Move) -> list[UnitStatus]:
    """The statuses that a unit goes through when its assignment moves."""
    return statuses(status, SIGNALS[move])


def check_free(unit: Unit, busy_with: str | None) -> None:
    """Raises Conflict where a unit cannot be sent; `busy_with` is the reference of the incident it is on."""
    if not unit.on_shift:
        raise Conflict(f"{unit.call_sign} is off shift; start its shift first, or choose another unit.")
    if not unit.crew:
        raise Conflict(f"{unit.call_sign} has no crew; name its officers first, or choose another unit.")
    if unit.status is not UnitStatus.AVAILABLE:
        where = f" at incident {busy_with}" if busy_with else ""
        words = STATUS_WORDS[unit.status]
        raise Conflict(f"{unit.call_sign} is {words}{where}; choose another unit, or call it off first.")


def follows(incident: Incident, move: Move, others: int) -> IncidentMove | None:
    """What an assignment's move means for its incident; `others` are further units that are bound by it."""
    if move is Move.ARRIVE and incident.is_live:
        return IncidentMove.ARRIVE
    if move in {Move.ACCEPT, Move.ENROUTE} and incident.state is IncidentState.DECLARED:
        return IncidentMove.DISPATCH  # it was reopened while the unit was still bound
    ends = move in {Move.DECLINE, Move.CLEAR, Move.WITHDRAW}
    if ends and not others and incident.state is IncidentState.DISPATCHED:
        return IncidentMove.STAND_DOWN
    return None


def check_fix(fix: Fix, last: Fix | None, now_ms: int) -> None:
    """Refuses a fix that cannot be true or is of no use, with a sentence for the phone."""
    ahead_s, age_s = (fix.at_ms - now_ms) / 1000, (now_ms - fix.at_ms) / 1000
    if fix.at_ms > now_ms + AHEAD_MS:
        raise BadInput(f"The position is {ahead_s:.0f} s in the future; please check the phone's clock.")
    if age_s * 1000 > FRESH_MS:
        raise BadInput(f"The position is {age_s:.0f} s old; only the last two minutes are of use.")
    if fix.accuracy_m is not None and not 0 <= fix.accuracy_m <= 10_000:
        raise BadInput("The accuracy of a position lies between 0 and 10000 metres.")
    if fix.heading_deg is not None and not 0 <= fix.heading_deg <= 360:
        raise BadInput("A heading lies between 0 and 360 degrees.")
    if last is None or fix.at_ms < last.at_ms:
        return
    metres = distance_m(last.place, fix.place)
    seconds = (fix.at_ms - last.at_ms) / 1000
    if metres > SLACK_M + FASTEST_M_S * seconds:
        raise BadInput(f"The position is {metres:.0f} m from the one {seconds:.0f} s before; that cannot be.")


def is_fresh(fix: Fix, now_ms: int) -> bool:
    """Whether a fix says where a unit is now."""
    return now_ms - fix.at_ms <= FRESH_MS


def is_free(unit: Unit) -> bool:
    """Whether a unit could be sent."""
    return unit.status is UnitStatus.AVAILABLE and bool(unit.crew)


def offered(unit: Unit, metres: float, bureau: str | None) -> Candidate:
    """A unit whose place is known, with the reason in words."""
    away = f"{metres / 1000:.1f} km" if metres >= 100 else f"{metres:.0f} m"
    return Candidate(
        unit=unit, distance_m=metres, reason=f"{away} away, {KIND_WORDS[unit.kind]}{_home(unit, bureau)}"
    )


def offered_unseen(unit: Unit, last: Fix | None, now_ms: int, bureau: str | None) -> Candidate:
    """A unit whose place is not known now, and why."""
    why = (
        "no position yet"
        if last is None
        else f"last position is {max(1, (now_ms - last.at_ms) // 60_000)} min old"
    )
    return Candidate(
        unit=unit, distance_m=None, reason=f"{why}, {KIND_WORDS[unit.kind]}{_home(unit, bureau)}"
    )


def _home(unit: Unit, bureau: str | None) -> str:
    if bureau is None:
        return ""
    return ", own bureau" if unit.bureau == bureau else f", from bureau {unit.bureau}"


def text_of(text: str) -> str:
    """A message, without blanks at its ends. Raises BadInput."""
    text = text.strip()
    if not text:
        raise BadInput("The message is empty.")
    if len(text) > MAX_TEXT:
        raise BadInput(f"A message may have at most {MAX_TEXT} characters.")
    return text
