"""Notices when the recorder itself stands still, or its clock is set: a hole about then is nobody else's fault."""

from __future__ import annotations

from collections.abc import Callable

from safecity.base import Clock, to_ms

BEAT_S = 0.5
STOOD_S = 1.0  # so much longer than a beat, and cameras were not heard meanwhile
SET_MS = 1_000


class OwnClock:
    """Compares beats of the wall clock and of one that never steps. Pure."""

    def __init__(self, wall_ms: int, steady_s: float) -> None:
        """`steady_s` is of a clock that is never set."""
        self._wall_ms, self._steady_s = wall_ms, steady_s

    def beat(self, wall_ms: int, steady_s: float) -> str | None:
        """What happened since the last beat, as a sentence; None where it came when it was due."""
        passed_s = steady_s - self._steady_s
        set_ms = wall_ms - self._wall_ms - round(passed_s * 1000)
        self._wall_ms, self._steady_s = wall_ms, steady_s
        if abs(set_ms) >= SET_MS:
            return f"The recorder's clock was set {'ahead' if set_ms > 0 else 'back'} by {abs(set_ms) // 1000} s."
        if passed_s >= BEAT_S + STOOD_S:
            return f"The recorder was held up for {passed_s:.0f} s; this machine has too much to do."
        return None


async def watch_own_clock(clock: Clock, tell: Callable[[str, int], None]) -> None:
    """Tells, with the wall time in ms, whenever the event loop stood still or the clock was set; for ever."""
    own = OwnClock(to_ms(clock.now()), clock.monotonic())
    while True:
        await clock.sleep(BEAT_S)
        now_ms = to_ms(clock.now())
        words = own.beat(now_ms, clock.monotonic())
        if words is not None:
            tell(words, now_ms)
