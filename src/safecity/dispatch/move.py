"""An assignment moves on as its crew says: accepted, on the way, on scene, cleared; or declined."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.base import Actor, BadInput, Change, Node, NotAllowed
from safecity.dispatch.events import AssignmentMoved, UnitStatusChanged
from safecity.dispatch.model import Assignment, Move
from safecity.dispatch.rules import MAX_TEXT, follows, is_fulfilled, moved, statuses_for
from safecity.dispatch.store import SQL, Number, keep_assignment, one_assignment, one_unit
from safecity.incidents import incident_within, keep_note
from safecity.incidents import move_within as move_incident


async def move_assignment(
    node: Node, by: Actor, assignment: str, move: Move, outcome: str = ""
) -> Assignment:
    """Moves an assignment; `outcome` is what came of it, in words, and stands in the incident's notes.

    The unit's own crew says so; or an operator, or the desk officer of the unit's bureau, who heard it on the radio,
    which is written down as such. The same again changes nothing. Raises NotAllowed, and Conflict with the reason.
    """
    if move is Move.WITHDRAW:
        raise NotAllowed("Only the control room calls a unit off; the crew declines or clears.")
    found = await one_assignment(node.database, assignment)
    unit = await one_unit(node.database, found.unit)
    own = by.id in unit.crew
    allow(by, Action.MOVE_ASSIGNMENT, bureau=unit.bureau, own=own)

    async def work(change: Change) -> Assignment:
        return await move_within(change, by, assignment, move, outcome, by_radio=not own)

    return await node.change(by, work)


async def move_within(
    change: Change, by: Actor, assignment: str, move: Move, outcome: str, *, by_radio: bool
) -> Assignment:
    """The same within a transaction: assignment, unit and incident change together or not at all."""
    outcome = outcome.strip()
    if len(outcome) > MAX_TEXT:
        raise BadInput(f"An outcome may have at most {MAX_TEXT} characters.")
    before = await one_assignment(change, assignment)
    if is_fulfilled(before, move):
        return before
    after = moved(before, move, change.now_ms)
    await keep_assignment(change, after)
    note = await keep_note(change, by, after.incident, outcome) if outcome else None
    change.tell(
        AssignmentMoved(
            incident=after.incident,
            assignment=after.id,
            unit=after.unit,
            call_sign=after.call_sign,
            move=move,
            before=before.state,
            state=after.state,
            by_radio=by_radio,
            note=note,
        )
    )
    await _move_unit(change, after, move)
    await _move_incident(change, by, after, move)
    return after


async def _move_unit(change: Change, assignment: Assignment, move: Move) -> None:
    unit = await one_unit(change, assignment.unit)
    for status in statuses_for(unit.status, move):
        await change.execute(SQL["set_status"], id=unit.id, status=status)
        change.tell(UnitStatusChanged(unit=unit.id, status=status, assignment=assignment.id))


async def _move_incident(change: Change, by: Actor, assignment: Assignment, move: Move) -> None:
    incident = await incident_within(change, assignment.incident)
    others = await change.fetch(Number, SQL["others"], incident=incident.id, id=assignment.id)
    next_move = follows(incident, move, others[0].last)
    if next_move is not None:
        await move_incident(change, by, incident.id, next_move)
