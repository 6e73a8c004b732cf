"""Wall times that stay close to the truth and never overlap, whichever clock goes wrong."""

from __future__ import annotations

from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.clocks import CAMERA_STEPS, DRAWS, MISHAPS, START_MS, stream, told
from safecity.footage.pace import EARLY_MS, LATE_MS, Pace, Placed

CASES = 50_000  # bench/pace.py tries a million


def place(pace: Pace, *groups: tuple[int, int]) -> list[Placed]:
    """Groups as lengths and times of receipt, both in ms."""
    return [pace.place(length * 1000, least) for length, least in groups]


def test_a_stream_begins_when_its_least_delayed_picture_says():
    times, late = [0, 6_000, 12_000], [1_400, 1_410, 1_133]  # two were held up
    _, placed = Pace().take(times, late, 90_000, (18_000, 1_200))
    assert placed.start_ms == 1_000


def test_a_stream_never_begins_before_earlier_footage_ended():
    assert place(Pace(10_000), (2_000, 5_000))[0].start_ms == 10_000


def test_groups_follow_each_other_without_a_seam():
    placed = place(Pace(), *((2_000, 1_000 + n * 2_000) for n in range(100)))
    assert all(a.end_ms == b.start_ms for a, b in pairwise(placed))
    assert not any(each.anew for each in placed)


def test_what_is_held_up_for_a_while_moves_nothing():
    groups = [(2_000, 1_000 + n * 2_000 + (1_500 if 10 <= n < 12 else 0)) for n in range(30)]
    placed = place(Pace(), *groups)
    assert abs(placed[-1].start_ms - groups[-1][1]) <= 4


def test_a_clock_that_jumped_ahead_is_followed_once_it_is_sure():
    placed = place(Pace(), (2_000, 0), *((2_000, 3_602_000 + n * 2_000) for n in range(6)))
    (at,) = [n for n, each in enumerate(placed) if each.anew]
    assert at <= 4
    assert placed[-1].start_ms == pytest.approx(3_612_000, abs=10)


def test_our_clock_set_back_by_a_minute_is_right_again_after_two():
    placed = place(Pace(), (2_000, 60_000), *((2_000, 2_000 + n * 2_000) for n in range(65)))
    assert sum(each.anew for each in placed) == 1
    assert abs(placed[-1].start_ms - 130_000) <= LATE_MS
    assert all(a.end_ms == b.start_ms and a.end_ms - a.start_ms >= 999 for a, b in pairwise(placed))


def test_the_rest_of_a_long_group_begins_nothing_anew():
    pace = Pace()
    pace.place(10_000_000, 0)
    for part in range(1, 4):
        placed = pace.place(10_000_000, 60_000 + part * 10_000, can_begin=False)
        assert placed.start_ms == pytest.approx(part * 10_000, abs=20)
        assert not placed.anew
    assert pace.place(10_000_000, 100_000).anew


def test_after_a_pause_the_next_group_begins_anew_where_it_was_taken():
    pace = Pace()
    pace.take([0, 6_000], [0, 67], 90_000, (456_000, 5_067))
    _, placed = pace.take([456_000], [5_067], 90_000, None)
    assert placed.anew
    assert placed.start_ms == pytest.approx(5_067, abs=2)


@pytest.mark.parametrize("drift_ppm", [-500, -20, 20, 500])
def test_a_camera_that_drifts_or_steps_by_hours_is_held_to_within_a_tenth_of_a_second(drift_ppm: int):
    errors_ms: list[float] = []
    for seed in range(3):
        groups = stream(
            Random(seed), groups=900, pictures=30, step_ms=67, jitter_ms=60, drift_ppm=drift_ppm,
            draws=CAMERA_STEPS,
        )  # fmt: skip
        found = told(list(groups))
        assert found.wrongs == []
        errors_ms += [abs(each) for each in found.errors_ms]
    assert sorted(errors_ms)[len(errors_ms) * 99 // 100] <= 100


@pytest.mark.parametrize("drift_ppm", [-20_000, -2_000, 2_000, 20_000])
def test_a_camera_whose_clock_runs_wrong_by_far_is_begun_anew_again_and_again(drift_ppm: int):
    groups = stream(
        Random(7), groups=900, pictures=30, step_ms=67, jitter_ms=40, drift_ppm=drift_ppm, draws=(-1,)
    )
    found = told(list(groups))
    assert found.wrongs == []
    assert sum(each.anew for each in found.placed) > 1
    # what a camera that is wrong by 2 % loses in the 5 s until we are sure, and two groups more
    slow_ms = 5 * 20
    assert max(abs(each) for each in found.errors_ms) <= EARLY_MS + 2 * slow_ms


def test_no_mishap_makes_groups_overlap_or_last_no_time():
    chance = Random(20300101)
    for case in range(CASES):
        groups = list(stream(chance, groups=4, pictures=3, step_ms=700))
        assert told(groups).wrongs == [], f"case {case}"


def test_every_mishap_is_among_the_cases():
    assert set(DRAWS) == {-1, *range(len(MISHAPS))}


Steps = st.lists(
    st.tuples(
        st.integers(1, 12_000_000),
        st.one_of(
            st.integers(-500, 500), st.integers(-100_000, 100_000), st.sampled_from([-3_600_000, 3_600_000])
        ),
        st.booleans(),
    ),
    min_size=1,
    max_size=60,
)


@given(floor_ms=st.integers(0, 2_000_000), steps=Steps)
def test_groups_of_any_length_never_overlap_and_never_fall_back(
    floor_ms: int, steps: list[tuple[int, int, bool]]
):
    pace, received_ms, end_ms = Pace(floor_ms), START_MS % 10_000_000, floor_ms
    for duration_us, error_ms, can_begin in steps:
        received_ms += duration_us // 1000 + error_ms
        placed = pace.place(duration_us, received_ms, can_begin=can_begin)
        assert end_ms <= placed.start_ms < placed.end_ms
        end_ms = placed.end_ms
