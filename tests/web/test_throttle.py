"""Floods are stopped; people are not."""

from __future__ import annotations

import pytest

from safecity.base import TooMany
from safecity.web.throttle import Throttle


def a_throttle(most: int = 100) -> Throttle:
    return Throttle(burst=3, per_minute=6, sentence="That was a lot; please wait a minute.", most=most)


def test_a_few_at_once_are_taken_then_no_more_until_time_has_passed():
    throttle = a_throttle()
    for _ in range(3):
        throttle.take("10.0.0.1", 100.0)
    with pytest.raises(TooMany, match="please wait a minute"):
        throttle.take("10.0.0.1", 100.0)
    throttle.take("10.0.0.1", 110.0)
    with pytest.raises(TooMany):
        throttle.take("10.0.0.1", 110.0)


def test_one_address_does_not_stop_another():
    throttle = a_throttle()
    for _ in range(3):
        throttle.take("10.0.0.1", 0.0)
    throttle.take("10.0.0.2", 0.0)


def test_it_remembers_only_so_many_addresses():
    throttle = a_throttle(most=2)
    for host in ("a", "b", "c", "d"):
        throttle.take(host, 0.0)
    assert len(throttle._buckets) == 2  # pyright: ignore[reportPrivateUsage]  its memory is the point


def test_waiting_long_fills_the_bucket_once_and_no_further():
    throttle = a_throttle()
    throttle.take("a", 0.0)
    for _ in range(3):
        throttle.take("a", 10_000.0)
    with pytest.raises(TooMany):
        throttle.take("a", 10_000.0)
