"""Two incidents are one and the same: the later goes on in the other."""

from __future__ import annotations

from dataclasses import replace

from safecity.access import Action, allow
from safecity.base import Actor, Change, Node
from safecity.incidents.events import IncidentAbsorbed, IncidentMoved
from safecity.incidents.model import Incident, Move, State
from safecity.incidents.rules import check_merge, moved
from safecity.incidents.store import keep_state, one


async def merge(node: Node, by: Actor, incident: str, *, into: str) -> Incident:
    """Merges an incident into another, which from now on shows its alerts, cameras and notes; returns that other one.

    An incident with units sent cannot be merged away; the other may be merged into it. Merging it again into the
    same one changes nothing. Raises Conflict with the reason.
    """
    allow(by, Action.MERGE)

    async def work(change: Change) -> Incident:
        before, target = await one(change, incident), await one(change, into)
        if before.state is State.MERGED and before.merged_into == target.id:
            return target
        check_merge(before, target)
        after = replace(moved(before, Move.MERGE, change.now_ms), merged_into=target.id)
        await keep_state(change, after)
        change.tell(
            IncidentMoved(
                incident=after.id,
                reference=after.reference,
                bureau=after.bureau,
                priority=after.priority,
                move=Move.MERGE,
                before=before.state,
                state=after.state,
                note=None,
            )
        )
        change.tell(IncidentAbsorbed(incident=target.id, merged=after.id, merged_reference=after.reference))
        return await one(change, into)

    return await node.change(by, work)
