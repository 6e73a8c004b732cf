"""A mount: one pretended camera, what it shows when, and what goes wrong with it when. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from safecity.simulator.rtsp.challenge import Challenge
from safecity.simulator.rtsp.reel import Reel


class FaultKind(StrEnum):
    """What can go wrong with a camera."""

    REFUSE = "refuse"  # no password is good enough
    STALL = "stall"  # connected, but no pictures come
    RESET = "reset"  # the connection breaks off
    AUDIO_ONLY = "audio_only"  # offers sound, no pictures
    OFFLINE = "offline"  # does not answer
    FROZEN = "frozen"  # shows the same picture again and again


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A fault and when it is there, in seconds after the start; with `every_s` it comes back."""

    kind: FaultKind
    from_s: float = 0.0
    until_s: float = float("inf")
    every_s: float | None = None

    def there(self, at_s: float) -> bool:
        """Whether the fault is there at this moment."""
        if self.every_s is not None and at_s >= self.from_s:
            at_s = self.from_s + (at_s - self.from_s) % self.every_s
        return self.from_s <= at_s < self.until_s


@dataclass(frozen=True, kw_only=True)
class Mount:
    """One camera. `order` turns the count of pictures since the start into the number of a picture on the reel."""

    name: str
    reel: Reel
    challenge: Challenge | None = None
    faults: tuple[Fault, ...] = ()
    phase_s: float = 0.0
    order: Callable[[int], int] | None = field(default=None, repr=False)

    def fault(self, at_s: float) -> FaultKind | None:
        """What is wrong with the camera at this moment, if anything."""
        return next((fault.kind for fault in self.faults if fault.there(at_s)), None)

    def due_s(self, tick: int) -> float:
        """When a picture is due, in seconds after the start."""
        return self.phase_s + tick / self.reel.fps

    def tick_at(self, at_s: float) -> int:
        """The count of the first picture that is due at this moment or later."""
        # The small step keeps a picture's own due time from being rounded to the next one.
        return max(0, math.ceil((at_s - self.phase_s) * self.reel.fps - 1e-6))

    def picture(self, tick: int) -> int:
        """Which picture of the reel is shown."""
        count = len(self.reel.pictures)
        return (self.order(tick) if self.order else tick) % count
