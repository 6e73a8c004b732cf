"""Views read from the rooms."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.website import MARKET, open_town
from safecity.base import Actor, Node, NotFound
from safecity.dispatch import UnitKind, add_unit, report_position, units
from safecity.web.show import Show, bureau_shown, position_of


def test_a_desk_officer_is_shown_the_own_bureau_and_an_operator_the_city():
    assert bureau_shown(Actor(id="x", roles=frozenset({"desk"}), bureau="CEN")) == "CEN"
    assert bureau_shown(Actor(id="x", roles=frozenset({"operator"}), bureau="CEN")) is None
    assert bureau_shown(Actor(id="x", roles=frozenset({"desk", "operator"}), bureau="CEN")) is None


async def test_crews_are_found_by_few_or_many_units(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        show, officer = Show(town.house), town.people["officer"].actor
        for n in range(10):
            await add_unit(node, town.chief, call_sign=f"FOOT-{n}", kind=UnitKind.FOOT, bureau="CEN")
        every = [each.id for each in await units(node)]
        assert await show.crews([town.unit.id]) == await show.crews(every) == {officer.id}
        assert await show.crews([]) == frozenset()


async def test_someones_place_is_that_of_the_unit(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        officer = town.people["officer"].actor
        assert await position_of(town.house, officer) is None
        await report_position(node, officer, town.house.positions, town.unit.id, MARKET)
        assert await position_of(town.house, officer) == MARKET
        assert await position_of(town.house, town.chief) is None


async def test_what_is_not_there_is_said_so(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        for missing in (Show(town.house).camera, Show(town.house).message):
            with pytest.raises(NotFound):
                await missing("nothing")
        assert await Show(town.house).incidents([]) == []
