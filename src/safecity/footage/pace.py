"""Which wall time each group of pictures has, from two clocks that both can be wrong. Pure.

The time of receipt jitters with the network and steps when our clock is set; the camera's RTP clock drifts and jumps.
Why it is done so, and what else was considered: docs/design/time.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from safecity.footage.layout import Layout, lay_out

SLEW_PPM = 500  # as adjtime: a clock that runs wrong by less is followed for ever without a seam
LATE_MS = 100  # pictures that came so long before the time we gave them prove that we are late
EARLY_MS = 250  # pictures may be held up on the way; where all of them are, for as long as this,
SURE_US = 5_000_000  # it is our time that is too early


class Placed(NamedTuple):
    """A group's place on the wall clock. `anew`: it does not follow from the group before, so it needs a file anew."""

    start_ms: int
    end_ms: int
    anew: bool


class Pace:
    """Gives every group of pictures its wall time: by our clock at first, then by the camera's, gently corrected.

    Groups follow each other: each begins where the one before ended, and none overlaps, whatever either clock does.
    A group's length by the camera is corrected towards the time of receipt by at most 500 millionths. What is more
    than that begins anew: ahead at once, which leaves a hole; back by halving groups' lengths until it is right.
    """

    def __init__(self, floor_ms: int = 0) -> None:
        """`floor_ms` is where earlier footage of this camera ends."""
        self._at_us = floor_ms * 1000
        self._first = True
        self._anew = False
        self._squeezes = False
        self._errors: list[
            tuple[int, int]
        ] = []  # length of a group, and how much later than we say it came: us
        self._sure_us = 0

    def take(
        self,
        times: Sequence[int],
        received_ms: Sequence[int],
        clock_hz: int,
        following: tuple[int, int] | None,
        *,
        can_begin: bool = True,
        next_can_begin: bool = True,
    ) -> tuple[Layout, Placed]:
        """Lays out a group of pictures and gives it its place; `following` is the next picture's time and receipt.

        None of it: the stream ended, and the next group is another's first. What cannot begin is a part of a group.
        """
        next_time, next_received_ms = following or (None, None)
        expected_ms = None if self._first else self._at_us // 1000
        layout = lay_out(
            times, received_ms, clock_hz, next_time, next_received_ms=next_received_ms, start_ms=expected_ms
        )
        durations, _, pause = layout
        least_ms = min(
            came - passed * 1000 // clock_hz
            for came, passed in zip(received_ms, accumulate(durations, initial=0), strict=False)
        )
        if pause and not next_can_begin:
            durations[-1] += pause
            pause = 0
        placed = self.place(sum(durations) * 1_000_000 // clock_hz, least_ms, can_begin=can_begin)
        if following is None:
            self._first, self._anew = True, False
        elif pause:
            self._at_us += pause * 1_000_000 // clock_hz
            self._anew = True
        return layout, placed

    def place(self, duration_us: int, least_ms: int, *, can_begin: bool = True) -> Placed:
        """The place of the next group, which lasts so long by the camera's clock.

        `least_ms` is when its first picture would have been received, had all been held up as little as the one that
        was least. `can_begin`: it begins with a keyframe, so that a file can.
        """
        anew = False
        if self._first:
            self._at_us = max(self._at_us, least_ms * 1000)
            self._first = self._squeezes = False
            self._forget()
        error_us = least_ms * 1000 - self._at_us
        if error_us < -LATE_MS * 1000:
            anew, self._squeezes = not self._squeezes, True
            self._forget()
            length_us = max(duration_us + error_us, duration_us // 2)
        else:
            self._squeezes = False
            ahead_us = self._ahead(duration_us, error_us)
            if can_begin and ahead_us > EARLY_MS * 1000:
                anew = True
                self._at_us += ahead_us
                error_us -= ahead_us
                self._forget()
            most_us = duration_us * SLEW_PPM // 1_000_000
            length_us = duration_us + min(most_us, max(-most_us, error_us))
        start_ms = self._at_us // 1000
        self._at_us = max(self._at_us + length_us, (start_ms + 1) * 1000)
        if can_begin and self._anew:
            anew, self._anew = True, False
        return Placed(start_ms, self._at_us // 1000, anew and can_begin)

    def _ahead(self, duration_us: int, error_us: int) -> int:
        """By how much all groups of the last seconds came later than we say; 0 where that is not sure yet."""
        self._errors.append((duration_us, error_us))
        self._sure_us += duration_us
        while self._sure_us - self._errors[0][0] >= SURE_US:
            self._sure_us -= self._errors.pop(0)[0]
        if self._sure_us < SURE_US:
            return 0
        return min(error for _, error in self._errors)

    def _forget(self) -> None:
        self._errors.clear()
        self._sure_us = 0
