"""Face finders that find what a test says, fail, or hang."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from safecity.footage import Area, Pixels


@dataclass
class KnownFaces:
    """Finds the faces that were set, and counts how often it was asked."""

    faces: tuple[Area, ...] = ()
    asked: list[int] = field(default_factory=list[int])

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        self.asked.append(pixels.wall_ms)
        return self.faces


class BrokenFinder:
    """Raises, as a library does that got something it did not expect."""

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        message = f"no face in a picture of shape {pixels.y.shape}"
        raise RuntimeError(message)


@dataclass
class HangingFinder:
    """Never answers until it is freed."""

    freed: threading.Event = field(default_factory=threading.Event)

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        self.freed.wait(60)
        return ((0.0, 0.0, float(pixels.wall_ms > 0), 1.0),)
