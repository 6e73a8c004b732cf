"""Extends the log: takes new journal entries as leaves, stores the tiles, signs a checkpoint; all in one transaction.

Tells no fact of its own, or the log would feed itself.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from safecity.base import NODE as BY_NODE
from safecity.base import Change, Conflict, Node, Unavailable, last_seq
from safecity.evidence import WIDTH, Checkpoint, Edge, Signer, Tile, edge_tiles, leaf_hash
from safecity.oversight.store import SQL, CheckpointRow, CommitmentRow, newest

BATCH = 4096
GATHER_S = 0.5  # how long entries may gather before a checkpoint is signed
LOOK_S = 1.0  # how long another process's entries may wait


class LogBroken(Unavailable):
    """The log and the journal no longer fit each other."""


async def extend(node: Node, keys: Signer, *, gather_s: float = GATHER_S) -> None:
    """Keeps the log up with the journal, for ever. Raises LogBroken where they do not fit."""
    grown = asyncio.Event()
    node.database.on_commit(grown.set)
    while True:
        grown.clear()
        while await append_new(node, keys):
            pass
        with suppress(TimeoutError):
            await asyncio.wait_for(grown.wait(), LOOK_S)
        await node.clock.sleep(gather_s)


async def append_new(node: Node, keys: Signer, *, limit: int = BATCH) -> int:
    """Takes up to `limit` new entries into the log and signs a checkpoint; returns how many there were.

    Raises LogBroken where entries are missing or tiles do not fit, and Conflict where another process was quicker.
    """
    before = await newest(node.database)
    size = before.size if before else 0
    if size > await last_seq(node.database):
        raise LogBroken(
            f"The log holds {size} entries, the journal fewer; run `safecity log verify` and ask for help."
        )
    rows = await node.database.fetch(CommitmentRow, SQL["commitments"], since=size, limit=limit)
    if not rows:
        return 0
    edge = await _edge(node, size)
    full: list[Tile] = []
    for row in rows:
        if row.seq != edge.size + 1:
            raise LogBroken(f"Entry {edge.size + 1} is missing from the journal; run `safecity log verify`.")
        full += edge.append(leaf_hash(row.commitment))
    note = keys.sign(Checkpoint(keys.name, edge.size, edge.root()).text())
    await _store(node, before, [*full, *edge.partial()], CheckpointRow(edge.size, note))
    return len(rows)


async def _edge(node: Node, size: int) -> Edge:
    tiles: list[Tile] = []
    for level, number, width in edge_tiles(size):
        if width:
            tiles += await node.database.fetch(Tile, SQL["tile"], level=level, number=number)
    try:
        return Edge.from_tiles(size, tiles)
    except ValueError as error:
        raise LogBroken(f"The log cannot go on: {error}; run `safecity log verify`.") from error


async def _store(node: Node, before: CheckpointRow | None, tiles: list[Tile], after: CheckpointRow) -> None:
    size = before.size if before else 0

    async def work(change: Change) -> None:
        now = await change.fetch_one(CheckpointRow, SQL["newest_checkpoint"])
        if (now.size if now else 0) != size:
            raise Conflict("Another process extends this log; run one at a time.")
        for tile in tiles:
            await change.execute(SQL["put_tile"], level=tile.level, number=tile.number, hashes=tile.hashes)
        # A checkpoint within the same run of 256 entries adds nothing: the newer one covers it.
        if size and size // WIDTH == after.size // WIDTH:
            await change.execute(SQL["drop_checkpoint"], size=size)
        await change.execute(SQL["add_checkpoint"], size=after.size, note=after.note)

    await node.change(BY_NODE, work)
