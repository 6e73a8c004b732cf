"""Holds footage for a court, and releases it.

The footage is held first and the fact told second; at a release it is the other way round. So whatever breaks in
between, footage that someone believes to be held is held.
"""

from __future__ import annotations

from contextlib import suppress

from safecity.access import Action, allow
from safecity.base import Actor, BadInput, Change, Conflict, Node, Unavailable, uuid7
from safecity.base import to_ms as milliseconds
from safecity.cameras import camera as find_camera
from safecity.evidence.events import EvidenceHeld, EvidenceReleased
from safecity.evidence.model import Hold
from safecity.evidence.store import SQL, checked_reason, one
from safecity.footage import Archive, Segment, segments
from safecity.footage import Hold as FootageHold
from safecity.footage import hold as hold_footage
from safecity.footage import release as release_footage
from safecity.incidents import incident as find_incident

AHEAD_MS = 24 * 3600 * 1000  # a hold may reach this far into the future: what is still being recorded


async def hold(
    node: Node,
    by: Actor,
    archive: Archive,
    *,
    incident: str,
    camera: str,
    from_ms: int,
    to_ms: int,
    reason: str,
) -> Hold:
    """Holds a span of a camera's footage for an incident. Durable when it returns.

    Raises NotAllowed, NotFound (incident or camera), BadInput, OSError.
    """
    about = await find_incident(node, incident)
    allow(by, Action.HOLD, bureau=about.bureau)
    reason = checked_reason(reason)
    now_ms = milliseconds(node.clock.now())
    if from_ms >= to_ms:
        raise BadInput("A hold begins before it ends.")
    if to_ms > now_ms + AHEAD_MS:
        raise BadInput("A hold may reach at most a day into the future.")
    await find_camera(node, camera)
    name = uuid7(node.clock.now())
    await hold_footage(
        node, by, archive=archive, hold=FootageHold(id=name, camera=camera, start_ms=from_ms, end_ms=to_ms)
    )
    found: list[Segment] = []
    with suppress(Unavailable):  # an index that is away just now does not stop a hold
        found = segments(archive, camera, from_ms, to_ms)
    kept = Hold(
        id=name,
        incident=incident,
        camera=camera,
        from_ms=from_ms,
        to_ms=to_ms,
        reason=reason,
        held_by=by.id,
        held_ms=now_ms,
        segments=len(found),
        bytes=sum(each.bytes for each in found),
    )
    return await node.change(by, lambda change: _write(change, kept))


async def _write(change: Change, kept: Hold) -> Hold:
    await change.execute(
        SQL["add_hold"],
        id=kept.id,
        incident=kept.incident,
        camera=kept.camera,
        from_ms=kept.from_ms,
        to_ms=kept.to_ms,
        reason=kept.reason,
        held_by=kept.held_by,
        held_ms=kept.held_ms,
        segments=kept.segments,
        bytes=kept.bytes,
    )
    change.tell(
        EvidenceHeld(
            incident=kept.incident, hold=kept.id, camera=kept.camera, from_ms=kept.from_ms, to_ms=kept.to_ms
        )
    )
    return kept


async def release(node: Node, by: Actor, archive: Archive, hold: str, reason: str) -> Hold:
    """Releases a hold: its footage is kept for as long as any other, no longer.

    Raises NotAllowed, NotFound, BadInput, Conflict where it was released already, OSError.
    """
    kept = await one(node.database, hold)
    about = await find_incident(node, kept.incident)
    allow(by, Action.RELEASE, bureau=about.bureau)
    words = checked_reason(reason)

    async def work(change: Change) -> None:
        if not await change.execute(SQL["release"], id=hold, by=by.id, now_ms=change.now_ms, reason=words):
            raise Conflict("This hold was released already.")
        change.tell(EvidenceReleased(incident=kept.incident, hold=hold, camera=kept.camera))

    await node.change(by, work)
    await release_footage(node, by, archive=archive, hold=hold)
    return await one(node.database, hold)


async def holds(node: Node, incident: str) -> list[Hold]:
    """All holds of an incident, released ones too, oldest first."""
    return await node.database.fetch(Hold, SQL["holds_of"], incident=incident)


async def find_hold(node: Node, hold: str) -> Hold:
    """A hold by its id. Raises NotFound."""
    return await one(node.database, hold)
