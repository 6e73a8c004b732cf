"""Rows of oversight, private to this room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from safecity.base import Database, load_queries
from safecity.evidence import WIDTH, NodeHash, Tile, fold

SQL = load_queries("safecity.oversight")
BASE = load_queries("safecity.base")


@dataclass(frozen=True)
class CheckpointRow:
    """A signed checkpoint."""

    size: int
    note: str


@dataclass(frozen=True)
class CommitmentRow:
    """What the log takes of a journal entry."""

    seq: int
    commitment: bytes


@dataclass(frozen=True)
class ShapeRow:
    """How much of one level is stored, and the size of the newest checkpoint at that moment."""

    size: int
    level: int
    tiles: int
    bytes: int
    first: int
    last: int


@dataclass(frozen=True)
class ErasureRow:
    """A fact that says that an entry was erased."""

    seq: int
    body: str


@dataclass(frozen=True)
class CursorRow:
    """How far a durable listener has come."""

    seq: int


async def newest(database: Database) -> CheckpointRow | None:
    """The newest checkpoint."""
    rows = await database.fetch(CheckpointRow, SQL["newest_checkpoint"])
    return rows[0] if rows else None


async def node_hashes(database: Database, subtrees: Iterable[tuple[int, int]]) -> NodeHash:
    """Reads the tiles from which the hashes of these subtrees (height, index) follow.

    The answer raises KeyError for a subtree whose tile is missing or too short.
    """
    tiles: dict[tuple[int, int], list[bytes]] = {}
    for height, index in set(subtrees):
        level, rise = divmod(height, 8)
        place = level, (index << rise) // WIDTH
        if place not in tiles:
            found = await database.fetch(Tile, SQL["tile"], level=place[0], number=place[1])
            tiles[place] = found[0].row() if found else []

    def node(height: int, index: int) -> bytes:
        level, rise = divmod(height, 8)
        start = (index << rise) % WIDTH
        row = tiles[level, (index << rise) // WIDTH][start : start + (1 << rise)]
        if len(row) != 1 << rise:
            raise KeyError((height, index))
        return fold(row)

    return node
