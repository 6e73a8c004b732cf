"""Hears what machines noticed and raises alerts for it. A machine goes no further: a person decides."""

from __future__ import annotations

from dataclasses import dataclass

from safecity.alerts.find import alerts
from safecity.alerts.hear_storage import hear_storage
from safecity.alerts.model import Alert, Source
from safecity.alerts.raise_alert import raise_alert
from safecity.alerts.rules import CLOCK_KIND, span_words
from safecity.base import NODE, Change, Node, NotFound, Place, load_queries
from safecity.cameras import camera
from safecity.detection import SightingStarted
from safecity.footage import CameraClockRight, CameraClockWrong, ShortageForeseen, StorageTrouble

BASE = load_queries("safecity.base")
LISTENER = "alerts"
KIND = "movement"
NOWHERE = Place(0.0, 0.0)


@dataclass(frozen=True)
class _Cursor:
    seq: int


async def listen(node: Node, home: Place = NOWHERE) -> None:
    """Raises an alert for each sighting, each camera whose clock is wrong and each disk in trouble, for ever.

    Stopped and started again, it misses none and doubles none. `home` is where this node stands.
    """
    cursor = await node.database.fetch(_Cursor, BASE["read_cursor"], listener=LISTENER)
    since = cursor[0].seq if cursor else 0
    async for fact in node.bus.subscribe(since):
        if isinstance(fact.event, SightingStarted):
            await hear(node, fact.event)
        elif isinstance(fact.event, CameraClockWrong | CameraClockRight):
            await hear_clock(node, fact.event, fact.id)
        elif isinstance(fact.event, StorageTrouble | ShortageForeseen):
            await hear_storage(node, fact.event, home, fact.id)
        else:
            continue
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


async def hear_clock(node: Node, clock: CameraClockWrong | CameraClockRight, id: str) -> Alert | None:  # noqa: A002
    """The alert about a camera's clock; `id` makes a repeat harmless.

    A clock that is right again is told in the open alert, if there is one; only a person dismisses that. None where
    there is nothing to tell, or the camera was removed meanwhile.
    """
    try:
        found = await camera(node, clock.camera)
    except NotFound:
        return None
    if isinstance(clock, CameraClockWrong):
        side = "ahead" if clock.offset_ms > 0 else "behind"
        words = f"{found.name}: its clock is {span_words(abs(clock.offset_ms))} {side}. Set its time server."
    elif any(each.kind == CLOCK_KIND and found.id in each.cameras for each in await alerts(node)):
        words = f"{found.name}: its clock is right again."
    else:
        return None
    return await raise_alert(
        node,
        NODE,
        kind=CLOCK_KIND,
        source=Source.SENSOR,
        title="A camera's clock is wrong",
        priority=4,
        camera=found.id,
        details=words,
        id=id,
    )


async def _remember(node: Node, seq: int) -> None:
    async def work(change: Change) -> None:
        await change.execute(BASE["move_cursor"], listener=LISTENER, seq=seq)

    await node.change(NODE, work)
