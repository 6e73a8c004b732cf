"""When pictures belong: evenly, however they came, and never after they were received."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from safecity.adapters.vision.steady import FAR_MS, FOLLOW_MS, Steady

HZ, START_MS = 90_000, 1_760_000_000_000
delays = st.lists(st.integers(0, FAR_MS), min_size=2, max_size=60)


def walked(delays_ms: list[int], *, drift: float = 0.0, step_ms: int = 100) -> list[tuple[int, int]]:
    """When each picture belongs and was received, of a camera that sends one each step and whose clock may drift."""
    steady, found = Steady(HZ), list[tuple[int, int]]()
    for number, delay_ms in enumerate(delays_ms):
        received_ms = START_MS + number * step_ms + delay_ms
        time = round(number * step_ms * (1 + drift) * HZ / 1000)
        found.append((steady.at_ms(time, received_ms), received_ms))
    return found


@given(delays)
def test_no_picture_belongs_after_it_was_received(delays_ms: list[int]):
    assert all(steady_ms <= received_ms for steady_ms, received_ms in walked(delays_ms))


@given(delays)
def test_pictures_that_came_late_keep_their_distance_from_one_that_did_not(delays_ms: list[int]):
    moments = [steady_ms for steady_ms, _ in walked([0, *delays_ms])]
    # so far a later picture may have been followed, to be taken back
    least_ms = 99 - FOLLOW_MS * len(delays_ms)
    assert all(least_ms <= later - earlier <= 101 for earlier, later in pairwise(moments))


def test_one_that_comes_sooner_than_all_before_it_says_how_long_the_way_takes_at_least():
    first, second, third = (steady_ms - START_MS for steady_ms, _ in walked([80, 30, 70]))
    assert (first, second, third) == (80, 130, 230)


@given(st.floats(-0.0005, 0.0005))
def test_a_clock_that_drifts_is_followed(drift: float):
    for steady_ms, received_ms in walked([0] * 3_000, drift=drift):
        assert received_ms - 2 <= steady_ms <= received_ms


@given(st.integers(-(1 << 40), 1 << 40), st.integers(0, 1 << 40))
def test_a_clock_that_is_set_or_an_hour_without_pictures_begins_anew(step: int, silent_ms: int):
    steady = Steady(HZ)
    steady.at_ms(0, START_MS)
    received_ms = START_MS + silent_ms
    moment_ms = steady.at_ms(step, received_ms)
    assert received_ms - FAR_MS - 1 <= moment_ms <= received_ms
    assert steady.at_ms(step + 9_000, received_ms + 100) >= moment_ms + 100
