"""Whatever is changed behind the program's back is found, and named."""

# ruff: noqa: E501  the table of deeds reads line by line

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from fakes.intruder import KEYS, happen, tamper
from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import Node, read_entries
from safecity.evidence import Checkpoint
from safecity.evidence.tree import Edge, leaf_hash
from safecity.oversight import Keys, append_new, checkpoint, verify
from safecity.oversight.model import Verdict


async def written(node: Node, sizes: tuple[int, ...] = (120, 100, 80)) -> None:
    for more in sizes:
        await happen(node, more)
        await append_new(node, KEYS)


async def verdict(node: Node) -> Verdict:
    return await verify(node.database, KEYS.public)


async def test_an_untouched_log_is_whole(node: Node):
    await written(node)
    heard: list[tuple[int, int]] = []
    found = await verify(node.database, KEYS.public, progress=lambda done, total: heard.append((done, total)))
    assert found == Verdict(
        ok=True,
        sentence="All 300 entries are as they were written; the log of 300 is whole.",
        entries=300,
        vouched=300,
    )
    assert heard[-1] == (300, 300)


async def test_an_empty_journal_is_whole(node: Node):
    assert (await verdict(node)).sentence == "The journal is empty, and so is the log."


async def test_entries_newer_than_the_checkpoint_are_counted(node: Node):
    await written(node, (10,))
    await happen(node, 2)
    found = await verdict(node)
    assert (found.ok, found.entries, found.vouched) == (True, 12, 10)
    assert found.sentence.endswith("2 newer wait for the next checkpoint.")


@dataclass(frozen=True)
class Deed:
    """What an intruder does, and what the check says of it."""

    sql: str
    words: str
    entry: int | None = None


DEEDS = {
    "a body changed": Deed(
        "UPDATE journal SET body = replace(body, 'B16', 'B61') WHERE seq = 17",
        "Entry 17 (BureauAdded, 2030-01-01 00:00) was changed after it was written.",
        17,
    ),
    "an actor changed": Deed("UPDATE journal SET actor = 'node2' WHERE seq = 1", "Entry 1 (BureauAdded", 1),
    "a purpose changed": Deed("UPDATE journal SET purpose = 'x' WHERE seq = 300", "Entry 300 (BureauAdded", 300),
    "a time changed": Deed("UPDATE journal SET at_ms = at_ms + 60000 WHERE seq = 9", "Entry 9 (BureauAdded, 2030-01-01 00:01)", 9),
    "an impossible time": Deed("UPDATE journal SET at_ms = 9007199254740993000 WHERE seq = 9", "at no possible time) was changed", 9),
    "a salt changed": Deed("UPDATE journal SET salt = x'00' WHERE seq = 5", "Entry 5 (", 5),
    "a commitment changed": Deed("UPDATE journal SET commitment = zeroblob(32) WHERE seq = 5", "Entry 5 (", 5),
    "a body that is no text": Deed("UPDATE journal SET body = CAST(x'ff' AS TEXT) WHERE seq = 5", "Entry 5 cannot be read any more", 5),
    "a time that is no number": Deed("UPDATE journal SET at_ms = 'noon' WHERE seq = 5", "Entry 5 cannot be read any more", 5),
    "an entry deleted": Deed("DELETE FROM journal WHERE seq = 42", "Entry 42 is missing: entry 43 follows entry 41.", 42),
    "the first entry deleted": Deed("DELETE FROM journal WHERE seq = 1", "Entry 1 is missing: entry 2 follows entry 0.", 1),
    "the last entry deleted": Deed("DELETE FROM journal WHERE seq = 300", "Entry 300 is missing from the end of the journal; a checkpoint vouches for 300.", 300),
    "the end cut off": Deed("DELETE FROM journal WHERE seq > 250", "The entries 251 to 300 are missing from the end", 251),
    "everything deleted": Deed("DELETE FROM journal", "The entries 1 to 300 are missing", 1),
    "an entry slipped in before the first": Deed(
        "INSERT INTO journal SELECT 0, 'other', node, at_ms, type, subject, actor, purpose, body, salt, commitment FROM journal WHERE seq = 1",
        "An entry numbered 0 was slipped in before the first.",
        0,
    ),
    "two entries swapped": Deed(
        "UPDATE journal SET seq = CASE seq WHEN 7 THEN -8 ELSE -7 END WHERE seq IN (7, 8); "
        "UPDATE journal SET seq = -seq WHERE seq < 0",
        "Entry 7 (",
        7,
    ),
    "a tile hash changed": Deed(
        "UPDATE log_tile SET hashes = randomblob(8192) WHERE level = 0 AND number = 0",
        "The hash tile 0/0 was changed at entry 1; the entry itself fits the checkpoint of 220 entries",
        1,
    ),
    "an upper tile hash changed": Deed("UPDATE log_tile SET hashes = zeroblob(32) WHERE level = 1", "The hash tile 1/0 was changed"),
    "a partial tile cut": Deed("UPDATE log_tile SET hashes = substr(hashes, 1, 32) WHERE number = 1", "The hash tile 0/1 was changed at entry 258", 258),
    "a partial tile made longer": Deed("UPDATE log_tile SET hashes = CAST(hashes || '0123456789abcdef0123456789abcdef' AS BLOB) WHERE number = 1", "do not fit the newest checkpoint"),
    "a tile deleted": Deed("DELETE FROM log_tile WHERE level = 1", "The hash tile 1/0 was changed or is missing"),
    "a tile added": Deed("INSERT INTO log_tile VALUES (2, 0, zeroblob(32))", "do not fit the newest checkpoint"),
    "all tiles deleted": Deed("DELETE FROM log_tile", "The hash tile 0/0 was changed at entry 1", 1),
    "the newest checkpoint deleted": Deed("DELETE FROM log_checkpoint WHERE size = 300", "do not fit the newest checkpoint, of 220 entries"),
    "all checkpoints deleted": Deed("DELETE FROM log_checkpoint", "No checkpoint vouches for the 300 entries."),
    "a checkpoint's text changed": Deed("UPDATE log_checkpoint SET note = replace(note, '300', '299') WHERE size = 300", "The checkpoint stored for 300 entries was changed: The signature does not fit"),
    "a checkpoint moved": Deed("UPDATE log_checkpoint SET size = 221 WHERE size = 220", "The checkpoint stored for 221 entries is one of 220 entries."),
    "a checkpoint that is no text": Deed("UPDATE log_checkpoint SET note = CAST(x'ff' AS TEXT) WHERE size = 220", "A stored checkpoint cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS.keys())
async def test_every_deed_is_found_and_named(node: Node, deed: Deed):
    await written(node)
    for statement in deed.sql.split("; "):
        await tamper(node.database, statement)
    found = await verdict(node)
    assert not found.ok
    assert deed.words in found.sentence
    assert found.entry == deed.entry


async def rewrite(node: Node, seq: int) -> None:
    """An intruder who knows how commitments are made rewrites an entry with a fitting one."""
    old = (await read_entries(node.database, seq - 1, limit=1))[0]
    new = replace(old, actor="person:scapegoat").expected_commitment()
    await tamper(
        node.database,
        "UPDATE journal SET actor = 'person:scapegoat', commitment = :new WHERE seq = :seq",
        new=new,
        seq=seq,
    )


async def test_a_rewritten_entry_with_a_fitting_commitment_is_named_by_its_tile(node: Node):
    await written(node)
    await rewrite(node, 230)
    found = await verdict(node)
    assert found.sentence == (
        "The entries 221 to 300 do not fit the checkpoint of 300 entries, signed at 2030-01-01 00:00:00 UTC; "
        "the first tile hash that differs is entry 230."
    )
    assert found.entry == 230


async def retile(node: Node) -> Edge:
    edge = Edge()
    for entry in await read_entries(node.database, 0, limit=1000):
        for tile in edge.append(leaf_hash(entry.commitment)):
            await put(node, tile.level, tile.number, tile.hashes)
    for tile in edge.partial():
        await put(node, tile.level, tile.number, tile.hashes)
    return edge


async def put(node: Node, level: int, number: int, hashes: bytes) -> None:
    sql = "UPDATE log_tile SET hashes = :hashes WHERE level = :level AND number = :number"
    await tamper(node.database, sql, level=level, number=number, hashes=hashes)


async def test_rewriting_the_tiles_too_does_not_help(node: Node):
    await written(node)
    await rewrite(node, 230)
    await retile(node)
    found = await verdict(node)
    assert found.sentence.startswith("The entries 221 to 300 do not fit the checkpoint of 300 entries")
    assert found.sentence.endswith("the hash tiles were rewritten to match.")
    assert found.entry == 221


async def test_nor_does_signing_with_a_key_of_ones_own(node: Node):
    await written(node)
    await rewrite(node, 230)
    edge = await retile(node)
    forged = Keys(KEYS.name, bytes(32)).sign(Checkpoint(KEYS.name, 300, edge.root()).text())
    await tamper(node.database, "UPDATE log_checkpoint SET note = :note WHERE size = 300", note=forged)
    assert "The checkpoint stored for 300 entries was changed" in (await verdict(node)).sentence


async def test_a_log_cut_back_as_a_whole_is_found_with_a_kept_checkpoint(node: Node):
    await written(node, (10,))
    await happen(node, 5)
    await append_new(node, KEYS)
    kept = await checkpoint(node)
    for statement in (
        "DELETE FROM journal WHERE seq > 10",
        "DELETE FROM log_checkpoint",
        "UPDATE log_tile SET hashes = substr(hashes, 1, 320)",
    ):
        await tamper(node.database, statement)
    edge = Edge()
    for entry in await read_entries(node.database, 0):
        edge.append(leaf_hash(entry.commitment))
    note = KEYS.sign(Checkpoint(KEYS.name, 10, edge.root()).text())
    await tamper(node.database, "INSERT INTO log_checkpoint VALUES (10, :note)", note=note)
    assert (await verdict(node)).ok, "with the stolen key, from inside nothing can be seen"
    found = await verify(node.database, KEYS.public, kept=kept)
    assert found.sentence.startswith("The entries 11 to 15 are missing")
    assert not (await verify(node.database, KEYS.public, kept="nonsense")).ok


async def test_an_older_kept_checkpoint_fits_a_log_that_grew(node: Node):
    await written(node, (10,))
    kept = await checkpoint(node)
    await written(node, (300,))
    assert (await verify(node.database, KEYS.public, kept=kept)).ok


TABLES = {
    "journal": ("id", "node", "at_ms", "type", "subject", "actor", "purpose", "body", "salt", "commitment"),
    "log_tile": ("hashes",),
    "log_checkpoint": ("note", "size"),
}  # fmt: skip


class Vandal:
    """Changes one byte of one stored value, anywhere in the journal, the tiles or the checkpoints."""

    def __init__(self, connection: sqlite3.Connection, chance: random.Random) -> None:
        self._connection = connection
        self._chance = chance

    def strike(self) -> tuple[Callable[[], None], str]:
        """Changes something; returns how to undo it, and what it was."""
        table = self._chance.choice(["journal"] * 6 + ["log_tile"] * 2 + ["log_checkpoint"])
        column = self._chance.choice(TABLES[table])
        if table == "journal" and self._chance.random() < 0.2:
            return self._remove_or_swap()
        rows = self._connection.execute(f"SELECT rowid, {column} FROM {table}").fetchall()
        row, old = self._chance.choice(rows)
        new = self._changed(old)
        row = self._update(table, column, row, new)
        return lambda: self._put_back(table, column, row, old), f"{table}.{column} of row {row}"

    def _update(self, table: str, column: str, row: int, new: object) -> int:
        self._connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (new, row))
        return int(str(new)) if column == "size" else row

    def _put_back(self, table: str, column: str, row: int, old: object) -> None:
        self._connection.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = ?", (old, row))

    def _remove_or_swap(self) -> tuple[Callable[[], None], str]:
        last = self._connection.execute("SELECT max(seq) FROM journal").fetchone()[0]
        first, second = self._chance.sample(range(1, last + 1), 2)
        if self._chance.random() < 0.5:
            row = self._connection.execute("SELECT * FROM journal WHERE seq = ?", (first,)).fetchone()
            self._connection.execute("DELETE FROM journal WHERE seq = ?", (first,))
            marks = ",".join("?" * len(row))
            undo = lambda: self._connection.execute(f"INSERT INTO journal VALUES ({marks})", row)  # noqa: E731
            return lambda: (undo(), None)[1], f"entry {first} deleted"
        self._swap(first, second)
        return lambda: self._swap(first, second), f"entries {first} and {second} swapped"

    def _swap(self, first: int, second: int) -> None:
        for old, new in ((first, -1), (second, first), (-1, second)):
            self._connection.execute("UPDATE journal SET seq = ? WHERE seq = ?", (new, old))

    def _changed(self, old: object) -> object:
        if isinstance(old, int):
            return old + self._chance.choice([-1, 1, 60_000])
        data = bytearray(old.encode() if isinstance(old, str) else old if isinstance(old, bytes) else b"")
        at = self._chance.randrange(len(data))
        data[at] ^= 1 << self._chance.randrange(7)
        return data.decode(errors="surrogateescape") if isinstance(old, str) else bytes(data)


@pytest.fixture
def vandal(database: SqliteDatabase) -> Iterator[Vandal]:
    folder = database._path  # pyright: ignore[reportPrivateUsage]  the file itself is what is attacked
    connection = sqlite3.connect(folder, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    yield Vandal(connection, random.Random(7))
    connection.close()


async def test_a_thousand_random_edits_are_all_found(node: Node, vandal: Vandal):
    await written(node, (40, 30, 10))
    assert (await verdict(node)).ok
    unseen: list[str] = []
    for _ in range(1000):
        undo, deed = vandal.strike()
        if (await verdict(node)).ok:
            unseen.append(deed)
        undo()
    assert unseen == []
    assert (await verdict(node)).ok, "after everything was put back"
