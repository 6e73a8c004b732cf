"""A recorder knows when it stood still itself, and when its clock was set."""

from __future__ import annotations

import asyncio

import pytest

from safecity.base import SetClock
from safecity.footage.own_clock import OwnClock, watch_own_clock


def test_beats_that_come_in_time_tell_nothing():
    own = OwnClock(1_000_000, 50.0)
    assert all(own.beat(1_000_000 + n * 500, 50 + n / 2) is None for n in range(1, 20))
    assert own.beat(1_000_000 + 10_300, 60.3) is None  # a little late


@pytest.mark.parametrize(("set_ms", "words"), [(3_600_000, "ahead by 3600 s"), (-60_000, "back by 60 s")])
def test_a_clock_that_was_set_is_told_once(set_ms: int, words: str):
    own = OwnClock(1_000_000, 50.0)
    told = own.beat(1_000_500 + set_ms, 50.5)
    assert told == f"The recorder's clock was set {words}."
    assert own.beat(1_001_000 + set_ms, 51.0) is None


def test_a_machine_that_has_too_much_to_do_is_told():
    own = OwnClock(1_000_000, 50.0)
    assert own.beat(1_004_000, 54.0) == "The recorder was held up for 4 s; this machine has too much to do."


async def test_it_is_watched_for_ever():
    clock, told = SetClock(), list[tuple[str, int]]()
    watching = asyncio.get_running_loop().create_task(
        watch_own_clock(clock, lambda words, at: told.append((words, at)))
    )
    for seconds in (0.5, 0.5, 4.0):
        await asyncio.sleep(0)
        clock.pass_(seconds=seconds)
        await asyncio.sleep(0)
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)
    ((words, at_ms),) = told
    assert "held up for 4 s" in words
    assert at_ms == 1_893_456_005_000
