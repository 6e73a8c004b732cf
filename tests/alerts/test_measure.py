"""How much people are asked to look at."""

from __future__ import annotations

from fakes.precinct import MARKET, build_town
from safecity.alerts import Source, load, raise_alert
from safecity.base import Actor, Node, SetClock


async def test_signs_that_join_add_nothing_to_the_load(node: Node, clock: SetClock, operator: Actor):
    await build_town(node)
    for kind in ("fire", "fire", "theft"):
        await raise_alert(node, operator, kind=kind, source=Source.CALL, place=MARKET)
    assert (await load(node)).per_10_min == 2
    clock.pass_(minutes=12)
    await raise_alert(node, operator, kind="noise", source=Source.CALL, place=MARKET)
    now = await load(node)
    assert now.per_10_min == 1
    assert now.buckets == (0,) * 9 + (2, 0, 1)
    clock.pass_(minutes=61)
    assert (await load(node)).buckets == (0,) * 12
