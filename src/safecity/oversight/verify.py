"""Checks the whole journal against its log, and names the first entry that does not fit.

Reads through the database's port only. What it recomputes, and from what:
each entry's commitment from its columns and salt; the order of sequence numbers; every hash tile from the commitments;
every stored checkpoint's signature, and its root from the commitments. An entry whose body was erased is allowed where
a later entry says so and repeats what is left of it.

What it cannot see: a log that was cut back to an earlier checkpoint as a whole. For that, give a checkpoint that
someone outside has kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec

from safecity.base import Database, Entry, SafeCityError, from_ms, last_seq, read_entries
from safecity.evidence import WIDTH, BadNote, Checkpoint, Edge, PublicKey, Tile, leaf_hash, open_checkpoint
from safecity.oversight.events import EntryErased
from safecity.oversight.model import Verdict
from safecity.oversight.store import SQL, CheckpointRow, CommitmentRow, ErasureRow, ShapeRow

BLOCK = 8 * WIDTH
Progress = Callable[[int, int], None]


class DoesNotFit(SafeCityError):
    """The log and the journal do not fit each other."""

    def __init__(self, sentence: str, entry: int | None = None) -> None:
        super().__init__(sentence)
        self.entry = entry


@dataclass
class _Walk:
    """Where the check stands."""

    database: Database
    total: int
    checkpoints: list[Checkpoint]  # by size; those that were walked past are taken off
    erasures: Mapping[int, EntryErased]
    edge: Edge = field(default_factory=Edge)
    erased: int = 0
    passed: int = 0  # the size of the last checkpoint whose root fitted
    last_ms: int = 0
    # entry and tile number of the first stored leaf hash that differs
    odd_tile: tuple[int, int] | None = None

    @property
    def covered(self) -> int:
        return self.checkpoints[-1].size if self.checkpoints else self.passed


async def verify(
    database: Database, key: PublicKey, *, kept: str | None = None, progress: Progress | None = None
) -> Verdict:
    """Walks the journal and its log; `kept` is a checkpoint's note that was kept elsewhere.

    Never raises for what it finds: the Verdict says it. `progress` hears (entries done, entries in all).
    """
    total = await last_seq(database)
    walk = _Walk(database, total, [], {})
    try:
        walk.checkpoints = await _checkpoints(database, key, kept)
        newest = walk.covered
        if newest > total:
            _missing_end(total, newest)
        if total and not newest:
            raise DoesNotFit(
                f"No checkpoint vouches for the {total} entries. If this node has run before, its checkpoints were "
                "deleted; if not, start it once and it signs one."
            )
        await _check_beginning(database)
        walk.erasures = await _erasures(database)
        while walk.edge.size < total:
            await _check_block(walk)
            if progress:
                progress(walk.edge.size, total)
            await asyncio.sleep(0)
        await _check_shape(database)
    except DoesNotFit as fault:
        return Verdict(
            ok=False, sentence=fault.sentence, entries=total, vouched=walk.passed, entry=fault.entry
        )
    return Verdict(ok=True, sentence=_praise(walk), entries=total, vouched=walk.passed, erased=walk.erased)


def _praise(walk: _Walk) -> str:
    if not walk.total:
        return "The journal is empty, and so is the log."
    rest = walk.total - walk.passed
    newer = f"; {rest} newer wait for the next checkpoint" if rest else ""
    erased = f", {walk.erased} of them erased and recorded as such" if walk.erased else ""
    return f"All {walk.total} entries are as they were written{erased}; the log of {walk.passed} is whole{newer}."


def _missing_end(total: int, newest: int) -> None:
    first = total + 1
    which = f"Entry {first} is" if newest == first else f"The entries {first} to {newest} are"
    raise DoesNotFit(
        f"{which} missing from the end of the journal; a checkpoint vouches for {newest}.", first
    )


async def _checkpoints(database: Database, key: PublicKey, kept: str | None) -> list[Checkpoint]:
    try:
        rows = await database.fetch(CheckpointRow, SQL["checkpoints"])
    except (SafeCityError, msgspec.ValidationError) as error:
        raise DoesNotFit("A stored checkpoint cannot be read any more: it was changed.") from error
    found: list[Checkpoint] = []
    for row in rows:
        try:
            checkpoint = open_checkpoint(row.note, key)
        except BadNote as error:
            raise DoesNotFit(f"The checkpoint stored for {row.size} entries was changed: {error}") from error
        if checkpoint.size != row.size:
            raise DoesNotFit(
                f"The checkpoint stored for {row.size} entries is one of {checkpoint.size} entries."
            )
        if checkpoint.size:
            found.append(checkpoint)
    if kept is not None:
        try:
            outside = open_checkpoint(kept, key)
        except BadNote as error:
            raise DoesNotFit(f"The checkpoint that was kept cannot be used: {error}") from error
        if outside.size:
            found.append(outside)
    return sorted(found, key=lambda each: each.size)


async def _check_beginning(database: Database) -> None:
    """Nothing may stand before the first entry, where no walk from 1 on would see it."""
    first = await database.fetch(CommitmentRow, SQL["commitments"], since=-(2**63), limit=1)
    if first and first[0].seq < 1:
        raise DoesNotFit(f"An entry numbered {first[0].seq} was slipped in before the first.", first[0].seq)


async def _erasures(database: Database) -> dict[int, EntryErased]:
    """What was erased, by entry. The facts that say so are entries too, and are checked as such."""
    found: dict[int, EntryErased] = {}
    try:
        for row in await database.fetch(ErasureRow, SQL["erasures"], type=EntryErased.kind()):
            event = msgspec.json.decode(row.body, type=EntryErased)
            if row.seq > event.entry:
                found.setdefault(event.entry, event)
    except (SafeCityError, msgspec.MsgspecError):
        return found  # the walk will find the damaged entry and name it
    return found


async def _check_block(walk: _Walk) -> None:
    start = walk.edge.size
    entries, unreadable = await _read(walk, start)
    stored = await _stored_leaves(walk.database, start)
    for entry in entries:
        place = walk.edge.size
        if entry.seq != place + 1:
            _missing(place, entry.seq)
        _check_entry(walk, entry)
        leaf = leaf_hash(entry.commitment)
        if place < walk.covered and walk.odd_tile is None and stored.get(place) != leaf:
            walk.odd_tile = place + 1, place // WIDTH
        walk.last_ms = entry.at_ms
        for tile in walk.edge.append(leaf):
            if tile.level and (tile.number + 1) * WIDTH << 8 * tile.level <= walk.covered:
                await _check_tile(walk.database, tile)
        while walk.checkpoints and walk.checkpoints[0].size == walk.edge.size:
            _check_checkpoint(walk, walk.checkpoints.pop(0))
            if not walk.checkpoints:
                for tile in walk.edge.partial()[1:] if walk.edge.size % WIDTH else walk.edge.partial():
                    await _check_tile(walk.database, tile)
    if unreadable:
        raise DoesNotFit(
            f"Entry {walk.edge.size + 1} cannot be read any more: it was changed.", walk.edge.size + 1
        )
    if not entries:
        _missing(start, None)


def _missing(place: int, follows: int | None) -> None:
    end = f"entry {follows} follows entry {place}" if follows is not None else f"entry {place} is the last"
    raise DoesNotFit(f"Entry {place + 1} is missing: {end}.", place + 1)


async def _read(walk: _Walk, since: int) -> tuple[list[Entry], bool]:
    """A block of entries; where one of them cannot be read, those before it, and True."""
    limit = min(BLOCK, walk.total - since)
    try:
        return await read_entries(walk.database, since, limit=limit), False
    except (SafeCityError, msgspec.ValidationError):
        entries: list[Entry] = []
    try:
        for at in range(since, since + limit):
            entries += await read_entries(walk.database, at, limit=1)
    except (SafeCityError, msgspec.ValidationError):
        return entries, True
    return entries, False


def _check_entry(walk: _Walk, entry: Entry) -> None:
    if entry.salt or entry.body:
        if entry.expected_commitment() != entry.commitment:
            raise DoesNotFit(f"{_named(entry)} was changed after it was written.", entry.seq)
        return
    erasure = walk.erasures.get(entry.seq)
    if erasure is None:
        raise DoesNotFit(
            f"{_named(entry)} was emptied, and no later entry says who erased it and why.", entry.seq
        )
    left = (entry.at_ms, entry.type, entry.subject, entry.actor, entry.purpose)
    if left != (erasure.at_ms, erasure.type, erasure.of, erasure.actor, erasure.why):
        raise DoesNotFit(f"{_named(entry)} was changed after it was erased.", entry.seq)
    walk.erased += 1


def _named(entry: Entry) -> str:
    try:
        day = f"{from_ms(entry.at_ms):%Y-%m-%d %H:%M}"
    except OverflowError:
        day = "at no possible time"
    return f"Entry {entry.seq} ({entry.type.partition('/')[0]}, {day})"


def _check_checkpoint(walk: _Walk, checkpoint: Checkpoint) -> None:
    """Compares roots. A stored leaf hash that differed is a changed tile if the root fits, a changed entry if not."""
    signed = f"the checkpoint of {checkpoint.size} entries, signed at {from_ms(walk.last_ms):%Y-%m-%d %H:%M:%S} UTC"
    if walk.edge.root() == checkpoint.root:
        if walk.odd_tile is not None:
            entry, tile = walk.odd_tile
            raise DoesNotFit(
                f"The hash tile 0/{tile} was changed at entry {entry}; the entry itself fits {signed}.", entry
            )
        walk.passed = checkpoint.size
        return
    first = walk.passed + 1
    span = (
        f"Entry {first} does" if first == checkpoint.size else f"The entries {first} to {checkpoint.size} do"
    )
    if walk.odd_tile is not None and walk.odd_tile[0] <= checkpoint.size:
        entry = walk.odd_tile[0]
        raise DoesNotFit(
            f"{span} not fit {signed}; the first tile hash that differs is entry {entry}.", entry
        )
    raise DoesNotFit(f"{span} not fit {signed}; the hash tiles were rewritten to match.", first)


async def _stored_leaves(database: Database, start: int) -> dict[int, bytes]:
    """The stored hashes of the leaves of a block, by index."""
    tiles = await _tiles(database, 0, start // WIDTH, BLOCK // WIDTH + 1)
    return {tile.number * WIDTH + at: each for tile in tiles for at, each in enumerate(tile.row())}


async def _tiles(database: Database, level: int, first: int, limit: int) -> list[Tile]:
    try:
        return await database.fetch(Tile, SQL["tiles"], level=level, first=first, limit=limit)
    except (SafeCityError, msgspec.ValidationError) as error:
        raise DoesNotFit(f"A hash tile of level {level} from {first} on cannot be read any more.") from error


async def _check_tile(database: Database, tile: Tile) -> None:
    found = await _tiles(database, tile.level, tile.number, 1)
    if not found or found[0].number != tile.number or not found[0].hashes.startswith(tile.hashes):
        raise DoesNotFit(f"The hash tile {tile.level}/{tile.number} was changed or is missing.")


async def _check_shape(database: Database) -> None:
    """Whether there are just as many hashes as the newest checkpoint needs, in tiles without a hole."""
    try:
        rows = await database.fetch(ShapeRow, SQL["shape"])
    except (SafeCityError, msgspec.ValidationError) as error:
        raise DoesNotFit("The hash tiles cannot be read any more.") from error
    size = rows[0].size if rows else 0
    found = {row.level: (row.bytes, row.tiles, row.first, row.last) for row in rows}
    wanted = {
        level: (count * 32, -(-count // WIDTH), 0, (count - 1) // WIDTH)
        for level in range(8)
        if (count := size >> 8 * level)
    }
    if found != wanted:
        raise DoesNotFit(
            f"The hash tiles do not fit the newest checkpoint, of {size} entries: one of them was removed."
        )
