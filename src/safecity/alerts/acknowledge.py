"""A person begins to look at an alert."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.alerts.events import AlertAcknowledged
from safecity.alerts.model import Alert, Move, State
from safecity.alerts.rules import moved
from safecity.alerts.store import SQL, one
from safecity.base import Actor, Change, Node


async def acknowledge(node: Node, by: Actor, alert: str) -> Alert:
    """Says that `by` looks at it. A second time, by whomever, changes nothing: the first who looked stays named.

    Raises Conflict where the alert is settled already.
    """
    allow(by, Action.ACKNOWLEDGE)

    async def work(change: Change) -> Alert:
        found = await one(change, alert)
        if found.state is State.ACKNOWLEDGED:
            return found
        state = moved(found, Move.ACKNOWLEDGE)
        await change.execute(SQL["set_acknowledged"], id=found.id, state=state, by=by.id, at_ms=change.now_ms)
        change.tell(AlertAcknowledged(alert=found.id, reference=found.reference))
        return await one(change, alert)

    return await node.change(by, work)
