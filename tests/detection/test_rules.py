"""The story of a camera's motion: looks in, commands out."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from safecity.detection import Blob, Box, Command, EndSighting, ExtendSighting, Look, StartSighting, Story

PERSON = Box(0.5, 0.5, 0.125, 0.25)
ELSEWHERE = Box(0.75, 0.125, 0.125, 0.25)


def at(second: float, *boxes: Box, moving: float = 1.0, area: float = 0.02, changed: float = 0.05) -> Look:
    return Look(round(second * 1000), tuple(Blob(box, area, moving) for box in boxes), changed)


def told(looks: Iterable[Look]) -> list[Command]:
    story = Story()
    return [
        command for look in looks for command in story.hear(look) if not isinstance(command, ExtendSighting)
    ]


def test_one_look_with_a_person_starts_a_sighting_at_once():
    assert told([at(0), at(1, PERSON)]) == [StartSighting(1000, PERSON)]


def test_it_ends_where_the_person_was_last_seen_once_two_looks_saw_nobody():
    looks = [at(0, PERSON), at(1, ELSEWHERE), at(2), at(3)]
    assert told(looks) == [
        StartSighting(0, PERSON),
        EndSighting(1000, PERSON.united(ELSEWHERE), stayed=False),
    ]


def test_a_person_missed_in_one_look_is_still_there():
    assert told([at(0, PERSON), at(1), at(2, PERSON), at(3), at(4, PERSON)]) == [StartSighting(0, PERSON)]


def test_two_visitors_three_seconds_apart_are_two_sightings():
    looks = [at(0, PERSON), at(1), at(2), at(3, PERSON)]
    assert [type(command) for command in told(looks)] == [StartSighting, EndSighting, StartSighting]


@given(st.lists(st.integers(-100, 100), min_size=4, max_size=4))
def test_pictures_that_come_a_little_early_or_late_change_nothing(late_ms: list[int]):
    """Keyframes a second apart, as a network delivers them."""
    seen = [at(0, PERSON), at(1), at(2), at(3, PERSON)]
    looks = [replace(look, at_ms=look.at_ms + late) for look, late in zip(seen, late_ms, strict=True)]
    assert [type(command) for command in told(looks)] == [StartSighting, EndSighting, StartSighting]


def test_a_camera_with_quick_looks_waits_for_a_second_and_a_half():
    looks = [at(0, PERSON), *(at(0.2 * n) for n in range(1, 8))]
    assert told(looks) == [StartSighting(0, PERSON)]
    assert len(told([*looks, at(1.6)])) == 2


def test_a_leaf_is_too_small():
    assert told([at(n, PERSON, area=0.0005) for n in range(5)]) == []


def test_a_lamp_that_lights_the_whole_picture_is_no_thing():
    assert told([at(0), at(1, Box(0, 0, 1, 1), area=0.9, changed=0.9), at(2)]) == []


def test_a_lamp_does_not_end_a_sighting_either():
    dark = [at(second, changed=0.9) for second in range(1, 10)]
    assert told([at(0, PERSON), *dark, at(10, PERSON)]) == [StartSighting(0, PERSON)]


def parked(start: int, end: int) -> list[Look]:
    return [at(second, PERSON, moving=0.0) for second in range(start, end)]


def test_a_parked_car_ends_as_a_sighting_after_a_minute_and_starts_no_other():
    looks = [at(0, PERSON), *parked(1, 200)]
    assert told(looks) == [StartSighting(0, PERSON), EndSighting(60_000, PERSON, stayed=True)]


def test_someone_else_beside_the_parked_car_is_seen():
    looks = [at(0, PERSON), *parked(1, 100), at(100, PERSON, ELSEWHERE)]
    assert told(looks)[-1] == StartSighting(100_000, PERSON.united(ELSEWHERE))


def test_the_parked_car_that_drives_off_is_seen():
    looks = [at(0, PERSON), *parked(1, 100), at(100, PERSON, moving=0.9)]
    assert told(looks)[-1] == StartSighting(100_000, PERSON)


def test_a_place_that_was_empty_for_a_while_is_no_longer_settled():
    looks = [at(0, PERSON), *parked(1, 100), *(at(s) for s in range(100, 120)), at(120, PERSON, moving=0.0)]
    assert told(looks)[-1] == StartSighting(120_000, PERSON)


def test_a_person_who_fidgets_is_watched_for_as_long_as_they_stay():
    looks = [at(second, PERSON, moving=0.05 if second % 20 == 0 else 0.0) for second in range(600)]
    starts = [command for command in told(looks) if isinstance(command, StartSighting)]
    assert starts == [StartSighting(0, PERSON)]


def test_a_street_that_is_never_empty_makes_a_sighting_every_ten_minutes():
    starts = [
        each.at_ms
        for each in told(at(second, PERSON) for second in range(1300))
        if isinstance(each, StartSighting)
    ]
    assert starts == [0, 601_000, 1_202_000]


def test_when_the_pictures_end_so_does_the_sighting():
    story = Story()
    story.hear(at(5, PERSON))
    assert story.lasts
    assert story.stop() == [EndSighting(5000, PERSON, stayed=False)]
    assert story.stop() == []
    assert not story.lasts


looks_of_any_kind = st.lists(
    st.tuples(st.integers(1, 5_000), st.booleans(), st.floats(0, 1), st.floats(0, 1)), max_size=80
)


@given(looks_of_any_kind)
def test_starts_and_ends_take_turns_whatever_is_seen(steps: list[tuple[int, bool, float, float]]):
    now, looks = 0, list[Look]()
    for pause_ms, somebody, moving, changed in steps:
        now += pause_ms
        looks.append(at(now / 1000, *([PERSON] if somebody else []), moving=moving, changed=changed))
    commands = told(looks)
    kinds = [isinstance(command, StartSighting) for command in commands]
    assert kinds == [place % 2 == 0 for place in range(len(kinds))]
    assert all(one.at_ms <= other.at_ms for one, other in itertools.pairwise(commands))
