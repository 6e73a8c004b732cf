"""Writes to a unit."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.base import Actor, Change, Node, NotFound
from safecity.dispatch.events import MessageSent
from safecity.dispatch.model import Message
from safecity.dispatch.rules import text_of
from safecity.dispatch.store import SQL, MessageRow, one_unit


async def send_message(node: Node, by: Actor, unit: str, text: str) -> Message:
    """Sends a message to a unit's phone. The text stays in its row. Raises NotAllowed, NotFound, BadInput."""
    found = await one_unit(node.database, unit)
    allow(by, Action.MESSAGE, bureau=found.bureau, own=by.id in found.crew)
    text = text_of(text)

    async def work(change: Change) -> Message:
        sent = Message(id=change.new_id(), unit=unit, at_ms=change.now_ms, by=by.id, text=text)
        await change.execute(
            SQL["add_message"], id=sent.id, unit=unit, at_ms=sent.at_ms, writer=by.id, text=text
        )
        change.tell(MessageSent(unit=unit, message=sent.id))
        return sent

    return await node.change(by, work)


async def messages(node: Node, unit: str, limit: int = 50) -> list[Message]:
    """The newest messages to a unit, oldest first."""
    rows = await node.database.fetch(MessageRow, SQL["messages"], unit=unit, limit=limit)
    return [row.message() for row in reversed(rows)]


async def message(node: Node, message: str) -> Message:
    """One message. Raises NotFound."""
    rows = await node.database.fetch(MessageRow, SQL["message"], id=message)
    if not rows:
        raise NotFound("There is no such message.")
    return rows[0].message()
