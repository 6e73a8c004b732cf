"""Rows of sightings."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from safecity.base import load_queries
from safecity.detection.model import Box, Sighting

SQL = load_queries("safecity.detection")


@dataclass(frozen=True)
class SightingRow:
    """A sighting as it lies in the table."""

    id: str
    camera: str
    started_ms: int
    ended_ms: int | None
    box_json: str
    snapshot: str | None

    def sighting(self) -> Sighting:
        """The sighting this row holds."""
        return Sighting(
            id=self.id,
            camera=self.camera,
            started_ms=self.started_ms,
            ended_ms=self.ended_ms,
            box=msgspec.json.decode(self.box_json, type=Box),
            snapshot=self.snapshot,
        )


@dataclass(frozen=True)
class CursorRow:
    """How far an eye's notices were read."""

    seq: int


@dataclass(frozen=True)
class FindersRow:
    """With what an eye looks for people, in words."""

    words: str


def box_json(box: Box) -> str:
    """A box as its column holds it."""
    return msgspec.json.encode(box.rounded()).decode()
