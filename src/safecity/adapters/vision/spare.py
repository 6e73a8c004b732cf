"""Time of a thread that is left over: for work that can wait, so much of it and no more.

After each piece of such work the thread has nine times as long for everything else. Times are monotonic seconds.
"""

from __future__ import annotations

from collections.abc import Callable

REST = 9.0


class Spare:
    """The spare time of one thread; to be used in that thread only."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._free_s: float | None = None

    def use(self, work: Callable[[], None]) -> bool:
        """Does the work if there is time to spare; false where there is none just now, and nothing was done."""
        begun_s = self._monotonic()
        if self._free_s is not None and begun_s < self._free_s:
            return False
        try:
            work()
        finally:
            ended_s = self._monotonic()
            self._free_s = ended_s + REST * (ended_s - begun_s)
        return True
