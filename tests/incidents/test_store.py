"""Numbers are given out once, and parts are gathered for many at a time."""

from __future__ import annotations

import asyncio

from fakes.precinct import MARKET, build_town
from safecity.base import Actor, Node, SetClock
from safecity.incidents import declare, incident, incidents, note


async def test_many_declared_at_once_have_numbers_of_their_own(node: Node, clock: SetClock, operator: Actor):
    await build_town(node)
    many = await asyncio.gather(*(declare(node, operator, kind="fire", place=MARKET) for _ in range(20)))
    assert sorted(each.reference for each in many) == [f"CEN-0101-{n:04}" for n in range(1, 21)]
    clock.pass_(days=1)
    assert (await declare(node, operator, kind="fire", place=MARKET)).reference == "CEN-0102-0001"


async def test_each_keeps_its_own_notes_in_a_list(node: Node, operator: Actor):
    await build_town(node)
    both = [await declare(node, operator, kind="fire", place=MARKET) for _ in range(2)]
    for each in both:
        await note(node, operator, each.id, f"About {each.reference}")
    for found in await incidents(node):
        assert [each.text for each in found.notes] == [f"About {found.reference}"]
        assert found == await incident(node, found.id)
