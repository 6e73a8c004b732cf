"""Messages to a unit."""

from __future__ import annotations

import pytest

from fakes.precinct import add_patrol, build_town, facts, person
from safecity.base import Actor, BadInput, Node, NotAllowed, NotFound, last_seq, read_entries
from safecity.dispatch import message, messages, send_message


async def test_a_message_goes_to_the_unit_and_its_words_stay_in_a_row(node: Node, operator: Actor):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",))
    since = await last_seq(node.database)
    first = await send_message(node, operator, unit.id, " Joseph is armed. ")
    second = await send_message(node, person("amina", "officer"), unit.id, "Understood.")
    assert (first.text, first.by) == ("Joseph is armed.", operator.id)
    assert await messages(node, unit.id) == [first, second]
    assert await messages(node, unit.id, limit=1) == [second]
    assert await message(node, first.id) == first
    assert await facts(node, since) == ["MessageSent", "MessageSent"]
    assert "Joseph" not in "".join(entry.body for entry in await read_entries(node.database, since))


async def test_a_message_needs_words_a_unit_and_leave(node: Node, operator: Actor, auditor: Actor):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",))
    with pytest.raises(BadInput, match="The message is empty"):
        await send_message(node, operator, unit.id, " ")
    for by in (auditor, person("brian", "officer"), person("d", "desk", "EAS")):
        with pytest.raises(NotAllowed):
            await send_message(node, by, unit.id, "Hello")
    with pytest.raises(NotFound, match="no such unit"):
        await send_message(node, operator, "nothing", "Hello")
    with pytest.raises(NotFound, match="no such message"):
        await message(node, "nothing")
