"""Finds alerts."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from safecity.access import Action, allow
from safecity.alerts.model import OPEN, Alert, State
from safecity.alerts.store import SQL, AlertRow
from safecity.base import Actor, Node, NotFound


async def alert(node: Node, alert: str) -> Alert:
    """One alert. Raises NotFound."""
    rows = await node.database.fetch(AlertRow, SQL["one"], id=alert)
    if not rows:
        raise NotFound("There is no such alert.")
    return rows[0].alert()


async def alert_by_reference(node: Node, reference: str) -> Alert | None:
    """The alert that someone was given this reference for, or None."""
    rows = await node.database.fetch(AlertRow, SQL["by_reference"], reference=reference)
    return rows[0].alert() if rows else None


async def alerts(
    node: Node, *, states: Iterable[State] = OPEN, bureau: str | None = None, limit: int = 500
) -> list[Alert]:
    """Alerts in these states, the most urgent first, then the oldest; of one bureau or of the city."""
    wanted = json.dumps([str(state) for state in states])
    rows = await node.database.fetch(AlertRow, SQL["listed"], states=wanted, bureau=bureau, limit=limit)
    return [row.alert() for row in rows]


async def alerts_by_id(node: Node, ids: Iterable[str]) -> list[Alert]:
    """These alerts, oldest first; ids that are not there are left out."""
    rows = await node.database.fetch(AlertRow, SQL["several"], ids=json.dumps(list(ids)))
    return [row.alert() for row in rows]


async def alerts_between(
    node: Node, cameras: Iterable[str], from_ms: int, to_ms: int, *, limit: int = 500
) -> list[Alert]:
    """Alerts of these cameras that were raised in a span, newest first."""
    wanted = json.dumps(list(cameras))
    rows = await node.database.fetch(
        AlertRow, SQL["raised_between"], cameras=wanted, from_ms=from_ms, to_ms=to_ms, limit=limit
    )
    return [row.alert() for row in rows]


@dataclass(frozen=True)
class _Contact:
    contact: str


async def contacts(node: Node, by: Actor, alert: str) -> list[str]:
    """How those who reported it can be reached, for whoever looks at it. Raises NotAllowed."""
    allow(by, Action.ACKNOWLEDGE)
    rows = await node.database.fetch(_Contact, SQL["contacts"], alert=alert)
    return [row.contact for row in rows]
