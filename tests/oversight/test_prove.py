"""Proofs from stored tiles, checked with nothing but a checkpoint."""

from __future__ import annotations

import pytest

from fakes.intruder import KEYS, happen, tamper
from safecity.base import Node, NotFound, Unavailable, read_entries
from safecity.evidence import check_consistency, check_inclusion, leaf_hash, open_checkpoint
from safecity.oversight import append_new, checkpoint, prove_entry, prove_growth, root_of


async def test_every_entry_can_be_shown_to_be_in_the_log(node: Node):
    await happen(node, 300)
    await append_new(node, KEYS)
    signed = open_checkpoint(await checkpoint(node), KEYS.public)
    for entry in await read_entries(node.database, 0, limit=300):
        proof = await prove_entry(node.database, entry.seq)
        leaf = leaf_hash(entry.commitment)
        assert check_inclusion(leaf, entry.seq - 1, signed.size, proof, signed.root)


async def test_growth_can_be_shown_to_whoever_kept_a_checkpoint(node: Node):
    kept: list[str] = []
    for more in (1, 2, 5, 250, 60):
        await happen(node, more)
        await append_new(node, KEYS)
        kept.append(await checkpoint(node))
    newest = open_checkpoint(kept[-1], KEYS.public)
    for note in kept:
        old = open_checkpoint(note, KEYS.public)
        proof = await prove_growth(node.database, old.size)
        assert check_consistency(old.size, old.root, newest.size, newest.root, proof)
        assert await root_of(node.database, old.size) == old.root


async def test_what_is_not_in_the_log_has_no_proof(node: Node):
    with pytest.raises(NotFound, match="log of 0 entries has no entry 1"):
        await prove_entry(node.database, 1)
    await happen(node, 3)
    await append_new(node, KEYS)
    for asked in (
        prove_entry(node.database, 4),
        prove_entry(node.database, 0),
        prove_entry(node.database, 1, 9),
    ):
        with pytest.raises(NotFound):
            await asked
    for asked in (prove_growth(node.database, 4), prove_growth(node.database, 0), root_of(node.database, 4)):
        with pytest.raises(NotFound):
            await asked


async def test_a_lost_tile_is_said(node: Node):
    await happen(node, 3)
    await append_new(node, KEYS)
    await tamper(node.database, "DELETE FROM log_tile")
    with pytest.raises(Unavailable, match="safecity log verify"):
        await prove_entry(node.database, 1)
