"""What the law says must go, goes, and the log still verifies."""

from __future__ import annotations

import pytest

from fakes.intruder import KEYS, happen, tamper
from safecity.base import Actor, BadInput, Conflict, Node, NotAllowed, NotFound, read_entries
from safecity.oversight import append_new, erase_entry, verify


async def test_an_erased_entry_still_verifies(node: Node, administrator: Actor):
    await happen(node, 5)
    await append_new(node, KEYS)
    await erase_entry(node, administrator, 3, reason_code="court_order")
    await append_new(node, KEYS)
    row = (await read_entries(node.database, 2, limit=1))[0]
    assert (row.body, row.salt) == ("", b"")
    verdict = await verify(node.database, KEYS.public)
    assert verdict.ok
    assert verdict.sentence == (
        "All 6 entries are as they were written, 1 of them erased and recorded as such; the log of 6 is whole."
    )


async def test_what_is_left_of_an_erased_entry_cannot_be_changed(node: Node, administrator: Actor):
    await happen(node, 5)
    await erase_entry(node, administrator, 3, reason_code="court_order")
    await append_new(node, KEYS)
    await tamper(node.database, "UPDATE journal SET actor = 'person:someone-else' WHERE seq = 3")
    verdict = await verify(node.database, KEYS.public)
    assert not verdict.ok
    assert verdict.sentence == "Entry 3 (BureauAdded, 2030-01-01 00:00) was changed after it was erased."


async def test_emptying_an_entry_without_saying_so_is_found(node: Node):
    await happen(node, 5)
    await append_new(node, KEYS)
    await tamper(node.database, "UPDATE journal SET body = '', salt = x'' WHERE seq = 3")
    verdict = await verify(node.database, KEYS.public)
    assert (verdict.ok, verdict.entry) == (False, 3)
    assert "was emptied, and no later entry says who" in verdict.sentence


async def test_erasing_is_the_administrators_and_needs_a_reason(
    node: Node, operator: Actor, administrator: Actor
):
    await happen(node, 1)
    with pytest.raises(NotAllowed):
        await erase_entry(node, operator, 1, reason_code="court_order")
    with pytest.raises(BadInput, match="one of these reasons"):
        await erase_entry(node, administrator, 1, reason_code="I would rather not have it known")
    with pytest.raises(NotFound):
        await erase_entry(node, administrator, 9, reason_code="retention")


async def test_an_erasure_happens_once_and_stays_on_record(node: Node, administrator: Actor):
    await happen(node, 1)
    await erase_entry(node, administrator, 1, reason_code="retention")
    with pytest.raises(Conflict, match="erased already"):
        await erase_entry(node, administrator, 1, reason_code="retention")
    with pytest.raises(Conflict, match="record of an erasure"):
        await erase_entry(node, administrator, 2, reason_code="retention")
