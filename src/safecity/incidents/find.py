"""Finds incidents."""

from __future__ import annotations

import json
from collections.abc import Iterable

from safecity.base import Change, Node
from safecity.incidents.model import LIVE, Incident, State
from safecity.incidents.store import SQL, IncidentRow, one, whole

NOT_CLOSED = (*LIVE, State.RESOLVED)


async def incident(node: Node, incident: str) -> Incident:
    """One incident. Raises NotFound."""
    return await one(node.database, incident)


async def incident_within(change: Change, incident: str) -> Incident:
    """One incident, as the caller's transaction sees it. Raises NotFound."""
    return await one(change, incident)


async def incidents(
    node: Node, *, states: Iterable[State] = NOT_CLOSED, bureau: str | None = None, limit: int = 500
) -> list[Incident]:
    """Incidents in these states, the most urgent first, then the newest; of one bureau or of the city."""
    wanted = json.dumps([str(state) for state in states])
    rows = await node.database.fetch(IncidentRow, SQL["listed"], states=wanted, bureau=bureau, limit=limit)
    return await whole(node.database, rows)


async def incidents_between(
    node: Node, cameras: Iterable[str], from_ms: int, to_ms: int, *, limit: int = 500
) -> list[Incident]:
    """Incidents of these cameras that were declared in a span, newest first."""
    wanted = json.dumps(list(cameras))
    rows = await node.database.fetch(
        IncidentRow, SQL["declared_between"], cameras=wanted, from_ms=from_ms, to_ms=to_ms, limit=limit
    )
    return await whole(node.database, rows)


async def incidents_by_id(node: Node, ids: Iterable[str]) -> list[Incident]:
    """These incidents, oldest first; ids that are not there are left out."""
    rows = await node.database.fetch(IncidentRow, SQL["some"], ids=json.dumps(list(ids)))
    return await whole(node.database, rows)
