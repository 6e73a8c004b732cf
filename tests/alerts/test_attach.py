"""An alert becomes part of an incident, in the caller's transaction."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, build_town, facts
from safecity.alerts import Dismissal, Source, State, alert, attach, dismiss, raise_alert
from safecity.base import Actor, Change, Conflict, Node, last_seq


async def attached(node: Node, by: Actor, name: str, incident: str):
    async def work(change: Change):
        return await attach(change, name, incident)

    return await node.change(by, work)


async def test_an_alert_belongs_to_one_incident(node: Node, operator: Actor):
    await build_town(node)
    raised = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    since = await last_seq(node.database)
    taken = await attached(node, operator, raised.id, "i1")
    assert (taken.state, taken.incident) == (State.DECLARED, "i1")
    assert await attached(node, operator, raised.id, "i1") == taken
    with pytest.raises(Conflict, match=f"Alert {raised.reference} belongs to another incident already."):
        await attached(node, operator, raised.id, "i2")
    assert await facts(node, since) == ["AlertAttached"]


async def test_a_dismissed_alert_is_not_taken(node: Node, operator: Actor):
    await build_town(node)
    raised = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    await dismiss(node, operator, raised.id, Dismissal.TEST, "A drill")
    with pytest.raises(Conflict, match="is dismissed and cannot be linked to an incident any more"):
        await attached(node, operator, raised.id, "i1")
    assert (await alert(node, raised.id)).incident is None
