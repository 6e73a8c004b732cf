"""Finding units and assignments."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, add_patrol, build_town
from safecity.base import Actor, Node, NotFound
from safecity.dispatch import assign, assignment, assignments, unit, unit_of, units
from safecity.incidents import declare


async def test_units_and_assignments_are_found(node: Node, operator: Actor):
    await build_town(node)
    first = await add_patrol(node, "C-1", ("person:1",))
    second = await add_patrol(node, "E-1", ("person:2",), bureau="EAS")
    assert await units(node) == [first, second]
    assert await units(node, bureau="EAS") == [second]
    assert await unit_of(node, "person:1") == first
    assert await unit_of(node, "person:9") is None
    declared = await declare(node, operator, kind="fire", place=MARKET)
    sent = await assign(node, operator, declared.id, first.id)
    assert await assignment(node, sent.id) == sent
    assert await assignments(node, [declared.id, "nothing"]) == [sent]
    for find in (unit, assignment):
        with pytest.raises(NotFound, match="There is no such"):
            await find(node, "nothing")
