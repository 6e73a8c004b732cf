"""A person sends a unit to an incident, or calls it off. No machine does."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.base import Actor, Change, Node
from safecity.dispatch.events import UnitAssigned, UnitStatusChanged
from safecity.dispatch.model import Assignment, Move, Signal, State, Unit
from safecity.dispatch.move import move_within
from safecity.dispatch.rules import check_free, statuses
from safecity.dispatch.store import SQL, one_assignment, one_unit
from safecity.incidents import Incident, incident_within
from safecity.incidents import Move as IncidentMove
from safecity.incidents import incident as find_incident
from safecity.incidents import move_within as move_incident


async def assign(node: Node, by: Actor, incident: str, unit: str) -> Assignment:
    """Sends a unit. Assignment, unit and incident change together or not at all; the same order again changes nothing.

    A desk officer sends units of the own bureau to incidents of the own bureau. Raises NotAllowed, NotFound, and
    Conflict where the unit is busy, off shift or without a crew, or the incident is over.
    """
    chosen = await one_unit(node.database, unit)
    allow(by, Action.ASSIGN, bureau=chosen.bureau)
    allow(by, Action.ASSIGN, bureau=(await find_incident(node, incident)).bureau)

    async def work(change: Change) -> Assignment:
        found = await one_unit(change, unit)
        if found.assignment is not None and found.incident == incident:
            return await one_assignment(change, found.assignment)
        busy_with = (await incident_within(change, found.incident)).reference if found.incident else None
        check_free(found, busy_with)
        await move_incident(change, by, incident, IncidentMove.DISPATCH)
        return await _assign(change, by, await incident_within(change, incident), found)

    return await node.change(by, work)


async def _assign(change: Change, by: Actor, incident: Incident, unit: Unit) -> Assignment:
    name = change.new_id()
    (status,) = statuses(unit.status, (Signal.ASSIGN,))
    await change.execute(
        SQL["add_assignment"],
        id=name,
        incident=incident.id,
        unit=unit.id,
        state=State.ASSIGNED,
        assigned_by=by.id,
        assigned_ms=change.now_ms,
    )
    await change.execute(SQL["set_status"], id=unit.id, status=status)
    change.tell(UnitAssigned(incident=incident.id, assignment=name, unit=unit.id, call_sign=unit.call_sign))
    change.tell(UnitStatusChanged(unit=unit.id, status=status, assignment=name))
    return await one_assignment(change, name)


async def withdraw(node: Node, by: Actor, assignment: str, reason: str = "") -> Assignment:
    """Calls a unit off. Where it was the last and had not arrived, the incident waits for a unit again.

    Raises NotAllowed outside the desk officer's bureau, and Conflict where the assignment is over.
    """
    found = await one_assignment(node.database, assignment)
    unit = await one_unit(node.database, found.unit)
    allow(by, Action.ASSIGN, bureau=unit.bureau)

    async def work(change: Change) -> Assignment:
        return await move_within(change, by, assignment, Move.WITHDRAW, reason, by_radio=False)

    return await node.change(by, work)
