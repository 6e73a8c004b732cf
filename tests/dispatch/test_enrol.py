"""Units and their crews."""

from __future__ import annotations

import asyncio

import pytest

from fakes.precinct import MARKET, add_patrol, build_town, facts
from safecity.base import NODE, Actor, BadInput, Conflict, Node, NotAllowed, last_seq
from safecity.dispatch import UnitKind, UnitStatus, add_unit, assign, set_crew, unit, unit_of, units
from safecity.incidents import declare


async def test_a_unit_is_set_up_off_shift_with_its_crew(node: Node, administrator: Actor):
    await build_town(node)
    since = await last_seq(node.database)
    made = await add_unit(
        node,
        administrator,
        call_sign=" C-12 ",
        kind=UnitKind.CAR,
        bureau="CEN",
        crew=["amina", "person:brian"],
    )
    assert (made.call_sign, made.number, made.status) == ("C-12", 1, UnitStatus.OUT_OF_SERVICE)
    assert made.crew == ("person:amina", "person:brian")
    assert await unit(node, made.id) == made
    assert await unit_of(node, "person:brian") == made
    assert await facts(node, since) == ["UnitAdded", "CrewChanged"]


async def test_call_signs_and_numbers_are_given_once(node: Node):
    await build_town(node)
    results = await asyncio.gather(
        *(
            add_unit(node, NODE, call_sign=sign, kind=UnitKind.FOOT, bureau="CEN")
            for sign in ("F-1", "F-2", "F-1", "F-3")
        ),
        return_exceptions=True,
    )
    (refused,) = [each for each in results if isinstance(each, Conflict)]
    assert refused.sentence == "The call sign F-1 is taken; choose another."
    assert [each.number for each in await units(node)] == [1, 2, 3]


async def test_an_officer_is_in_one_unit_only(node: Node):
    await build_town(node)
    first = await add_patrol(node, "C-1", ("person:amina", "person:brian"))
    since = await last_seq(node.database)
    second = await add_patrol(node, "C-2", ("person:brian",), on_shift=False)
    assert (await unit(node, first.id)).crew == ("person:amina",)
    assert await unit_of(node, "person:brian") == second
    assert await facts(node, since) == ["UnitAdded", "CrewChanged", "CrewChanged"]
    since = await last_seq(node.database)
    assert (await set_crew(node, NODE, second.id, ["brian"])).crew == ("person:brian",)
    assert await facts(node, since) == []
    assert (await set_crew(node, NODE, second.id, [])).crew == ()
    assert await unit_of(node, "person:brian") is None


async def test_the_crew_of_a_unit_on_its_way_is_left_alone(node: Node, operator: Actor):
    await build_town(node)
    busy = await add_patrol(node, "C-1", ("person:amina",))
    declared = await declare(node, operator, kind="fire", place=MARKET)
    await assign(node, operator, declared.id, busy.id)
    with pytest.raises(Conflict, match="C-1 is on an assignment; change its crew when that is over"):
        await set_crew(node, NODE, busy.id, ["brian"])
    with pytest.raises(Conflict, match="C-1 is on an assignment"):
        await add_patrol(node, "C-2", ("person:amina",), on_shift=False)
    assert [each.call_sign for each in await units(node)] == ["C-1"]


async def test_what_is_no_unit_is_refused(node: Node, operator: Actor):
    await build_town(node)
    for sign in ("", " ", "-1", "x" * 21, "A\nB"):
        with pytest.raises(BadInput, match="call sign"):
            await add_unit(node, NODE, call_sign=sign, kind=UnitKind.CAR, bureau="CEN")
    with pytest.raises(BadInput, match="There is no bureau XYZ"):
        await add_unit(node, NODE, call_sign="C-1", kind=UnitKind.CAR, bureau="XYZ")
    with pytest.raises(BadInput, match="at most 12 officers"):
        await add_unit(
            node, NODE, call_sign="C-1", kind=UnitKind.CAR, bureau="CEN", crew=[str(n) for n in range(13)]
        )
    with pytest.raises(NotAllowed):
        await add_unit(node, operator, call_sign="C-1", kind=UnitKind.CAR, bureau="CEN")
    assert await units(node) == []
