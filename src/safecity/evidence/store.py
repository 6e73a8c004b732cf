"""Rows of evidence, private to this room."""

from __future__ import annotations

from safecity.base import BadInput, Database, NotFound, load_queries
from safecity.evidence.model import Hold

SQL = load_queries("safecity.evidence")
LONGEST_REASON = 500


async def one(database: Database, hold: str) -> Hold:
    """A hold by its id. Raises NotFound."""
    rows = await database.fetch(Hold, SQL["hold"], id=hold)
    if not rows:
        raise NotFound("There is no such hold.")
    return rows[0]


def checked_reason(text: str) -> str:
    """A reason in words. Raises BadInput where it is empty or too long."""
    reason = text.strip()
    if not reason:
        raise BadInput("Say in a few words why.")
    if len(reason) > LONGEST_REASON:
        raise BadInput(f"A reason has at most {LONGEST_REASON} characters.")
    return reason
