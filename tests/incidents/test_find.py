"""Finding incidents."""

from __future__ import annotations

import pytest

from fakes.precinct import EAST_MARKET, MARKET, build_town
from safecity.base import Actor, Change, Node, NotFound, SetClock, to_ms
from safecity.incidents import (
    Move,
    State,
    declare,
    incident,
    incident_within,
    incidents,
    incidents_between,
    incidents_by_id,
    link_camera,
    move,
)


async def test_incidents_are_found_by_state_bureau_and_id(node: Node, clock: SetClock, operator: Actor):
    await build_town(node)
    old = await declare(node, operator, kind="theft", priority=2, place=MARKET)
    clock.pass_(minutes=1)
    new = await declare(node, operator, kind="theft", priority=2, place=EAST_MARKET)
    grave = await declare(node, operator, kind="fire", priority=1, place=MARKET)
    assert await incidents(node) == [grave, new, old]
    assert await incidents(node, limit=1) == [grave]
    assert await incidents(node, bureau="EAS") == [new]
    await move(node, operator, old.id, Move.RESOLVE)
    closed = await move(node, operator, old.id, Move.CLOSE)
    assert await incidents(node) == [grave, new]
    assert await incidents(node, states=[State.CLOSED]) == [closed]
    assert [each.id for each in await incidents_by_id(node, [new.id, "nothing", old.id])] == [old.id, new.id]
    with pytest.raises(NotFound, match="no such incident"):
        await incident(node, "nothing")


async def test_a_change_sees_its_own_incident(node: Node, operator: Actor):
    await build_town(node)
    declared = await declare(node, operator, kind="theft", place=MARKET)

    async def work(change: Change):
        return await incident_within(change, declared.id)

    assert await node.change(operator, work) == declared


async def test_incidents_of_a_camera_are_found_by_the_time_they_were_declared(
    node: Node, clock: SetClock, operator: Actor
):
    camera = (await build_town(node)).market.id
    start_ms = to_ms(clock.now())
    seen = await declare(node, operator, kind="theft", priority=2, place=MARKET)
    await link_camera(node, operator, seen.id, camera)
    await declare(node, operator, kind="fire", priority=1, place=EAST_MARKET)
    now_ms = to_ms(clock.now()) + 1
    assert [each.id for each in await incidents_between(node, [camera, "x"], start_ms, now_ms)] == [seen.id]
    assert await incidents_between(node, ["x"], start_ms, now_ms) == []
    assert await incidents_between(node, [camera], now_ms, now_ms + 1000) == []
