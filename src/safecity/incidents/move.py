"""Moves an incident from one state to the next."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.base import Actor, BadInput, Change, Node
from safecity.incidents.events import IncidentMoved
from safecity.incidents.model import Incident, Move
from safecity.incidents.note import keep_note
from safecity.incidents.rules import is_fulfilled, moved, words
from safecity.incidents.store import keep_state, one


async def move(node: Node, by: Actor, incident: str, move: Move, reason: str = "") -> Incident:
    """Makes a move by hand, with the reason in words (needed to reopen).

    Asking again for what is so already changes nothing. Raises Conflict, saying why and what to do instead.
    """
    allow(by, Action.MOVE_INCIDENT)
    if move is Move.MERGE:
        raise BadInput("Please say which incident it is to be merged into.")
    reason = words("reason", reason, needed=move is Move.REOPEN)

    async def work(change: Change) -> Incident:
        return await move_within(change, by, incident, move, reason)

    return await node.change(by, work)


async def move_within(change: Change, by: Actor, incident: str, move: Move, reason: str = "") -> Incident:
    """The same within the caller's transaction: how dispatch moves an incident together with its own rows.

    The caller has checked that the actor may.
    """
    before = await one(change, incident)
    if is_fulfilled(before, move):
        return before
    after = moved(before, move, change.now_ms)
    await keep_state(change, after)
    note = await keep_note(change, by, incident, reason) if reason else None
    change.tell(
        IncidentMoved(
            incident=after.id,
            reference=after.reference,
            bureau=after.bureau,
            priority=after.priority,
            move=move,
            before=before.state,
            state=after.state,
            note=note,
        )
    )
    return await one(change, incident)
