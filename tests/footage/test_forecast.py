"""When the disk will be full, and when footage will go before its time."""

from __future__ import annotations

import math

import pytest

from safecity.footage.forecast import DAY_MS, LEAST_MS, daily_bytes, foresee
from safecity.footage.model import DayBytes

GB = 10**9
NOW_MS = 100 * DAY_MS + DAY_MS // 2
WEEK = [DayBytes(camera, day, 5 * GB) for day in range(90, 100) for camera in ("a", "b")]
TODAY = [DayBytes("a", 100, 2 * GB)]
LONG_AGO_MS = 80 * DAY_MS


def test_whole_days_of_the_last_week_say_what_a_day_brings():
    assert daily_bytes([*WEEK, *TODAY], LONG_AGO_MS, NOW_MS) == 10 * GB
    assert daily_bytes([], NOW_MS, NOW_MS) == 0


def test_on_the_first_days_the_hours_there_are_say_it():
    assert daily_bytes(TODAY, NOW_MS - DAY_MS // 24, NOW_MS) == 48 * GB
    assert daily_bytes(TODAY, NOW_MS - LEAST_MS + 1, NOW_MS) == 0, "too little to say anything"
    evening = [DayBytes("a", 99, GB), *TODAY]
    assert daily_bytes(evening, 100 * DAY_MS - DAY_MS // 4, NOW_MS) == 4 * GB
    cut_short = [DayBytes("a", 98, GB // 10), DayBytes("a", 99, 8 * GB), *TODAY]
    assert daily_bytes(cut_short, 99 * DAY_MS - 1, NOW_MS) == 8 * GB, (
        "the day that is being forgotten counts not"
    )


def test_a_disk_that_is_too_small_says_when_footage_begins_to_go_early():
    seen = foresee(
        WEEK, free_bytes=20 * GB, held_bytes=0, wanted_days=14, since_ms=LONG_AGO_MS, now_ms=NOW_MS
    )
    assert seen.full_ms == seen.short_ms == NOW_MS + 2 * DAY_MS
    assert seen.reach_days == pytest.approx(12)
    assert not seen.warns(NOW_MS)
    assert seen.warns(NOW_MS + DAY_MS)
    assert "12.0 days" in seen.sentence()


def test_a_disk_that_is_large_enough_is_never_short():
    seen = foresee(
        WEEK, free_bytes=50 * GB, held_bytes=0, wanted_days=14, since_ms=LONG_AGO_MS, now_ms=NOW_MS
    )
    assert seen.short_ms is None
    assert not seen.warns(NOW_MS + 10 * DAY_MS)
    assert "There is room for the 14 days" in seen.sentence()


def test_what_is_held_makes_no_room():
    seen = foresee(
        WEEK, free_bytes=50 * GB, held_bytes=30 * GB, wanted_days=14, since_ms=LONG_AGO_MS, now_ms=NOW_MS
    )
    assert seen.short_ms == NOW_MS + 5 * DAY_MS


def test_where_footage_is_wanted_for_ever_every_disk_is_full_one_day():
    seen = foresee(
        WEEK, free_bytes=10 * GB, held_bytes=0, wanted_days=math.inf, since_ms=LONG_AGO_MS, now_ms=NOW_MS
    )
    assert seen.short_ms == NOW_MS + DAY_MS
    assert seen.warns(NOW_MS)
    assert "inf" not in seen.sentence()
    assert "Nothing says for how long it is wanted" in seen.sentence()


def test_without_footage_nothing_is_foreseen():
    seen = foresee([], free_bytes=10 * GB, held_bytes=0, wanted_days=14, since_ms=LONG_AGO_MS, now_ms=NOW_MS)
    assert (seen.full_ms, seen.short_ms, seen.warns(NOW_MS)) == (None, None, False)
    assert "nothing to foresee" in seen.sentence()
