"""An alert becomes part of an incident. The incidents' room calls this when a person declares or links one."""

from __future__ import annotations

from safecity.alerts.events import AlertAttached
from safecity.alerts.model import Alert, Move, State
from safecity.alerts.rules import moved
from safecity.alerts.store import SQL, one
from safecity.base import Change, Conflict


async def attach(change: Change, alert: str, incident: str) -> Alert:
    """Attaches an alert within the caller's own transaction, so that both rooms change together or not at all.

    The caller has checked that the actor may. Attaching it to the same incident again changes nothing. Raises
    Conflict where it was dismissed or belongs to another incident.
    """
    found = await one(change, alert)
    if found.state is State.DECLARED:
        if found.incident == incident:
            return found
        raise Conflict(f"Alert {found.reference} belongs to another incident already.")
    state = moved(found, Move.DECLARE)
    await change.execute(SQL["set_incident"], id=found.id, state=state, incident=incident)
    change.tell(AlertAttached(alert=found.id, reference=found.reference, incident=incident))
    return await one(change, alert)
