"""A person looked at an alert and says that nothing need be done, and why."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.alerts.events import AlertDismissed
from safecity.alerts.model import Alert, Dismissal, Move, State
from safecity.alerts.rules import moved
from safecity.alerts.store import SQL, one
from safecity.base import Actor, BadInput, Change, Node

MAX_WORDS = 500


async def dismiss(node: Node, by: Actor, alert: str, reason: Dismissal, words: str) -> Alert:
    """Dismisses an alert for a reason from the list, with words of one's own.

    Dismissing it again for the same reason changes nothing. Raises BadInput without words, Conflict where the alert
    is settled otherwise.
    """
    allow(by, Action.DISMISS)
    words = words.strip()
    if not words:
        raise BadInput("Please say in a few words why nothing need be done.")
    if len(words) > MAX_WORDS:
        raise BadInput(f"Please say it in at most {MAX_WORDS} characters.")

    async def work(change: Change) -> Alert:
        found = await one(change, alert)
        if found.state is State.DISMISSED and found.dismissed_reason is reason:
            return found
        state = moved(found, Move.DISMISS)
        await change.execute(SQL["set_dismissed"], id=found.id, state=state, reason=reason, words=words)
        change.tell(AlertDismissed(alert=found.id, reference=found.reference, reason_code=reason))
        return await one(change, alert)

    return await node.change(by, work)
