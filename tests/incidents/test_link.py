"""Further alerts and cameras."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, build_town, facts
from safecity.alerts import Source, alert, raise_alert
from safecity.base import Actor, Conflict, Node, NotAllowed, NotFound, last_seq
from safecity.incidents import Move, declare, incident, link_alert, link_camera, merge, move


async def test_a_link_is_made_once(node: Node, operator: Actor, auditor: Actor):
    town = await build_town(node)
    declared = await declare(node, operator, kind="fire", place=MARKET)
    raised = await raise_alert(node, operator, kind="theft", source=Source.CALL, place=MARKET)
    since = await last_seq(node.database)
    for _ in range(2):
        await link_alert(node, operator, declared.id, raised.id)
        await link_camera(node, operator, declared.id, town.station.id)
    found = await incident(node, declared.id)
    assert found.alerts == (raised.id,)
    assert found.cameras == (town.market.id, town.station.id)
    assert (await alert(node, raised.id)).incident == declared.id
    assert await facts(node, since) == ["AlertAttached", "AlertLinked", "CameraLinked"]
    with pytest.raises(NotFound):
        await link_camera(node, operator, declared.id, "nowhere")
    with pytest.raises(NotAllowed):
        await link_camera(node, auditor, declared.id, town.station.id)


async def test_nothing_is_linked_to_what_is_closed_or_merged(node: Node, operator: Actor):
    town = await build_town(node)
    first = await declare(node, operator, kind="fire", place=MARKET)
    second = await declare(node, operator, kind="fire", place=MARKET)
    raised = await raise_alert(node, operator, kind="theft", source=Source.CALL, place=MARKET)
    await merge(node, operator, first.id, into=second.id)
    with pytest.raises(Conflict, match="please go on with that one"):
        await link_camera(node, operator, first.id, town.station.id)
    await move(node, operator, second.id, Move.RESOLVE)
    await move(node, operator, second.id, Move.CLOSE)
    with pytest.raises(Conflict, match="is closed; reopen it before linking anything to it"):
        await link_alert(node, operator, second.id, raised.id)
    assert (await alert(node, raised.id)).incident is None
