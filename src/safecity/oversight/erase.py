"""Erases the body of a journal entry where the law asks for it. The log goes on to verify.

What is left of the entry (time, type, subject, actor, purpose) is repeated in a fact, so that it cannot be changed
afterwards, and an entry that was emptied without such a fact is found by the check.
"""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.base import Actor, BadInput, Change, Conflict, Entry, Node, NotFound
from safecity.oversight.events import EntryErased
from safecity.oversight.store import SQL

REASONS = frozenset({"court_order", "erasure_request", "retention"})


async def erase_entry(node: Node, by: Actor, entry: int, *, reason_code: str) -> None:
    """Empties an entry's body and salt for good. Raises NotAllowed, BadInput, NotFound, Conflict.

    Whoever replays the journal afterwards does not see this entry; the tables that were built from it stay.
    """
    allow(by, Action.ERASE_ENTRY)
    if reason_code not in REASONS:
        raise BadInput(f"An entry is erased for one of these reasons: {', '.join(sorted(REASONS))}.")

    async def work(change: Change) -> None:
        row = await change.fetch_one(Entry, SQL["entry"], seq=entry)
        if row is None:
            raise NotFound(f"The journal has no entry {entry}.")
        if row.type == EntryErased.kind():
            raise Conflict("The record of an erasure cannot be erased.")
        if not row.salt:
            raise Conflict(f"Entry {entry} was erased already.")
        await change.execute(SQL["erase"], seq=entry, nothing=b"")
        change.tell(
            EntryErased(
                entry=entry,
                reason_code=reason_code,
                at_ms=row.at_ms,
                type=row.type,
                of=row.subject,
                actor=row.actor,
                why=row.purpose,
            )
        )

    await node.change(by, work)
