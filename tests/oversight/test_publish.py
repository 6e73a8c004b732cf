"""The public log, as an outsider's program reads it."""

from __future__ import annotations

import pytest

from fakes.intruder import KEYS, happen, tamper
from safecity.base import Node, NotFound, read_entries
from safecity.evidence import open_checkpoint
from safecity.evidence.tree import Edge, fold, leaf_hash
from safecity.oversight import append_new, checkpoint, standing, tile


async def test_before_the_first_checkpoint_there_is_nothing(node: Node):
    assert await standing(node) is None
    with pytest.raises(NotFound, match="no checkpoint yet"):
        await checkpoint(node)
    with pytest.raises(NotFound):
        await tile(node, "0/000.p/1")


async def test_an_outsider_rebuilds_the_root_from_public_tiles_and_entries(node: Node):
    await happen(node, 600)
    await append_new(node, KEYS)
    signed = open_checkpoint(await checkpoint(node), KEYS.public)
    leaves = [await tile(node, path) for path in ("0/000", "0/001", "0/002.p/88")]
    hashes = [blob[at : at + 32] for blob in leaves for at in range(0, len(blob), 32)]
    assert fold(hashes) == signed.root
    assert await tile(node, "1/000.p/2") == fold(hashes[:256]) + fold(hashes[256:512])
    bundle = await tile(node, "entries/002.p/88")
    data = [bundle[at + 2 : at + 34] for at in range(0, len(bundle), 34)]
    assert [leaf_hash(each) for each in data] == hashes[512:]


async def test_a_narrower_tile_is_served_from_a_wider_one(node: Node):
    await happen(node, 20)
    await append_new(node, KEYS)
    whole = await tile(node, "0/000.p/20")
    for width in range(1, 20):
        assert await tile(node, f"0/000.p/{width}") == whole[: 32 * width]


@pytest.mark.parametrize(
    "path", ["0/000", "0/000.p/21", "1/000.p/1", "0/001.p/1", "entries/000", "nonsense", "../../etc"]
)
async def test_what_no_checkpoint_covers_is_not_there(node: Node, path: str):
    await happen(node, 20)
    await append_new(node, KEYS)
    await happen(node, 5)
    with pytest.raises(NotFound):
        await tile(node, path)


async def test_nothing_of_a_fact_can_be_read_from_the_public_log(node: Node):
    await happen(node, 20)
    await append_new(node, KEYS)
    public = await tile(node, "0/000.p/20") + await tile(node, "entries/000.p/20")
    for entry in await read_entries(node.database, 0):
        assert entry.salt not in public
        assert entry.id.encode() not in public


async def test_the_standing_says_how_far_the_log_is(node: Node):
    await happen(node, 7)
    await append_new(node, KEYS)
    where = await standing(node)
    assert where is not None
    assert (where.size, where.at_ms) == (7, 1893456000000)
    edge = Edge()
    for entry in await read_entries(node.database, 0):
        edge.append(leaf_hash(entry.commitment))
    assert open_checkpoint(where.note, KEYS.public).root == edge.root()


async def test_a_lost_tile_is_not_made_up(node: Node):
    await happen(node, 7)
    await append_new(node, KEYS)
    await tamper(node.database, "UPDATE log_tile SET hashes = substr(hashes, 1, 64)")
    with pytest.raises(NotFound, match="has lost this tile"):
        await tile(node, "0/000.p/7")
