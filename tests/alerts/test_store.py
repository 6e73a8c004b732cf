"""Rows and nouns say the same; numbers are given out once."""

from __future__ import annotations

import asyncio

from fakes.precinct import MARKET, build_town
from safecity.alerts import Source, alert, raise_alert
from safecity.alerts.store import References
from safecity.base import NODE, Actor, Change, Node, SetClock


async def test_what_is_returned_is_what_lies_in_the_table(node: Node, operator: Actor):
    town = await build_town(node)
    for camera, sighting in ((None, None), (town.market.id, "s1")):
        raised = await raise_alert(
            node, operator, kind="fire", source=Source.CALL, place=MARKET, camera=camera, sighting=sighting
        )
        assert raised == await alert(node, raised.id)
    assert raised.cameras == (town.market.id,)


async def test_references_count_by_bureau_and_day(node: Node, clock: SetClock):
    async def reference(bureau: str | None) -> str:
        async def work(change: Change) -> str:
            references = References(change)
            name = await references.next(bureau)
            await references.keep()
            return name

        return await node.change(NODE, work)

    many = await asyncio.gather(*(reference("CEN") for _ in range(50)))
    assert sorted(many) == [f"A-CEN-0101-{n:04}" for n in range(1, 51)]
    assert await reference("EAS") == "A-EAS-0101-0001"
    assert await reference(None) == "A-CITY-0101-0001"
    clock.pass_(days=1)
    assert await reference("CEN") == "A-CEN-0102-0001"
