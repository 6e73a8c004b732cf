"""Finds units and assignments."""

from __future__ import annotations

import json
from collections.abc import Iterable

from safecity.base import Node
from safecity.dispatch.model import Assignment, Unit
from safecity.dispatch.store import SQL, AssignmentRow, UnitId, one_assignment, one_unit, read_units


async def units(node: Node, *, bureau: str | None = None) -> list[Unit]:
    """All units, of one bureau or of the city, by number."""
    return await read_units(node.database, bureau=bureau)


async def unit(node: Node, unit: str) -> Unit:
    """One unit. Raises NotFound."""
    return await one_unit(node.database, unit)


async def unit_of(node: Node, person: str) -> Unit | None:
    """The unit that someone (`person:…`) is in."""
    rows = await node.database.fetch(UnitId, SQL["unit_of"], person=person)
    return await one_unit(node.database, rows[0].unit) if rows else None


async def assignment(node: Node, assignment: str) -> Assignment:
    """One assignment. Raises NotFound."""
    return await one_assignment(node.database, assignment)


async def assignments(node: Node, incidents: Iterable[str]) -> list[Assignment]:
    """Who was sent to these incidents, in the order they were sent."""
    wanted = json.dumps(list(incidents))
    rows = await node.database.fetch(AssignmentRow, SQL["assignments"], incidents=wanted)
    return [row.assignment() for row in rows]
