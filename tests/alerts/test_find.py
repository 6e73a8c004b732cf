"""Finding alerts."""

from __future__ import annotations

import pytest

from fakes.precinct import EAST_MARKET, MARKET, build_town
from safecity.alerts import (
    Source,
    State,
    alert,
    alert_by_reference,
    alerts,
    alerts_between,
    alerts_by_id,
    contacts,
    raise_alert,
)
from safecity.base import PUBLIC, Actor, Node, NotFound, SetClock, to_ms


async def test_alerts_are_found_by_state_bureau_and_id(node: Node, clock: SetClock, operator: Actor):
    await build_town(node)
    first = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    clock.pass_(seconds=1)
    second = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=EAST_MARKET)
    assert await alerts(node) == [first, second]
    assert await alerts(node, bureau="EAS") == [second]
    assert await alerts(node, states=[State.DISMISSED]) == []
    assert await alerts(node, limit=1) == [first]
    assert await alerts_by_id(node, [second.id, "nothing", first.id]) == [first, second]
    assert await alert_by_reference(node, second.reference) == second
    assert await alert_by_reference(node, "nothing") is None
    with pytest.raises(NotFound, match="no such alert"):
        await alert(node, "nothing")


async def test_everyone_who_reported_it_can_be_called_back(node: Node, operator: Actor):
    await build_town(node)
    for number in ("+254 1", "", "+254 2"):
        raised = await raise_alert(
            node, PUBLIC, kind="fire", source=Source.REPORT, place=MARKET, contact=number
        )
    assert raised.count == 3
    assert sorted(await contacts(node, operator, raised.id)) == ["+254 1", "+254 2"]


async def test_alerts_of_a_camera_are_found_by_the_time_they_were_raised(
    node: Node, clock: SetClock, operator: Actor
):
    camera = (await build_town(node)).market.id
    start_ms = to_ms(clock.now())
    first = await raise_alert(node, operator, kind="fire", source=Source.SENSOR, camera=camera)
    clock.pass_(minutes=30)
    second = await raise_alert(node, operator, kind="noise", source=Source.SENSOR, camera=camera)
    await raise_alert(node, operator, kind="fire", source=Source.CALL, place=EAST_MARKET)
    now_ms = to_ms(clock.now())
    found = await alerts_between(node, [camera, "another"], start_ms, now_ms + 1)
    assert [each.id for each in found] == [second.id, first.id]
    assert await alerts_between(node, [camera], start_ms, now_ms, limit=1) == [first]
    assert await alerts_between(node, ["another"], start_ms, now_ms + 1) == []
