"""Refused moves and their sentences, who is free, what follows, which fixes are believed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safecity.base import BadInput, Conflict, Place
from safecity.base import moved as gone
from safecity.dispatch.model import NEXT, Assignment, Fix, Move, Signal, State, Unit, UnitKind, UnitStatus
from safecity.dispatch.rules import (
    check_fix,
    check_free,
    follows,
    is_free,
    is_fresh,
    is_fulfilled,
    moved,
    offered,
    offered_unseen,
    statuses,
    statuses_for,
    text_of,
)
from safecity.incidents import Incident
from safecity.incidents import Move as IncidentMove
from safecity.incidents import State as IncidentState

HERE = Place(-1.2850, 36.8200)
NOW = 1_900_000_000_000
UNIT = Unit(
    id="u12",
    number=12,
    call_sign="C-12",
    kind=UnitKind.CAR,
    bureau="CEN",
    status=UnitStatus.AVAILABLE,
    crew=("person:a",),
)
ASSIGNMENT = Assignment(
    id="x",
    incident="i7",
    unit="u12",
    call_sign="C-12",
    state=State.ASSIGNED,
    assigned_by="person:o",
    assigned_ms=0,
    accepted_ms=None,
    en_route_ms=None,
    on_scene_ms=None,
    ended_ms=None,
)
OVER = {
    state: dict.fromkeys(Move, words)
    for state, words in (
        (State.CLEARED, "C-12 has cleared already."),
        (State.DECLINED, "C-12 has declined."),
        (State.WITHDRAWN, "C-12 was called off."),
    )
}
WAITING, ACCEPTED = "C-12 has not accepted yet", "C-12 has accepted, but is not on the way"
COMING, THERE = "C-12 is on the way", "C-12 is on scene"
REFUSED = {
    (State.ASSIGNED, Move.ENROUTE): f"{WAITING}; please accept first.",
    (State.ASSIGNED, Move.ARRIVE): f"{WAITING}; please accept first.",
    (State.ASSIGNED, Move.CLEAR): f"{WAITING}; please accept or decline first.",
    (State.ACCEPTED, Move.ACCEPT): f"{ACCEPTED}.",
    (
        State.ACCEPTED,
        Move.DECLINE,
    ): f"{ACCEPTED}; please clear it, or ask the control room to call the unit off.",
    (State.ACCEPTED, Move.ARRIVE): f"{ACCEPTED}; please say first that it is on the way.",
    (State.EN_ROUTE, Move.ACCEPT): f"{COMING}.",
    (
        State.EN_ROUTE,
        Move.DECLINE,
    ): f"{COMING}; please clear it, or ask the control room to call the unit off.",
    (State.EN_ROUTE, Move.ENROUTE): f"{COMING}.",
    (State.ON_SCENE, Move.ACCEPT): f"{THERE}.",
    (State.ON_SCENE, Move.DECLINE): f"{THERE}; please clear it instead.",
    (State.ON_SCENE, Move.ENROUTE): f"{THERE}.",
    (State.ON_SCENE, Move.ARRIVE): f"{THERE}.",
    **{(state, move): words for state, each in OVER.items() for move, words in each.items()},
}


def test_the_table_of_refusals_is_everything_the_table_of_moves_leaves_out():
    assert set(REFUSED) | set(NEXT) == {(state, move) for state in State for move in Move}


@pytest.mark.parametrize(("state", "move"), REFUSED, ids=str)
def test_a_refused_move_says_why_and_what_to_do(state: State, move: Move):
    with pytest.raises(Conflict) as refused:
        moved(replace(ASSIGNMENT, state=state), move, NOW)
    assert refused.value.sentence == REFUSED[state, move]


def test_each_step_has_its_clock():
    done = ASSIGNMENT
    for at_ms, move in enumerate((Move.ACCEPT, Move.ENROUTE, Move.ARRIVE, Move.CLEAR), start=1):
        assert not is_fulfilled(done, move)
        done = moved(done, move, at_ms)
        assert is_fulfilled(done, move)
    assert (done.accepted_ms, done.en_route_ms, done.on_scene_ms, done.ended_ms) == (1, 2, 3, 4)
    assert not done.is_active
    assert moved(ASSIGNMENT, Move.DECLINE, 9).ended_ms == 9


def test_a_unit_that_clears_is_free_at_once_and_the_words_are_complete():
    assert statuses_for(UnitStatus.ON_SCENE, Move.CLEAR) == [UnitStatus.CLEARED, UnitStatus.AVAILABLE]
    assert statuses_for(UnitStatus.DISPATCHED, Move.ACCEPT) == []
    with pytest.raises(Conflict, match="A unit that is on scene cannot take that order"):
        statuses(UnitStatus.ON_SCENE, (Signal.END_SHIFT,))


ELSE = "choose another unit"
BUSY = f"at incident CEN-1; {ELSE}, or call it off first."
CANNOT_GO = {
    "off shift": (UnitStatus.OUT_OF_SERVICE, f"C-12 is off shift; start its shift first, or {ELSE}."),
    "sent": (UnitStatus.DISPATCHED, f"C-12 is sent {BUSY}"),
    "on the way": (UnitStatus.EN_ROUTE, f"C-12 is on the way {BUSY}"),
    "on scene": (UnitStatus.ON_SCENE, f"C-12 is on scene {BUSY}"),
}


@pytest.mark.parametrize(("status", "sentence"), CANNOT_GO.values(), ids=CANNOT_GO)
def test_a_unit_that_cannot_go_says_why(status: UnitStatus, sentence: str):
    unit = replace(UNIT, status=status)
    assert not is_free(unit)
    with pytest.raises(Conflict) as refused:
        check_free(unit, "CEN-1")
    assert refused.value.sentence == sentence


def test_a_unit_without_a_crew_cannot_go():
    assert not is_free(replace(UNIT, crew=()))
    with pytest.raises(Conflict, match="C-12 has no crew; name its officers first, or choose another unit"):
        check_free(replace(UNIT, crew=()), None)


def test_a_free_unit_can_go():
    assert is_free(UNIT)
    check_free(UNIT, None)


def incident(state: IncidentState) -> Incident:
    return Incident(
        id="i7",
        reference="CEN-1122-0007",
        kind="fire",
        title="Fire",
        priority=2,
        state=state,
        place=HERE,
        place_name="",
        bureau="CEN",
        owner="person:o",
        declared_ms=0,
        dispatched_ms=None,
        on_scene_ms=None,
        resolved_ms=None,
        closed_ms=None,
        reopened=0,
        merged_into=None,
    )


SENT, ON_SCENE, WAITS = IncidentState.DISPATCHED, IncidentState.ON_SCENE, IncidentState.DECLARED


@pytest.mark.parametrize(
    ("state", "move", "others", "then"),
    [
        (SENT, Move.ARRIVE, 0, IncidentMove.ARRIVE),
        (SENT, Move.DECLINE, 0, IncidentMove.STAND_DOWN),
        (SENT, Move.DECLINE, 1, None),
        (SENT, Move.WITHDRAW, 0, IncidentMove.STAND_DOWN),
        (SENT, Move.CLEAR, 0, IncidentMove.STAND_DOWN),
        (ON_SCENE, Move.CLEAR, 0, None),
        (ON_SCENE, Move.WITHDRAW, 0, None),
        (ON_SCENE, Move.ARRIVE, 1, IncidentMove.ARRIVE),
        (WAITS, Move.ENROUTE, 0, IncidentMove.DISPATCH),
        (WAITS, Move.ARRIVE, 0, IncidentMove.ARRIVE),
        (IncidentState.RESOLVED, Move.ARRIVE, 0, None),
        (IncidentState.CLOSED, Move.CLEAR, 0, None),
        (SENT, Move.ACCEPT, 0, None),
    ],
)
def test_what_a_crew_says_moves_the_incident(
    state: IncidentState, move: Move, others: int, then: IncidentMove | None
):
    assert follows(incident(state), move, others) is then


def fix(seconds: float, metres: float = 0, **more: float) -> Fix:
    return Fix(unit="u12", place=gone(HERE, 90, metres), at_ms=NOW + int(seconds * 1000), **more)  # pyright: ignore[reportArgumentType] - floats only


@pytest.mark.parametrize(
    ("given", "last", "sentence"),
    [
        (fix(12), None, "The position is 12 s in the future; please check the phone's clock."),
        (fix(-121), None, "The position is 121 s old; only the last two minutes are of use."),
        (fix(0, 1000), fix(-5), "The position is 1000 m from the one 5 s before; that cannot be."),
        (fix(0, accuracy_m=-1), None, "The accuracy of a position lies between 0 and 10000 metres."),
        (fix(0, heading_deg=361), None, "A heading lies between 0 and 360 degrees."),
    ],
    ids=["future", "old", "too fast", "accuracy", "heading"],
)
def test_a_fix_that_cannot_be_true_is_refused_with_a_sentence(given: Fix, last: Fix | None, sentence: str):
    with pytest.raises(BadInput) as refused:
        check_fix(given, last, NOW)
    assert refused.value.sentence == sentence


def test_a_fast_car_and_a_phone_in_a_narrow_street_are_believed():
    check_fix(fix(0, 5 * 79), fix(-5), NOW)
    check_fix(fix(0, 45), fix(0), NOW)
    check_fix(fix(4), None, NOW)
    check_fix(fix(-120), None, NOW)
    check_fix(fix(-3, 5000), fix(-1), NOW)


def test_a_fix_is_fresh_for_two_minutes():
    assert is_fresh(fix(-120), NOW)
    assert not is_fresh(fix(-120.001), NOW)


def test_the_reason_says_how_far_what_and_whose():
    assert offered(UNIT, 812.0, "CEN").reason == "0.8 km away, patrol car, own bureau"
    assert offered(UNIT, 40.4, "EAS").reason == "40 m away, patrol car, from bureau CEN"
    assert offered(replace(UNIT, kind=UnitKind.FOOT), 1500, None).reason == "1.5 km away, foot patrol"
    assert offered_unseen(UNIT, None, NOW, "CEN").reason == "no position yet, patrol car, own bureau"
    old = offered_unseen(UNIT, fix(-250), NOW, None)
    assert (old.reason, old.distance_m) == ("last position is 4 min old, patrol car", None)


def test_a_message_has_words():
    assert text_of(" Come back. ") == "Come back."
    with pytest.raises(BadInput, match="empty"):
        text_of("\n")
    with pytest.raises(BadInput, match="at most 1000"):
        text_of("x" * 1001)
