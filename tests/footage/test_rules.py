"""Times that never fall back, gaps that always have a cause, and what may be forgotten."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.cameras import CameraAbsent, CameraGone, CameraRefused, CameraSilent, NotVideo
from safecity.footage.model import Cause, Gap, Hold, Segment
from safecity.footage.rules import (
    DAY_MS,
    GAP_MS,
    Coverage,
    GapCloses,
    GapCommand,
    GapOpens,
    Pace,
    cause_of,
    is_held,
    joined,
    lay_out,
    outlived,
    spaces,
    too_many,
    without,
)

HZ = 90_000


def test_a_steady_stream_is_believed():
    times = [n * 6000 for n in range(30)]
    assert lay_out(times, [n * 67 for n in range(30)], HZ, 180_000) == ([6000] * 30, None)


def test_b_pictures_are_shown_in_their_own_order():
    times = [0, 18_000, 6_000, 12_000]  # I P B B
    durations, shifts = lay_out(times, [0, 66, 133, 200], HZ, 24_000)
    assert durations == [6000] * 4
    assert shifts == [0, 12_000, -6_000, -6_000]


def test_b_pictures_keep_their_order_where_one_was_late():
    times = [0, 22_000, 10_000, 16_000]  # the camera waited before the second
    durations, shifts = lay_out(times, [0, 180, 240, 300], HZ, 28_000)
    assert durations == [10_000, 6000, 6000, 6000]
    assert shifts == [0, 12_000, -6_000, -6_000]


def test_a_camera_clock_that_falls_back_is_not_believed():
    times = [100_000, 106_000, 10, 6_010]
    durations, shifts = lay_out(times, [0, 67, 133, 200], HZ, 12_010)
    assert shifts is None
    assert durations == [6000, 66 * 90, 6000, 6000]


def test_a_camera_clock_that_jumps_an_hour_makes_no_hour_of_footage():
    times = [0, 6000, 6000 + 3600 * HZ, 12_000 + 3600 * HZ]
    durations, _ = lay_out(times, [0, 67, 133, 200], HZ, 18_000 + 3600 * HZ)
    assert durations == [6000, 66 * 90, 6000, 6000]


def test_a_picture_that_truly_stood_for_three_seconds_does():
    durations, _ = lay_out([0, 6000, 276_000], [0, 67, 3067], HZ, 282_000)
    assert durations == [6000, 270_000, 6000]


def test_our_own_clock_that_is_set_while_pictures_come_spoils_no_duration():
    durations, _ = lay_out([0, 6000, 12_000], [0, 3_600_067, 133], HZ, 18_000)
    assert durations == [6000, 6000, 6000]


@given(
    times=st.lists(st.integers(0, 1 << 34), min_size=1, max_size=40),
    received=st.lists(st.integers(0, 1 << 42), min_size=40, max_size=40),
    following=st.none() | st.integers(0, 1 << 34),
)
def test_every_picture_lasts_at_least_a_tick_whatever_the_clocks_say(
    times: list[int], received: list[int], following: int | None
):
    durations, shifts = lay_out(times, received[: len(times)], HZ, following)
    assert len(durations) == len(times)
    assert min(durations) >= 1
    assert max(durations) < 1 << 32
    assert shifts is None or len(shifts) == len(times)


Steps = st.lists(
    st.tuples(
        st.integers(1, 12_000_000),
        st.one_of(
            st.integers(-500, 500), st.integers(-100_000, 100_000), st.sampled_from([-3_600_000, 3_600_000])
        ),
    ),
    min_size=1,
    max_size=60,
)


@given(floor_ms=st.integers(0, 2_000_000), steps=Steps)
def test_groups_never_overlap_and_never_fall_back(floor_ms: int, steps: list[tuple[int, int]]):
    pace = Pace(floor_ms)
    received_ms = 1_000_000
    starts = [pace.begin(received_ms)]
    assert starts[0] >= floor_ms
    for duration_us, error_ms in steps:
        received_ms += duration_us // 1000 + error_ms
        starts.append(pace.next(duration_us, received_ms)[0])
    assert all(earlier < later for earlier, later in pairwise(starts))
    assert pace.end(1) > starts[-1]


@pytest.mark.parametrize("parts_per_million", [-10_000, -500, 20, 500, 10_000])
def test_a_camera_whose_clock_runs_wrong_is_held_to_within_a_third_of_a_second(parts_per_million: int):
    pace = Pace()
    true_ms = received_ms = pace.begin(1_000_000_000)
    for group in range(1, 5000):
        received_ms = 1_000_000_000 + group * 2000
        true_ms, jumped = pace.next(2_000_000 + 2 * parts_per_million, received_ms)
        assert not jumped
    assert abs(true_ms - received_ms) < 340


def test_our_clock_set_back_by_a_minute_is_right_again_after_two():
    pace = Pace()
    at_ms = pace.begin(10_000_000)
    received_ms = 10_000_000 - 60_000
    for _ in range(65):
        received_ms += 2000
        at_ms, jumped = pace.next(2_000_000, received_ms)
        assert not jumped
    assert abs(at_ms - received_ms) <= 5_000


def test_our_clock_set_ahead_by_an_hour_is_a_jump():
    pace = Pace()
    pace.begin(0)
    assert pace.next(2_000_000, 3_602_000) == (3_602_000, True)
    assert pace.next(2_000_000, 3_604_000) == (3_604_000, False)


def opened(commands: list[GapCommand]) -> list[tuple[int, Cause]]:
    return [(each.gap.start_ms, each.gap.cause) for each in commands if isinstance(each, GapOpens)]


def closed(commands: list[GapCommand]) -> list[tuple[int, int]]:
    return [(each.start_ms, each.end_ms) for each in commands if isinstance(each, GapCloses)]


def test_a_short_silence_is_no_gap():
    story = Coverage("gate-3", 0)
    assert story.footage(0, 10_000, Cause.CAMERA, "") == []
    assert story.missing(Cause.NETWORK, "Nothing answers.", 10_500) == []
    assert story.tick(11_999) == []
    assert story.footage(11_900, 14_000, Cause.CAMERA, "") == []


def test_a_lost_camera_makes_a_gap_from_its_last_picture_to_its_next():
    story = Coverage("gate-3", 0)
    story.footage(0, 10_000, Cause.CAMERA, "")
    assert story.missing(Cause.NETWORK, "Nothing answers.", 10_500) == []
    assert opened(story.tick(12_000)) == [(10_000, Cause.NETWORK)]
    assert story.tick(60_000) == []
    assert closed(story.footage(61_000, 63_000, Cause.CAMERA, "")) == [(10_000, 61_000)]


def test_another_cause_makes_another_gap():
    story = Coverage("gate-3", 0)
    assert opened(story.missing(Cause.RECORDER, "It was not running.", 5_000)) == [(0, Cause.RECORDER)]
    told = story.missing(Cause.CAMERA, "It refuses us.", 6_000)
    assert closed(told) == [(0, 6_000)]
    assert opened(told) == [(6_000, Cause.CAMERA)]
    assert closed(story.footage(9_000, 11_000, Cause.CAMERA, "")) == [(6_000, 9_000)]


def test_a_gap_nobody_explained_gets_the_cause_at_hand():
    story = Coverage("gate-3", 0)
    told = story.footage(5_000, 7_000, Cause.NETWORK, "12 packets were lost.")
    assert opened(told) == [(0, Cause.NETWORK)]
    assert closed(told) == [(0, 5_000)]


def test_a_camera_that_leaves_the_plan_leaves_no_open_gap():
    story = Coverage("gate-3", 0)
    story.missing(Cause.CAMERA, "It is silent.", 5_000)
    assert closed(story.dismiss(9_000)) == [(0, 9_000)]
    assert story.dismiss(10_000) == []


Happening = st.one_of(
    st.tuples(st.just("missing"), st.sampled_from(list(Cause)), st.integers(0, 5_000)),
    st.tuples(st.just("footage"), st.just(Cause.CAMERA), st.integers(0, 5_000)),
    st.tuples(st.just("tick"), st.just(Cause.CAMERA), st.integers(0, 5_000)),
)


@given(st.lists(Happening, max_size=60))
def test_all_time_is_footage_or_a_gap_with_a_cause_but_for_less_than_two_seconds(
    happenings: list[tuple[str, Cause, int]],
):
    story, now_ms = Coverage("c", 0), 0
    footage: list[tuple[int, int]] = []
    told: list[GapCommand] = []
    for what, cause, step_ms in happenings:
        now_ms += step_ms
        if what == "missing":
            told += story.missing(cause, "words", now_ms)
        elif what == "footage":
            told += story.footage(now_ms, now_ms + 2_000, cause, "words")
            footage.append((now_ms, now_ms + 2_000))
            now_ms += 2_000
        else:
            told += story.tick(now_ms)
    told += story.footage(now_ms, now_ms + 1, Cause.CAMERA, "end")
    footage.append((now_ms, now_ms + 1))
    gaps = closed(told)
    assert len(opened(told)) == len(gaps)
    assert all(end >= start for start, end in gaps)
    assert without(gaps, footage) == gaps or all(
        start == end for start, end in set(gaps) - set(without(gaps, footage))
    )
    unexplained = without([(0, now_ms + 1)], joined(footage + gaps))
    assert all(end - start < GAP_MS for start, end in unexplained)


def test_whose_fault_it_was():
    assert [cause_of(each()) for each in (CameraAbsent, CameraGone)] == [Cause.NETWORK] * 2
    assert [cause_of(each()) for each in (CameraRefused, CameraSilent, NotVideo)] == [Cause.CAMERA] * 3


def segment(start_ms: int, *, camera: str = "a", size: int = 10) -> Segment:
    return Segment(
        camera=camera, start_ms=start_ms, end_ms=start_ms + 60_000, path=f"{start_ms}", bytes=size, pictures=1
    )


def test_footage_goes_when_its_days_are_over_and_not_before():
    old, young = segment(0), segment(60_000)
    assert outlived([old, young], [], 1, DAY_MS + 60_000) == [old]
    assert outlived([old], [], 1, DAY_MS + 59_999) == []


def test_what_is_held_never_goes():
    held = Hold(id="h", camera="a", start_ms=59_999, end_ms=60_000)
    assert is_held(segment(0), [held])
    assert not is_held(segment(60_000), [held])
    assert not is_held(segment(0, camera="b"), [held])
    assert outlived([segment(0)], [held], 1, 10 * DAY_MS) == []
    assert too_many([segment(0), segment(60_000)], [held], 5) == [segment(60_000)]


def test_room_is_made_with_the_fewest_of_the_oldest():
    oldest = [segment(n * 60_000) for n in range(5)]
    assert too_many(oldest, [], 0) == []
    assert too_many(oldest, [], 11) == oldest[:2]
    assert too_many(oldest, [], 1000) == oldest


def test_spans_are_joined_and_cut():
    assert joined([(5, 9), (0, 3), (3, 4)], 0) == [(0, 4), (5, 9)]
    assert joined([(0, 3), (4, 6)], 1) == [(0, 6)]
    assert without([(0, 10)], [(2, 3), (5, 20)]) == [(0, 2), (3, 5)]
    assert spaces([segment(0), segment(61_999), segment(200_000)]) == [(121_999, 200_000)]


def test_a_gap_may_last():
    assert Gap(camera="a", start_ms=0, end_ms=None, cause=Cause.DISK, words="").end_ms is None
