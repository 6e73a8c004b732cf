"""Hears what detection saw and raises an alert for it. A machine goes no further: a person decides."""

from __future__ import annotations

from dataclasses import dataclass

from safecity.alerts.model import Alert, Source
from safecity.alerts.raise_alert import raise_alert
from safecity.base import NODE, Change, Node, NotFound, load_queries
from safecity.detection import SightingStarted

BASE = load_queries("safecity.base")
LISTENER = "alerts"
KIND = "movement"


@dataclass(frozen=True)
class _Cursor:
    seq: int


async def listen(node: Node) -> None:
    """Raises an alert for each sighting, for ever; stopped and started again, it misses none and doubles none."""
    cursor = await node.database.fetch(_Cursor, BASE["read_cursor"], listener=LISTENER)
    since = cursor[0].seq if cursor else 0
    async for fact in node.bus.subscribe(since):
        if isinstance(fact.event, SightingStarted):
            await hear(node, fact.event)
            await _remember(node, fact.seq)


async def hear(node: Node, sighting: SightingStarted) -> Alert | None:
    """The alert that a sighting raised or joined; None where its camera was removed meanwhile."""
    try:
        return await raise_alert(
            node,
            NODE,
            kind=KIND,
            source=Source.SIGHTING,
            camera=sighting.camera,
            sighting=sighting.sighting,
            id=sighting.sighting,
        )
    except NotFound:
        return None


async def _remember(node: Node, seq: int) -> None:
    async def work(change: Change) -> None:
        await change.execute(BASE["move_cursor"], listener=LISTENER, seq=seq)

    await node.change(NODE, work)
