"""A person begins to look."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, build_town, facts
from safecity.alerts import Dismissal, Source, State, acknowledge, dismiss, raise_alert
from safecity.base import Actor, Conflict, Node, NotAllowed, NotFound, SetClock, last_seq


async def test_who_looks_first_is_named(node: Node, clock: SetClock, operator: Actor, desk: Actor):
    await build_town(node)
    raised = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    clock.pass_(seconds=7)
    since = await last_seq(node.database)
    seen = await acknowledge(node, operator, raised.id)
    assert (seen.state, seen.acknowledged_by) == (State.ACKNOWLEDGED, operator.id)
    assert seen.acknowledged_ms == raised.raised_ms + 7000
    assert await acknowledge(node, desk, raised.id) == seen
    assert await facts(node, since) == ["AlertAcknowledged"]


async def test_a_settled_alert_cannot_be_looked_at_any_more(node: Node, operator: Actor):
    await build_town(node)
    raised = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    await dismiss(node, operator, raised.id, Dismissal.TEST, "A drill.")
    with pytest.raises(Conflict, match="is dismissed and cannot be acknowledged any more"):
        await acknowledge(node, operator, raised.id)


async def test_an_auditor_does_not_take_part(node: Node, operator: Actor, auditor: Actor):
    await build_town(node)
    raised = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    with pytest.raises(NotAllowed):
        await acknowledge(node, auditor, raised.id)
    with pytest.raises(NotFound, match="no such alert"):
        await acknowledge(node, operator, "nothing")
