"""Facts that detection tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from safecity.base import Event
from safecity.detection.model import Box


@dataclass(frozen=True, kw_only=True)
class SightingStarted(Event):
    """Something came into a camera's picture.

    Heard by: alerts. `box` is (x, y, w, h) as shares of the picture; `snapshot` is the key of a masked picture or None.
    """

    about: ClassVar[str] = "sighting"

    sighting: str
    camera: str
    started_ms: int
    box: Box
    snapshot: str | None = None


@dataclass(frozen=True, kw_only=True)
class SightingEnded(Event):
    """Nothing moves in a camera's picture any more.

    Heard by: nobody yet. `stayed` says that something was left standing there (a parked car); `box` is everything
    that was seen from the start to the end.
    """

    about: ClassVar[str] = "sighting"

    sighting: str
    camera: str
    started_ms: int
    ended_ms: int
    box: Box
    stayed: bool = False
