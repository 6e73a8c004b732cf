"""When the disk will be full, and when footage will go before its time. Pure: figures in, a forecast out.

It looks at the whole days of the last week: what they brought is what the coming days will bring. On the first day it
looks at the hours there are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safecity.footage.model import DayBytes

WEEK = 7
DAY_MS = 86_400_000
WARN_MS = DAY_MS
LEAST_MS = 600_000  # of footage: less says nothing about a day


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What the footage of a node will do, in bytes and days.

    `full_ms` is when the free room is used up if nothing goes; None where nothing comes. `reach_days` is how far back
    footage will reach once the disk is full, and `short_ms` when it will reach back less far than is wanted (None: it
    will not). `held_bytes` cannot go.
    """

    bytes_per_day: int
    kept_bytes: int
    free_bytes: int
    held_bytes: int
    wanted_days: float
    full_ms: int | None
    reach_days: float | None
    short_ms: int | None

    def warns(self, now_ms: int) -> bool:
        """Whether within a day footage will begin to go before its time."""
        return self.short_ms is not None and self.short_ms - now_ms <= WARN_MS

    def sentence(self) -> str:
        """What it comes to, for people."""
        if self.full_ms is None:
            return "Less than ten minutes of footage have come, so there is nothing to foresee yet."
        if math.isinf(self.wanted_days):
            return (
                f"There is room for {self.reach_days or 0:.1f} days of footage. Nothing says for how long it is "
                "wanted, so it is kept until the room is used up; then the oldest goes."
            )
        if self.short_ms is None:
            return f"There is room for the {self.wanted_days:g} days that are wanted."
        return (
            f"There is room for {self.reach_days or 0:.1f} days of footage, not for the {self.wanted_days:g} that "
            "are wanted: keep less, or add a disk."
        )


def daily_bytes(days: Iterable[DayBytes], since_ms: int, now_ms: int) -> int:
    """Bytes a day, from the whole days of the last week; `since_ms` is when the oldest footage begins.

    Where there are none, from the hours since then or since yesterday's midnight; 0 for less than ten minutes.
    """
    today, first = now_ms // DAY_MS, since_ms // DAY_MS
    by_day: dict[int, int] = {}
    for each in days:
        by_day[each.day] = by_day.get(each.day, 0) + each.bytes
    # The day on which the oldest footage begins is no whole one.
    whole = [size for day, size in by_day.items() if max(today - WEEK, first + 1) <= day < today]
    if whole:
        return sum(whole) // len(whole)
    span_ms = now_ms - max(since_ms, (today - 1) * DAY_MS)
    if span_ms < LEAST_MS:
        return 0
    return (by_day.get(today - 1, 0) + by_day.get(today, 0)) * DAY_MS // span_ms


def foresee(
    days: Sequence[DayBytes],
    *,
    free_bytes: int,
    held_bytes: int,
    wanted_days: float,
    since_ms: int,
    now_ms: int,
) -> Forecast:
    """The forecast, where `free_bytes` may still be used and `wanted_days` is the longest time that is wanted.

    The oldest footage begins at `since_ms`.

    Footage that has been kept for as long as is wanted makes room for what comes, so a disk that is large enough is
    never short, though it may be nearly full.
    """
    kept = sum(each.bytes for each in days)
    rate = daily_bytes(days, since_ms, now_ms)
    if rate <= 0:
        return Forecast(
            bytes_per_day=0, kept_bytes=kept, free_bytes=free_bytes, held_bytes=held_bytes,
            wanted_days=wanted_days, full_ms=None, reach_days=None, short_ms=None,
        )  # fmt: skip
    full_ms = now_ms + int(max(0, free_bytes) / rate * DAY_MS)
    room = max(0, kept + free_bytes - held_bytes)
    reach = room / rate
    short_ms = full_ms if not math.isinf(wanted_days) and reach < wanted_days else None
    if math.isinf(wanted_days):
        short_ms = full_ms
    return Forecast(
        bytes_per_day=rate, kept_bytes=kept, free_bytes=free_bytes, held_bytes=held_bytes,
        wanted_days=wanted_days, full_ms=full_ms, reach_days=reach, short_ms=short_ms,
    )  # fmt: skip
