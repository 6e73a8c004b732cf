"""The log grows with the journal."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from fakes.intruder import KEYS, happen, tamper
from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import Conflict, Node, NotFound, last_seq, read_entries
from safecity.evidence import open_checkpoint
from safecity.evidence.tree import fold, leaf_hash
from safecity.oversight import append_new, checkpoint, extend
from safecity.oversight.extend import LogBroken


async def root_of_journal(node: Node) -> bytes:
    entries = await read_entries(node.database, 0, limit=10_000)
    return fold([leaf_hash(entry.commitment) for entry in entries])


async def test_a_checkpoint_vouches_for_every_entry(node: Node):
    await happen(node, 3)
    assert await append_new(node, KEYS) == 3
    signed = open_checkpoint(await checkpoint(node), KEYS.public)
    assert (signed.size, signed.root) == (3, await root_of_journal(node))
    assert await append_new(node, KEYS) == 0


@pytest.mark.parametrize("batch", [1, 7, 100, 4096])
async def test_however_entries_come_the_root_is_the_same(node: Node, batch: int):
    await happen(node, 30 if batch == 1 else 600)
    while await append_new(node, KEYS, limit=batch):
        pass
    signed = open_checkpoint(await checkpoint(node), KEYS.public)
    assert (signed.size, signed.root) == (await last_seq(node.database), await root_of_journal(node))


async def test_the_log_tells_no_facts_of_its_own(node: Node):
    await happen(node, 2)
    await append_new(node, KEYS)
    assert await last_seq(node.database) == 2


async def test_one_checkpoint_is_kept_for_each_full_tile_and_the_newest(node: Node, database: SqliteDatabase):
    from safecity.oversight.store import SQL, CheckpointRow

    await happen(node, 600)
    while await append_new(node, KEYS, limit=50):
        pass
    rows = await database.fetch(CheckpointRow, SQL["checkpoints"])
    assert [row.size for row in rows] == [250, 500, 600]


async def test_two_processes_do_not_both_extend(node: Node):
    await happen(node, 4)
    outcomes = await asyncio.gather(append_new(node, KEYS), append_new(node, KEYS), return_exceptions=True)
    assert sorted(str(type(each).__name__) for each in outcomes) == ["Conflict", "int"]
    assert any(isinstance(each, Conflict) for each in outcomes)


async def test_a_missing_entry_stops_the_log(node: Node, database: SqliteDatabase):
    await happen(node, 5)
    await append_new(node, KEYS, limit=2)
    await tamper(database, "DELETE FROM journal WHERE seq = 4")
    with pytest.raises(LogBroken, match="Entry 4 is missing"):
        await append_new(node, KEYS)


async def test_a_journal_that_was_cut_stops_the_log(node: Node, database: SqliteDatabase):
    await happen(node, 5)
    await append_new(node, KEYS)
    await tamper(database, "DELETE FROM journal WHERE seq > 3")
    with pytest.raises(LogBroken, match="holds 5 entries, the journal fewer"):
        await append_new(node, KEYS)


async def test_a_lost_tile_stops_the_log(node: Node, database: SqliteDatabase):
    await happen(node, 5)
    await append_new(node, KEYS)
    await tamper(database, "DELETE FROM log_tile")
    await happen(node, 1)
    with pytest.raises(LogBroken, match="cannot go on"):
        await append_new(node, KEYS)


async def test_extending_goes_on_by_itself_within_a_second(node: Node):
    task = asyncio.get_running_loop().create_task(extend(node, KEYS, gather_s=0))
    await happen(node, 3)
    async with asyncio.timeout(5):
        while True:
            with suppress(NotFound):
                if open_checkpoint(await checkpoint(node), KEYS.public).size == 3:
                    break
            await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
