"""Serves the log to anyone: checkpoint, hash tiles and entries, under the paths of C2SP tlog-tiles.

What is public are hashes. The entries are commitments (salted hashes), so nothing of a fact can be read from them.
"""

from __future__ import annotations

import base64

from safecity.base import Node, NotFound, read_entries
from safecity.evidence import HASH, WIDTH, Checkpoint, Tile, read_checkpoint, read_path
from safecity.oversight.model import Standing
from safecity.oversight.store import SQL, CommitmentRow, newest


async def checkpoint(node: Node) -> str:
    """The newest checkpoint as a signed note (`/checkpoint`). Raises NotFound before the first."""
    row = await newest(node.database)
    if row is None:
        raise NotFound("The log has no checkpoint yet; the first is signed a second after the first entry.")
    return row.note


async def standing(node: Node) -> Standing | None:
    """Where the log stands, or None before the first checkpoint. Says nothing about whether it verifies."""
    row = await newest(node.database)
    if row is None:
        return None
    read: Checkpoint = read_checkpoint(row.note.partition("\n\n")[0] + "\n")
    last = await read_entries(node.database, read.size - 1, limit=1)
    return Standing(
        size=read.size,
        root=base64.b64encode(read.root).decode(),
        at_ms=last[0].at_ms if last else None,
        note=row.note,
    )


async def tile(node: Node, path: str) -> bytes:
    """The tile at a path such as `0/x001/234.p/8` or `entries/000` (after `/tile/`). Raises NotFound."""
    asked = read_path(path)
    row = await newest(node.database)
    if asked is None or row is None:
        raise NotFound("The log has no such tile.")
    level, number, width = asked
    count = row.size >> 8 * (level or 0)
    # Only what the newest checkpoint covers is published; a wider tile serves all narrower ones.
    if number * WIDTH + width > count:
        raise NotFound("The log has no such tile, or not yet.")
    if level is None:
        since = number * WIDTH
        rows = await node.database.fetch(CommitmentRow, SQL["commitments"], since=since, limit=width)
        return b"".join(len(each.commitment).to_bytes(2) + each.commitment for each in rows)
    found = await node.database.fetch(Tile, SQL["tile"], level=level, number=number)
    if not found or found[0].width < width:
        raise NotFound("The log has lost this tile; run `safecity log verify`.")
    return found[0].hashes[: width * HASH]
