"""Signs in, commands out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.alerts.model import Alert, Load, Move, Sign, Source, State
from safecity.alerts.rules import (
    DUE_MS,
    GROUP_MS,
    NEAR_M,
    Arrival,
    Join,
    OpenAlerts,
    Raise,
    Rise,
    check,
    decide,
    joined_details,
    joins,
    load_of,
    moved,
    priority_of,
    span_words,
    title_of,
)
from safecity.base import BadInput, Conflict, Place
from safecity.base import moved as gone

HERE = Place(-1.2850, 36.8200)
NOW = 1_900_000_000_000

OPEN_ALERT = Alert(
    id="a1",
    reference="A-CEN-1122-0041",
    kind="movement",
    title="Movement",
    priority=3,
    state=State.RAISED,
    source=Source.SIGHTING,
    camera="market",
    cameras=("market",),
    place=HERE,
    place_name="near Market St",
    bureau="CEN",
    count=1,
    raised_by="node",
    raised_ms=NOW,
    last_ms=NOW,
    due_ms=NOW + DUE_MS[3],
    acknowledged_by=None,
    acknowledged_ms=None,
    dismissed_reason=None,
    dismissed_words="",
    incident=None,
    sighting=None,
    details="",
)
SIGN = Arrival(
    kind="movement", source=Source.SIGHTING, priority=3, camera=None, place=HERE, by="node", at_ms=NOW + 1000
)


def test_a_sign_with_nothing_open_raises_an_alert_that_is_due_by_its_priority():
    assert [decide([], replace(SIGN, priority=p)) for p in (1, 2, 3, 4)] == [
        Raise(SIGN.at_ms + 60_000),
        Raise(SIGN.at_ms + 120_000),
        Raise(SIGN.at_ms + 600_000),
        Raise(SIGN.at_ms + 3_600_000),
    ]


def test_a_second_sign_near_by_joins():
    assert decide([OPEN_ALERT], SIGN) == Join(OPEN_ALERT, 2)


@pytest.mark.parametrize(
    ("metres", "joined"), [(0, True), (74, True), (76, False)], ids=["here", "74 m", "76 m"]
)
def test_near_is_75_metres(metres: float, joined: bool):
    there = replace(SIGN, place=gone(HERE, 40, metres))
    assert joins(OPEN_ALERT, there) is joined


def test_the_same_camera_joins_wherever_it_points():
    far = replace(SIGN, camera="market", place=gone(HERE, 0, 500))
    assert joins(OPEN_ALERT, far)


@pytest.mark.parametrize(("after_ms", "joined"), [(GROUP_MS, True), (GROUP_MS + 1, False)])
def test_five_minutes_count_from_the_last_sign(after_ms: int, joined: bool):
    old = replace(OPEN_ALERT, raised_ms=NOW - 3_600_000)
    assert joins(old, replace(SIGN, at_ms=NOW + after_ms)) is joined


def test_another_kind_does_not_join():
    assert isinstance(decide([OPEN_ALERT], replace(SIGN, kind="fire")), Raise)


@pytest.mark.parametrize("state", [State.DECLARED, State.DISMISSED])
def test_a_settled_alert_is_not_woken(state: State):
    assert isinstance(decide([replace(OPEN_ALERT, state=state)], SIGN), Raise)


def test_a_more_urgent_sign_raises_the_priority_and_the_hurry():
    assert decide([OPEN_ALERT], replace(SIGN, priority=2)) == Rise(OPEN_ALERT, 2, 2, SIGN.at_ms + 120_000)


def test_a_less_urgent_sign_leaves_the_priority():
    urgent = replace(OPEN_ALERT, priority=1)
    assert decide([urgent], replace(SIGN, priority=4)) == Join(urgent, 2)


def test_an_alert_that_someone_looks_at_is_raised_anew_by_a_more_urgent_sign():
    seen = replace(OPEN_ALERT, state=State.ACKNOWLEDGED, acknowledged_by="person:o", due_ms=NOW + 10)
    command = decide([seen], replace(SIGN, priority=1))
    assert command == Rise(seen, 2, 1, SIGN.at_ms + 60_000)
    assert moved(seen, Move.RISE) is State.RAISED


def test_two_officers_who_press_their_buttons_on_one_corner_are_two_alerts():
    first = replace(OPEN_ALERT, kind="panic", source=Source.PANIC, raised_by="person:amina", priority=1)
    again = replace(SIGN, kind="panic", source=Source.PANIC, by="person:amina", priority=1)
    assert isinstance(decide([first], again), Join)
    assert isinstance(decide([first], replace(again, by="person:brian")), Raise)


def test_of_several_the_same_camera_wins_then_the_nearest():
    far = replace(OPEN_ALERT, id="far", camera=None, cameras=(), place=gone(HERE, 0, 60))
    near = replace(OPEN_ALERT, id="near", camera=None, cameras=(), place=gone(HERE, 0, 20))
    mine = replace(OPEN_ALERT, id="mine", place=gone(HERE, 0, 70))
    assert decide([far, near], SIGN) == Join(near, 2)
    assert decide([far, near, mine], replace(SIGN, camera="market")) == Join(mine, 2)


@given(
    priority=st.integers(1, 4),
    sign_priority=st.integers(1, 4),
    state=st.sampled_from(list(State)),
    metres=st.floats(0, 200),
    bearing=st.floats(0, 359),
    later_ms=st.integers(0, 2 * GROUP_MS),
)
def test_an_urgent_sign_is_never_hidden(  # noqa: PLR0917 - hypothesis names them all
    priority: int, sign_priority: int, state: State, metres: float, bearing: float, later_ms: int
):
    """Whatever is open, the alert a sign ends in is at least as urgent, waits to be looked at, and is due in time."""
    before = replace(OPEN_ALERT, priority=priority, state=state, due_ms=NOW + DUE_MS[priority])
    sign = replace(SIGN, priority=sign_priority, place=gone(HERE, bearing, metres), at_ms=NOW + later_ms)
    match decide([before], sign):
        case Raise(due_ms):
            assert due_ms == sign.at_ms + DUE_MS[sign_priority]
        case Join(alert, count):
            assert alert.priority <= sign_priority
            assert count == before.count + 1
            assert metres <= NEAR_M * 1.001
        case Rise(_, _, risen, due_ms):
            assert risen == sign_priority < priority
            assert due_ms <= sign.at_ms + DUE_MS[risen]
            assert moved(before, Move.RISE) is State.RAISED


@given(
    places=st.lists(st.tuples(st.floats(0, 359), st.floats(0, 400)), max_size=40),
    bearing=st.floats(0, 359),
    metres=st.floats(0, 300),
    lat=st.sampled_from([-1.285, 0.0, 51.5, 64.1]),
)
def test_the_squares_find_what_looking_at_all_finds(
    places: list[tuple[float, float]], bearing: float, metres: float, lat: float
):
    middle = Place(lat, 36.82)
    every = [
        replace(OPEN_ALERT, id=str(n), camera=None, cameras=(), place=gone(middle, *where))
        for n, where in enumerate(places)
    ]
    sign = replace(SIGN, place=gone(middle, bearing, metres))
    assert decide(OpenAlerts(every).around(sign), sign) == decide(every, sign)


def test_an_alert_that_got_another_camera_is_found_by_it():
    crowd = OpenAlerts([OPEN_ALERT])
    far = replace(SIGN, camera="station", place=gone(HERE, 0, 900))
    assert crowd.around(far) == []
    crowd.put(replace(OPEN_ALERT, cameras=("market", "station"), count=2))
    assert [each.count for each in crowd.around(far)] == [2]


def test_what_comes_from_where_is_how_urgent():
    assert priority_of(Source.PANIC, "panic") == 1
    assert priority_of(Source.SIGHTING, "movement") == 3
    assert priority_of(Source.REPORT, "violence") == 2
    assert priority_of(Source.REPORT, "theft") == 3
    assert priority_of(Source.REPORT, "noise") == 4


def test_an_alert_without_a_title_gets_one():
    assert title_of(Sign(kind="break_in", source=Source.OPERATOR)) == "Break in"
    assert title_of(Sign(kind="break_in", source=Source.REPORT)) == "Break-in"
    assert title_of(Sign(kind="panic", source=Source.PANIC)) == "Officer calls for help"
    assert title_of(Sign(kind="fire", source=Source.CALL, title=" Smoke, 3rd floor ")) == "Smoke, 3rd floor"


GOOD = Sign(kind="fire", source=Source.OPERATOR)
REFUSED = [
    (replace(GOOD, kind="Fire!"), "word in small letters"),
    (replace(GOOD, kind=""), "word in small letters"),
    (replace(GOOD, source=Source.REPORT, kind="ufo"), "A report is about one of: fire,"),
    (replace(GOOD, priority=0), "1, 2, 3 or 4, not 0."),
    (replace(GOOD, priority=5), "1, 2, 3 or 4, not 5."),
    (replace(GOOD, id="a b"), "An alert's id"),
    (replace(GOOD, title="x" * 121), "title may have at most 120"),
    (replace(GOOD, title="two\nlines"), "one line each"),
    (replace(GOOD, details="x" * 4001), "details may have at most 4000"),
    (replace(GOOD, contact="x" * 201), "contact may have at most 200"),
    (replace(GOOD, place_name="x" * 121), "name of the place may have"),
]


@pytest.mark.parametrize(("sign", "sentence"), REFUSED, ids=[words for _, words in REFUSED])
def test_a_sign_that_cannot_be_used_is_refused_with_a_sentence(sign: Sign, sentence: str):
    with pytest.raises(BadInput, match=sentence) as refused:
        check(sign)
    assert refused.value.sentence.endswith(".")


@pytest.mark.parametrize("state", [State.DECLARED, State.DISMISSED])
@pytest.mark.parametrize("move", list(Move))
def test_a_settled_alert_says_that_it_is(state: State, move: Move):
    with pytest.raises(Conflict, match=f"Alert A-CEN-1122-0041 is {state} and cannot be .* any more."):
        moved(replace(OPEN_ALERT, state=state), move)


def test_details_of_another_caller_are_added_and_repeats_are_not():
    once = joined_details("Smoke.", "Flames now!")
    assert once == "Smoke.\nFlames now!"
    assert joined_details(once, "Flames now!") == once
    assert joined_details("", " Smoke. ") == "Smoke."
    assert joined_details("x" * 4000, "new").endswith("\nnew")


def test_the_load_counts_what_people_were_asked_to_look_at():
    minutes = (0.5, 4, 9.5, 11, 59, 61, -1)
    load = load_of([NOW - int(each * 60_000) for each in minutes], NOW)
    assert load == Load(3, (1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2))


def test_a_span_is_said_in_its_two_largest_units():
    assert [span_words(each) for each in (900, 1_500, 7_380_000, 172_800_000)] == [
        "less than 1 s",
        "1 s",
        "2 h 3 min",
        "2 days",
    ]
    assert span_words(90_061_000) == "1 day 1 h"
