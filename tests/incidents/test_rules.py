"""What a move leads to, why another is refused, which cameras belong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from safecity.base import BadInput, Conflict, Place
from safecity.base import moved as gone
from safecity.cameras import Camera, Regime
from safecity.incidents.model import NEXT, Incident, Move, State
from safecity.incidents.rules import (
    cameras_for,
    check_merge,
    covers,
    drafted,
    is_fulfilled,
    line,
    moved,
    words,
)

HERE = Place(-1.2850, 36.8200)
INCIDENT = Incident(
    id="i7",
    reference="CEN-1122-0007",
    kind="fire",
    title="Fire",
    priority=2,
    state=State.DECLARED,
    place=HERE,
    place_name="Market St",
    bureau="CEN",
    owner="person:o",
    declared_ms=1000,
    dispatched_ms=None,
    on_scene_ms=None,
    resolved_ms=None,
    closed_ms=None,
    reopened=0,
    merged_into=None,
)
NAME = "Incident CEN-1122-0007"
WAITING = f"{NAME} is declared, with no unit sent"
SENT = f"{NAME} is under way, with a unit sent"
THERE = f"{NAME} is under way, with a unit on scene"
REFUSED = {
    (State.DECLARED, Move.STAND_DOWN): f"{WAITING}; resolve it when that is done.",
    (State.DECLARED, Move.CLOSE): f"{WAITING}; resolve it before closing it.",
    (State.DECLARED, Move.REOPEN): f"{WAITING}; there is nothing to reopen.",
    (State.DISPATCHED, Move.DISPATCH): f"{SENT}.",
    (State.DISPATCHED, Move.CLOSE): f"{SENT}; resolve it before closing it.",
    (State.DISPATCHED, Move.REOPEN): f"{SENT}; there is nothing to reopen.",
    (State.DISPATCHED, Move.MERGE): f"{NAME} has a unit sent; call it off, or merge the other incident into this one.",
    (State.ON_SCENE, Move.DISPATCH): f"{THERE}.",
    (State.ON_SCENE, Move.ARRIVE): f"{THERE}.",
    (State.ON_SCENE, Move.STAND_DOWN): f"{THERE}; resolve it when that is done.",
    (State.ON_SCENE, Move.CLOSE): f"{THERE}; resolve it before closing it.",
    (State.ON_SCENE, Move.REOPEN): f"{THERE}; there is nothing to reopen.",
    (State.ON_SCENE, Move.MERGE): f"{NAME} has a unit sent; call it off, or merge the other incident into this one.",
    (State.RESOLVED, Move.DISPATCH): f"{NAME} is resolved; reopen it before sending a unit.",
    (State.RESOLVED, Move.ARRIVE): f"{NAME} is resolved; reopen it before a unit can arrive.",
    (State.RESOLVED, Move.STAND_DOWN): f"{NAME} is resolved; reopen it before calling units off.",
    (State.RESOLVED, Move.RESOLVE): f"{NAME} is resolved; reopen it before resolving it again.",
    (State.RESOLVED, Move.MERGE): f"{NAME} is resolved; reopen it before merging it.",
    (State.CLOSED, Move.DISPATCH): f"{NAME} is closed; reopen it before sending a unit.",
    (State.CLOSED, Move.ARRIVE): f"{NAME} is closed; reopen it before a unit can arrive.",
    (State.CLOSED, Move.STAND_DOWN): f"{NAME} is closed; reopen it before calling units off.",
    (State.CLOSED, Move.RESOLVE): f"{NAME} is closed; reopen it before resolving it again.",
    (State.CLOSED, Move.CLOSE): f"{NAME} is closed; reopen it before closing it again.",
    (State.CLOSED, Move.MERGE): f"{NAME} is closed; reopen it before merging it.",
    **{
        (State.MERGED, move): f"{NAME} was merged into another; please go on with that one."
        for move in Move
    },
}  # fmt: skip


def test_the_table_of_refusals_is_everything_the_table_of_moves_leaves_out():
    assert set(REFUSED) | set(NEXT) == {(state, move) for state in State for move in Move}


@pytest.mark.parametrize(("state", "move"), REFUSED, ids=str)
def test_a_refused_move_says_why_and_what_to_do(state: State, move: Move):
    with pytest.raises(Conflict) as refused:
        moved(replace(INCIDENT, state=state), move, 2000)
    assert refused.value.sentence == REFUSED[state, move]


@pytest.mark.parametrize(("state", "move"), NEXT, ids=str)
def test_a_move_leads_where_the_table_says(state: State, move: Move):
    assert moved(replace(INCIDENT, state=state), move, 2000).state is NEXT[state, move]


def test_each_step_has_its_clock():
    sent = moved(INCIDENT, Move.DISPATCH, 2000)
    there = moved(sent, Move.ARRIVE, 3000)
    done = moved(there, Move.RESOLVE, 4000)
    closed = moved(done, Move.CLOSE, 5000)
    assert (closed.dispatched_ms, closed.on_scene_ms) == (2000, 3000)
    assert (closed.resolved_ms, closed.closed_ms) == (4000, 5000)
    again = moved(closed, Move.REOPEN, 6000)
    assert (again.declared_ms, again.reopened) == (1000, 1)
    assert {again.dispatched_ms, again.on_scene_ms, again.resolved_ms, again.closed_ms} == {None}
    waiting = moved(sent, Move.STAND_DOWN, 2500)
    assert (waiting.state, waiting.dispatched_ms, waiting.reopened) == (State.DECLARED, None, 0)


def test_what_is_so_already_is_no_error():
    so = {
        (state, move)
        for state in State
        for move in Move
        if is_fulfilled(replace(INCIDENT, state=state), move)
    }
    assert so == {
        (State.DISPATCHED, Move.DISPATCH),
        (State.ON_SCENE, Move.DISPATCH),
        (State.ON_SCENE, Move.ARRIVE),
        (State.DECLARED, Move.STAND_DOWN),
        (State.RESOLVED, Move.RESOLVE),
        (State.CLOSED, Move.CLOSE),
    }
    assert is_fulfilled(replace(INCIDENT, reopened=1), Move.REOPEN)


def test_an_incident_is_not_merged_into_what_is_over_or_itself():
    other = replace(INCIDENT, id="i8", reference="CEN-1122-0008")
    check_merge(other, INCIDENT)
    for into, sentence in (
        (other, "cannot be merged into itself"),
        (replace(INCIDENT, state=State.CLOSED), "CEN-1122-0007 is closed; reopen it before merging another"),
        (replace(INCIDENT, state=State.RESOLVED), "CEN-1122-0007 is resolved; reopen it before"),
        (replace(INCIDENT, state=State.MERGED), "merge into that one"),
    ):
        with pytest.raises(Conflict, match=sentence):
            check_merge(other, into)


def a_camera(name: str, place: Place, *, bearing_deg: float = 0, enabled: bool = True) -> Camera:
    return Camera(
        id=name,
        name=name,
        url="rtsp://127.0.0.1/a",
        bureau="CEN",
        place=place,
        bearing_deg=bearing_deg,
        view_deg=60,
        range_m=200,
        controller="City",
        regime=Regime.CITY,
        enabled=enabled,
    )


@pytest.mark.parametrize(
    ("bearing", "metres", "seen"),
    [(0, 100, True), (29, 100, True), (331, 100, True), (31, 100, False), (180, 100, False), (0, 201, False)],
)
def test_a_camera_sees_what_lies_in_its_angle_and_range(bearing: float, metres: float, seen: bool):
    assert covers(a_camera("c", HERE), gone(HERE, bearing, metres)) is seen


def test_the_angle_goes_round_north():
    west_of_north = a_camera("c", HERE, bearing_deg=350)
    assert covers(west_of_north, gone(HERE, 10, 50))
    assert covers(a_camera("c", HERE, bearing_deg=90), HERE)


def test_cameras_that_see_the_place_come_before_those_that_are_near():
    sees = a_camera("sees", gone(HERE, 180, 180))
    near = a_camera("near", gone(HERE, 0, 40))
    off = a_camera("off", gone(HERE, 180, 10), enabled=False)
    far = a_camera("far", gone(HERE, 180, 400))
    assert cameras_for([near, off, far, sees], HERE) == ("sees", "near")


def test_an_alerts_own_cameras_come_first_and_four_are_enough():
    others = [a_camera(f"c{n}", gone(HERE, 180, 10 + n)) for n in range(8)]
    assert cameras_for(others, HERE, ["c7", "mine"]) == ("c7", "mine", "c0", "c1")
    many = [f"m{n}" for n in range(6)]
    assert cameras_for(others, HERE, many) == tuple(many)


def draft(**given: object):
    plain = dict.fromkeys(("kind", "title", "priority", "place", "place_name", "bureau"))
    return drafted([], **{**plain, **given})  # pyright: ignore[reportArgumentType] - the table gives wrong ones too


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "needs an alert, or a kind and a place"),
        ({"kind": "fire"}, "needs an alert, or a kind and a place"),
        ({"kind": "Fire!", "place": HERE}, "word in small letters"),
        ({"kind": "fire", "place": HERE, "priority": 7}, "1, 2, 3 or 4, not 7"),
        ({"kind": "fire", "place": HERE, "title": "x" * 121}, "one line of at most 120"),
        ({"kind": "fire", "place": HERE, "place_name": "a\nb"}, "one line of at most 120"),
    ],
)
def test_a_draft_that_says_too_little_is_refused(given: dict[str, object], sentence: str):
    with pytest.raises(BadInput, match=sentence):
        draft(**given)


def test_a_draft_is_filled_up():
    made = draft(kind="break_in", place=HERE)
    assert (made.title, made.priority, made.place_name) == ("Break in", 3, "-1.28500, 36.82000")


def test_words_are_asked_for_and_bounded():
    assert words("note", "  a ") == "a"
    assert words("reason", "", needed=False) == ""
    assert line("title", None) == ""
    for text in ("", " \n ", "x" * 4001):
        with pytest.raises(BadInput, match="The note"):
            words("note", text)
