"""Nothing need be done, and someone says why."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, build_town, facts
from safecity.alerts import Dismissal, Source, State, alert, alerts, dismiss, raise_alert
from safecity.base import NODE, Actor, BadInput, Conflict, Node, NotAllowed, last_seq, read_entries


async def test_a_dismissal_has_a_reason_and_words(node: Node, operator: Actor):
    await build_town(node)
    raised = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    with pytest.raises(BadInput, match="few words"):
        await dismiss(node, operator, raised.id, Dismissal.FALSE_ALARM, "  ")
    with pytest.raises(BadInput, match="at most 500"):
        await dismiss(node, operator, raised.id, Dismissal.FALSE_ALARM, "x" * 501)
    since = await last_seq(node.database)
    gone = await dismiss(node, operator, raised.id, Dismissal.FALSE_ALARM, "Steam from the laundry")
    assert (gone.state, gone.dismissed_reason) == (State.DISMISSED, Dismissal.FALSE_ALARM)
    assert gone.dismissed_words == "Steam from the laundry"
    assert await dismiss(node, operator, raised.id, Dismissal.FALSE_ALARM, "again") == gone
    assert await facts(node, since) == ["AlertDismissed"]
    assert "laundry" not in "".join(entry.body for entry in await read_entries(node.database, since))
    assert await alerts(node) == []


async def test_what_was_dismissed_is_not_dismissed_otherwise(node: Node, operator: Actor):
    await build_town(node)
    raised = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    await dismiss(node, operator, raised.id, Dismissal.TEST, "A drill")
    with pytest.raises(Conflict, match="is dismissed and cannot be dismissed any more"):
        await dismiss(node, operator, raised.id, Dismissal.DUPLICATE, "No")


async def test_no_machine_dismisses(node: Node, operator: Actor):
    await build_town(node)
    raised = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    with pytest.raises(NotAllowed):
        await dismiss(node, NODE, raised.id, Dismissal.FALSE_ALARM, "I think so")
    assert (await alert(node, raised.id)).state is State.RAISED
