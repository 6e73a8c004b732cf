"""The node's key: made once, kept safe, and what it vouches for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from fakes.intruder import KEYS, happen
from safecity.base import Node, Unreadable, last_seq, read_entries
from safecity.evidence import check_inclusion, leaf_hash, open_checkpoint
from safecity.oversight import append_new, load_keys


def test_a_key_is_made_once_and_is_the_owners(tmp_path: Path):
    path = tmp_path / "keys" / "log.key"
    made = load_keys(path, "hub")
    assert path.stat().st_mode & 0o777 == 0o600
    assert load_keys(path, "hub").public == made.public
    assert made.name == "safecity/hub"


@pytest.mark.parametrize("change", ["", "nonsense", "flip", "é"])
def test_a_damaged_key_is_not_used(tmp_path: Path, change: str):
    path = tmp_path / "log.key"
    load_keys(path, "hub")
    text = path.read_text()
    path.write_text(text.replace(text[-6], "A" if text[-6] != "A" else "B") if change == "flip" else change)
    with pytest.raises(Unreadable, match="copy from your safe"):
        load_keys(path, "hub")


async def test_an_entry_is_vouched_for_at_once(node: Node):
    await happen(node, 5)
    signed = open_checkpoint(await KEYS.vouch(node, 5), KEYS.public)
    assert signed.size == 5
    entry = (await read_entries(node.database, 2, limit=1))[0]
    proof = await KEYS.prove(node, 3, signed.size)
    assert check_inclusion(leaf_hash(entry.commitment), 2, signed.size, proof, signed.root)
    assert await KEYS.vouch(node, 2) == await KEYS.vouch(node, 5), "what is covered needs no new checkpoint"


async def test_vouching_and_extending_do_not_get_in_each_others_way(node: Node):
    await happen(node, 50)
    last = await last_seq(node.database)
    notes = await asyncio.gather(
        KEYS.vouch(node, last), append_new(node, KEYS), KEYS.vouch(node, last), return_exceptions=True
    )
    assert {open_checkpoint(note, KEYS.public).size for note in notes if isinstance(note, str)} == {50}
