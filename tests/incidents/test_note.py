"""What people say about an incident."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, build_town, facts
from safecity.base import Actor, BadInput, Node, NotAllowed, NotFound, SetClock, last_seq, read_entries
from safecity.incidents import declare, note


async def test_a_note_is_kept_in_words_and_told_by_reference(
    node: Node, clock: SetClock, operator: Actor, officer: Actor
):
    await build_town(node)
    declared = await declare(node, operator, kind="fire", place=MARKET)
    since = await last_seq(node.database)
    await note(node, operator, declared.id, " Owner is Joseph Otieno. ")
    clock.pass_(seconds=1)
    found = await note(node, officer, declared.id, "Door forced.", own=True)
    assert [(each.by, each.text) for each in found.notes] == [
        (operator.id, "Owner is Joseph Otieno."),
        (officer.id, "Door forced."),
    ]
    assert await facts(node, since) == ["IncidentNoted", "IncidentNoted"]
    assert "Joseph" not in "".join(entry.body for entry in await read_entries(node.database, since))


async def test_a_note_needs_words_an_incident_and_leave(node: Node, operator: Actor, officer: Actor):
    await build_town(node)
    declared = await declare(node, operator, kind="fire", place=MARKET)
    with pytest.raises(BadInput, match="The note is empty"):
        await note(node, operator, declared.id, " ")
    with pytest.raises(NotFound, match="no such incident"):
        await note(node, operator, "nothing", "Hello")
    with pytest.raises(NotAllowed):
        await note(node, officer, declared.id, "Hello")
