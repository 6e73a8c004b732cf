"""Time as a parameter: the real clock, and one that a test sets.

Times are aware `datetime`s in UTC at the doorways of rooms; rows and files hold whole milliseconds since 1970.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_ms(moment: datetime) -> int:
    """Milliseconds since 1970 of an aware moment, rounded down."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def from_ms(milliseconds: int) -> datetime:
    """The UTC moment of so many milliseconds since 1970."""
    return EPOCH + timedelta(milliseconds=milliseconds)


class Clock(Protocol):
    """What time it is, and a way to wait. `monotonic` is in seconds and never steps back."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC."""
        ...

    def now_ms(self) -> int:
        """The wall clock in milliseconds since 1970; for what happens a thousand times a second."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; for durations only."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns once so much time has passed on this clock."""
        ...


class RealClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The machine's wall clock in UTC."""
        return EPOCH + timedelta(microseconds=time.time_ns() // 1000)

    def now_ms(self) -> int:
        """The machine's wall clock in milliseconds since 1970."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """The machine's monotonic clock, in seconds."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Sleeps on the event loop."""
        await asyncio.sleep(seconds)


class SetClock:
    """A clock that stands still until it is told to move; sleepers wake in order."""

    def __init__(self, start: str = "2030-01-01T00:00:00+00:00") -> None:
        self._now = datetime.fromisoformat(start).astimezone(UTC)
        self._origin = self._now
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._count = itertools.count()

    def now(self) -> datetime:
        """The moment that was set."""
        return self._now

    def now_ms(self) -> int:
        """The moment that was set, in milliseconds since 1970."""
        return to_ms(self._now)

    def monotonic(self) -> float:
        """Seconds moved since the clock was made."""
        return (self._now - self._origin).total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Waits until `pass_` has moved the clock so far."""
        if seconds <= 0:
            return
        future = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._count), future))
        await future

    def pass_(self, *, seconds: float = 0, minutes: float = 0, hours: float = 0, days: float = 0) -> None:
        """Moves the clock forward and wakes everyone whose time has come."""
        self._now += timedelta(seconds=seconds, minutes=minutes, hours=hours, days=days)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)
