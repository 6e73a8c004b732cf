"""Writes down what people say about an incident."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.base import Actor, Change, Node
from safecity.incidents.events import IncidentNoted
from safecity.incidents.model import Incident
from safecity.incidents.rules import words
from safecity.incidents.store import SQL, one


async def note(node: Node, by: Actor, incident: str, text: str, *, own: bool = False) -> Incident:
    """Adds a note. `own` says that an officer's own unit is assigned to it, which the caller has checked."""
    allow(by, Action.NOTE, own=own)
    text = words("note", text)

    async def work(change: Change) -> Incident:
        await one(change, incident)
        change.tell(IncidentNoted(incident=incident, note=await keep_note(change, by, incident, text)))
        return await one(change, incident)

    return await node.change(by, work)


async def keep_note(change: Change, by: Actor, incident: str, text: str) -> str:
    """Keeps words within the caller's transaction and returns their id, for a fact that refers to them."""
    name = change.new_id()
    await change.execute(
        SQL["add_note"], id=name, incident=incident, at_ms=change.now_ms, writer=by.id, text=text
    )
    return name
