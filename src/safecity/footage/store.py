"""Rows of the footage room in the node's database; private to the room."""

from __future__ import annotations

from dataclasses import dataclass

from safecity.base import load_queries
from safecity.footage.model import Hold

SQL = load_queries("safecity.footage")


@dataclass(frozen=True)
class HoldRow:
    """A row of `footage_hold`."""

    id: str
    camera: str
    start_ms: int
    end_ms: int

    def hold(self) -> Hold:
        """The hold it is."""
        return Hold(id=self.id, camera=self.camera, start_ms=self.start_ms, end_ms=self.end_ms)


@dataclass(frozen=True)
class CursorRow:
    """A row of `footage_notice`."""

    born: str
    seq: int
