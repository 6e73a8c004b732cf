"""Proves that an entry is in the log, and that the log only ever grew: from stored tiles, in a few reads."""

from __future__ import annotations

from collections.abc import Callable

from safecity.base import Database, NotFound, Unavailable
from safecity.evidence import HASH, NodeHash, consistency, inclusion, root_at
from safecity.oversight.store import newest, node_hashes


async def prove_entry(database: Database, entry: int, size: int | None = None) -> list[bytes]:
    """The inclusion proof of a journal entry (by its sequence number) in the log of that size, or the newest.

    Raises NotFound where the log does not reach so far, Unavailable where its tiles are damaged.
    """
    size = await _size(database, size)
    if not 0 < entry <= size:
        raise NotFound(f"The log of {size} entries has no entry {entry}.")
    return await _resolve(database, lambda node: inclusion(entry - 1, size, node))


async def prove_growth(database: Database, old: int, new: int | None = None) -> list[bytes]:
    """The proof that the log of `new` entries, or the newest, begins with that of `old`. Raises as `prove_entry`."""
    new = await _size(database, new)
    if not 0 < old <= new:
        raise NotFound(f"The log of {new} entries does not go on from one of {old}.")
    return await _resolve(database, lambda node: consistency(old, new, node))


async def root_of(database: Database, size: int) -> bytes:
    """The root at a size, from stored tiles. Raises as `prove_entry`."""
    await _size(database, size)
    return (await _resolve(database, lambda node: [root_at(size, node)]))[0]


async def _size(database: Database, wanted: int | None) -> int:
    row = await newest(database)
    have = row.size if row else 0
    if wanted is None:
        return have
    if wanted > have:
        raise NotFound(f"The log holds {have} entries, not {wanted}.")
    return wanted


async def _resolve(database: Database, proof: Callable[[NodeHash], list[bytes]]) -> list[bytes]:
    """Runs the proof twice: once to learn which subtrees it needs, and with their hashes once they are read."""
    needed: list[tuple[int, int]] = []

    def ask(height: int, index: int) -> bytes:
        needed.append((height, index))
        return bytes(HASH)

    proof(ask)
    node = await node_hashes(database, needed)
    try:
        return proof(node)
    except KeyError as missing:
        raise Unavailable(
            f"The log's tiles are incomplete near {missing}; run `safecity log verify`."
        ) from missing
