"""Hashes of subtrees, read from tiles."""

from __future__ import annotations

import pytest

from fakes.intruder import KEYS, happen
from safecity.base import Node, read_entries
from safecity.evidence import leaf_hash
from safecity.evidence.tree import fold
from safecity.oversight import append_new
from safecity.oversight.store import newest, node_hashes


async def test_subtrees_of_any_height_come_from_a_few_tiles(node: Node):
    await happen(node, 600)
    await append_new(node, KEYS)
    leaves = [leaf_hash(entry.commitment) for entry in await read_entries(node.database, 0, limit=600)]
    wanted = [(0, 599), (3, 70), (8, 1), (9, 0)]
    hashes = await node_hashes(node.database, wanted)
    for height, index in wanted:
        assert hashes(height, index) == fold(leaves[index << height : (index + 1) << height])


async def test_a_subtree_that_is_not_there_is_no_hash(node: Node):
    await happen(node, 3)
    await append_new(node, KEYS)
    hashes = await node_hashes(node.database, [(0, 3), (2, 0)])
    for missing in ((0, 3), (2, 0), (5, 5)):
        with pytest.raises(KeyError):
            hashes(*missing)


async def test_the_newest_checkpoint(node: Node):
    assert await newest(node.database) is None
    await happen(node, 3)
    await append_new(node, KEYS)
    row = await newest(node.database)
    assert row is not None
    assert row.size == 3
