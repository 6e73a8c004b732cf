"""The tables hold what the rules promise, whatever the verbs do."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, add_patrol, build_town
from safecity.base import Actor, Change, Conflict, Node
from safecity.dispatch import assign, unit
from safecity.dispatch.store import SQL, keep_assignment, one_assignment
from safecity.incidents import declare


async def test_the_table_itself_refuses_a_second_assignment(node: Node, operator: Actor):
    await build_town(node)
    car = await add_patrol(node, "C-1", ("person:1",))
    declared = await declare(node, operator, kind="fire", place=MARKET)
    sent = await assign(node, operator, declared.id, car.id)

    async def work(change: Change) -> None:
        await change.execute(
            SQL["add_assignment"],
            id="second",
            incident=declared.id,
            unit=car.id,
            state="assigned",
            assigned_by="person:o",
            assigned_ms=0,
        )

    with pytest.raises(Conflict):
        await node.change(operator, work)
    assert (await unit(node, car.id)).assignment == sent.id


async def test_what_is_kept_is_read_again(node: Node, operator: Actor):
    await build_town(node)
    car = await add_patrol(node, "C-1", ("person:1",))
    declared = await declare(node, operator, kind="fire", place=MARKET)
    sent = await assign(node, operator, declared.id, car.id)

    async def work(change: Change):
        await keep_assignment(change, sent)
        return await one_assignment(change, sent.id)

    assert await node.change(operator, work) == sent
