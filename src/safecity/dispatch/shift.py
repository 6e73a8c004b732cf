"""Units go on duty and off."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.base import Actor, Change, Conflict, Node
from safecity.dispatch.events import ShiftEnded, ShiftStarted
from safecity.dispatch.locate import Positions
from safecity.dispatch.model import Signal, Unit
from safecity.dispatch.rules import statuses
from safecity.dispatch.store import SQL, one_unit


async def start_shift(node: Node, by: Actor, unit: str) -> Unit:
    """Puts a unit on duty, free to be sent; one that is on duty stays so. Raises Conflict without a crew."""
    await _allowed(node, by, unit)

    async def work(change: Change) -> Unit:
        found = await one_unit(change, unit)
        if found.on_shift:
            return found
        if not found.crew:
            raise Conflict(f"{found.call_sign} has no crew; name its officers first.")
        (status,) = statuses(found.status, (Signal.START_SHIFT,))
        await change.execute(SQL["set_status"], id=unit, status=status)
        change.tell(ShiftStarted(unit=unit, status=status))
        return await one_unit(change, unit)

    return await node.change(by, work)


async def end_shift(node: Node, by: Actor, unit: str, positions: Positions | None = None) -> Unit:
    """Takes a unit off duty and forgets where it is. Raises Conflict while it is on an assignment."""
    await _allowed(node, by, unit)

    async def work(change: Change) -> Unit:
        found = await one_unit(change, unit)
        if not found.on_shift:
            return found
        if found.assignment is not None:
            raise Conflict(f"{found.call_sign} is on an assignment; clear it before ending the shift.")
        (status,) = statuses(found.status, (Signal.END_SHIFT,))
        await change.execute(SQL["set_status"], id=unit, status=status)
        change.tell(ShiftEnded(unit=unit, status=status))
        return await one_unit(change, unit)

    after = await node.change(by, work)
    if positions is not None:
        positions.forget(unit)
    return after


async def _allowed(node: Node, by: Actor, unit: str) -> None:
    found = await one_unit(node.database, unit)
    allow(by, Action.SHIFT, bureau=found.bureau, own=by.id in found.crew)
