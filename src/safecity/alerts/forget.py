"""Forgets what citizens wrote about themselves, when its time is over. The facts stand: they never held it."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.alerts.events import ReportersForgotten
from safecity.alerts.store import SQL
from safecity.base import Actor, Change, Node


async def forget_reporters(node: Node, by: Actor, *, before_ms: int) -> int:
    """Empties contacts, and the details of settled alerts, older than a moment. Returns how many were emptied."""
    allow(by, Action.MANAGE_SETTINGS)

    async def work(change: Change) -> int:
        people = await change.execute(SQL["forget_people"], before=before_ms)
        count = people + await change.execute(SQL["forget_details"], before=before_ms)
        if count:
            change.tell(ReportersForgotten(before_ms=before_ms, count=count))
        return count

    return await node.change(by, work)
