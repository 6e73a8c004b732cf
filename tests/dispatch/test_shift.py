"""On duty and off."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, add_patrol, build_town, facts, person
from safecity.base import Actor, Conflict, Node, NotAllowed, last_seq
from safecity.dispatch import (
    Move,
    Positions,
    UnitStatus,
    assign,
    end_shift,
    move_assignment,
    report_position,
    set_crew,
    start_shift,
)
from safecity.incidents import declare

AMINA = person("amina", "officer")


async def test_a_crew_starts_and_ends_its_own_shift(node: Node):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",), on_shift=False)
    positions = Positions()
    since = await last_seq(node.database)
    for _ in range(2):
        assert (await start_shift(node, AMINA, unit.id)).status is UnitStatus.AVAILABLE
    await report_position(node, AMINA, positions, unit.id, MARKET)
    for _ in range(2):
        assert (await end_shift(node, AMINA, unit.id, positions)).on_shift is False
    assert await facts(node, since) == ["ShiftStarted", "ShiftEnded"]
    assert positions.last(unit.id) is None, "off duty, nobody knows where they are"


async def test_nobody_goes_home_in_the_middle_of_it(node: Node, operator: Actor):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",))
    declared = await declare(node, operator, kind="fire", place=MARKET)
    sent = await assign(node, operator, declared.id, unit.id)
    with pytest.raises(Conflict, match="C-1 is on an assignment; clear it before ending the shift"):
        await end_shift(node, AMINA, unit.id)
    await move_assignment(node, AMINA, sent.id, Move.DECLINE)
    assert (await end_shift(node, AMINA, unit.id)).on_shift is False


async def test_a_unit_without_a_crew_has_no_shift(node: Node, operator: Actor, administrator: Actor):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",), on_shift=False)
    await set_crew(node, administrator, unit.id, [])
    with pytest.raises(Conflict, match="C-1 has no crew; name its officers first"):
        await start_shift(node, operator, unit.id)


async def test_others_leave_it_alone(node: Node):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",), on_shift=False)
    for by in (person("brian", "officer"), person("desk", "desk", "EAS"), person("audit", "auditor")):
        with pytest.raises(NotAllowed):
            await start_shift(node, by, unit.id)
    assert (await start_shift(node, person("desk", "desk", "CEN"), unit.id)).on_shift
