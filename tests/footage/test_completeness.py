"""How complete footage is: every millisecond is counted once, and what nobody can explain stands out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.footage.completeness import Completeness, complete, summed
from safecity.footage.model import Cause, Gap


def gap(start_ms: int, end_ms: int | None, cause: Cause = Cause.NETWORK, *, is_reachable: bool = True) -> Gap:
    return Gap(
        camera="gate",
        start_ms=start_ms,
        end_ms=end_ms,
        cause=cause,
        words="Words.",
        is_reachable=is_reachable,
    )


def test_a_day_without_a_hole_is_whole():
    found = complete([(0, 86_400_000)], [], 0, 86_400_000)
    assert (found.share, found.wanted_share, found.unexplained_ms) == (1.0, 1.0, 0)


def test_packets_lost_count_against_us_and_a_camera_that_is_off_does_not():
    found = complete(
        [(0, 10_000), (14_000, 90_000)], [gap(10_000, 14_000), gap(90_000, None, Cause.CAMERA)], 0, 100_000
    )
    assert found.lost_ms == {Cause.NETWORK: 4_000, Cause.CAMERA: 10_000}
    assert found.online_ms == 90_000
    assert found.share == pytest.approx(86 / 90)
    assert found.wanted_share == pytest.approx(0.86)


def test_a_camera_that_cannot_be_reached_is_not_online():
    found = complete([(0, 60_000)], [gap(60_000, 100_000, is_reachable=False)], 0, 100_000)
    assert (found.share, found.wanted_share) == (1.0, 0.6)
    assert found.unreachable_ms == 40_000


def test_our_own_faults_count_against_us():
    found = complete(
        [(0, 80_000)], [gap(80_000, 90_000, Cause.DISK), gap(90_000, 100_000, Cause.RECORDER)], 0, 100_000
    )
    assert found.share == 0.8


def test_what_nobody_wanted_counts_for_nothing():
    found = complete([], [gap(0, None, Cause.PLANNED)], 0, 100_000)
    assert (found.share, found.wanted_share) == (None, None)


def test_a_frozen_picture_is_no_footage():
    found = complete([(0, 100_000)], [gap(50_000, 100_000, Cause.CAMERA)], 0, 100_000)
    assert (found.recorded_ms, found.share) == (50_000, 1.0)


def test_short_holes_are_not_recorded_and_long_ones_are_unexplained():
    found = complete([(0, 10_000), (11_999, 20_000), (22_000, 100_000)], [], 0, 100_000)
    assert (found.brief_ms, found.unexplained_ms) == (1_999, 2_000)
    assert found.recorded_ms == 100_000 - 3_999


def test_what_is_outside_the_span_does_not_count():
    found = complete([(-5_000, 5_000), (15_000, 25_000)], [gap(5_000, 15_000)], 0, 20_000)
    assert (found.recorded_ms, found.lost_ms, found.gaps) == (10_000, {Cause.NETWORK: 10_000}, 1)


def test_a_city_is_the_sum_of_its_cameras():
    one, other = complete([(0, 100)], [], 0, 100), complete([], [gap(0, 100)], 0, 100)
    assert summed([one, other]).share == 0.5
    assert summed([]) == Completeness()


Spans = st.lists(st.tuples(st.integers(-50, 150), st.integers(0, 60)), max_size=12)


@given(
    recorded=Spans,
    gaps=st.lists(
        st.tuples(
            st.integers(-50, 150), st.none() | st.integers(1, 60), st.sampled_from(Cause), st.booleans()
        ),
        max_size=8,
    ),
)
def test_every_moment_is_counted_once(
    recorded: list[tuple[int, int]], gaps: list[tuple[int, int | None, Cause, bool]]
):
    spans = [(start * 100, (start + length) * 100) for start, length in recorded]
    told = [
        gap(start * 100, None if length is None else (start + length) * 100, cause, is_reachable=is_reachable)
        for start, length, cause, is_reachable in gaps
    ]
    found = complete(spans, told, 0, 10_000)
    parts = found.recorded_ms, found.brief_ms, found.unexplained_ms, *found.lost_ms.values()
    assert sum(parts) == found.span_ms == 10_000
    assert min(parts) >= 0
    assert 0 <= found.unreachable_ms <= found.lost_ms.get(Cause.NETWORK, 0)
    assert found.share is None or 0 <= found.share <= 1
