"""Nouns of detection: what a camera saw, as places in its picture. Things, never names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from safecity.cameras import Shape
from safecity.footage import SceneMark


class Box(NamedTuple):
    """An upright rectangle in the picture; left, top, width and height as shares (0 to 1) of the picture's sides."""

    x: float
    y: float
    w: float
    h: float

    def united(self, other: Box) -> Box:
        """The smallest box around both."""
        left, top = min(self.x, other.x), min(self.y, other.y)
        right, bottom = max(self.x + self.w, other.x + other.w), max(self.y + self.h, other.y + other.h)
        return Box(left, top, right - left, bottom - top)

    def share_in(self, other: Box) -> float:
        """Which share of this box's area lies inside another box."""
        wide = min(self.x + self.w, other.x + other.w) - max(self.x, other.x)
        high = min(self.y + self.h, other.y + other.h) - max(self.y, other.y)
        own = self.w * self.h
        return max(0.0, wide) * max(0.0, high) / own if own else 0.0

    def rounded(self) -> Box:
        """The same box to a thousandth of the picture, as it stands in facts."""
        return Box(round(self.x, 3), round(self.y, 3), round(self.w, 3), round(self.h, 3))


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A span in which something was in one camera's picture. `ended_ms` is None while it lasts.

    `box` holds everything that was seen in that span. `snapshot` is the key of a masked picture in the node's blobs,
    or None where no picture could be masked.
    """

    id: str
    camera: str
    started_ms: int
    ended_ms: int | None
    box: Box
    snapshot: str | None


@dataclass(frozen=True, kw_only=True)
class Started:
    """What an eye tells when a sighting starts; the body of a notice of the kind `sighting_started`."""

    sighting: str
    started_ms: int
    box: Box
    snapshot: str | None


@dataclass(frozen=True, kw_only=True)
class Over:
    """What an eye tells when a sighting ends; the body of a notice of the kind `sighting_ended`."""

    sighting: str
    ended_ms: int
    box: Box
    stayed: bool


@dataclass(frozen=True, kw_only=True)
class Opened:
    """What an eye tells when it opens: with what it looks for people, as a sentence."""

    finders: str = ""


@dataclass(frozen=True, kw_only=True)
class WatchedCamera:
    """A camera as its eye is asked to look at it. Things only: no address, no bureau, no person.

    With `has_sub` it has a small stream, which is watched and looked at. Plates from before `plate_from_ms` are not to
    be used: an administrator had them taken anew. `marks` are what people said of places in the others. `keep_days` is
    for how long its footage is kept, where it says so.
    """

    id: str
    recorder: int
    has_sub: bool = False
    plate_from_ms: int = 0
    keep_days: int | None = None
    marks: tuple[SceneMark, ...] = ()
    zones: tuple[Shape, ...] = ()
    masks: tuple[Shape, ...] = ()
    privacy_areas: tuple[Shape, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EyePlan:
    """Which cameras one eye looks at."""

    cameras: tuple[WatchedCamera, ...] = ()


def snapshot_key(sighting: str) -> str:
    """Where a sighting's masked picture lies in the node's blobs."""
    return f"snapshots/{sighting}.jpg"
