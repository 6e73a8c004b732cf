"""A case that comes to court: an incident with a held minute of footage, and two persons who may hand it over."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from fakes.intruder import KEYS
from fakes.precinct import MARKET, build_town
from fakes.shelf import MINUTE_MS, Shelf
from safecity.access import Permit, ask_permit, grant_permit
from safecity.alerts import Source, raise_alert
from safecity.base import Actor, Node, to_ms
from safecity.evidence import Hold, export, hold
from safecity.incidents import Incident, declare, note

FOOTAGE = [bytes([n]) * 5000 for n in range(1, 4)]


Sitting = Callable[[], Awaitable["Court"]]


@dataclass(frozen=True)
class Court:
    """What stories refer to."""

    node: Node
    by: Actor
    second: Actor
    shelf: Shelf
    incident: Incident
    hold: Hold

    async def permit(self) -> Permit:
        """Leave, asked for by one and granted by the other."""
        asked = await ask_permit(
            self.node, self.by, "export", self.hold.id, "court_order", "Case 7 of the High Court"
        )
        return await grant_permit(self.node, self.second, asked.id)

    async def export(self) -> Path:
        """The zip file."""
        permit = await self.permit()
        return await export(self.node, self.by, self.shelf.archive, self.hold.id, permit.id, KEYS)


async def open_court(node: Node, by: Actor, second: Actor, shelf: Shelf) -> Court:
    """Three minutes of footage, of which the middle one lacks its end; an incident from an alert; a hold."""
    town = await build_town(node)
    camera = town.market.id
    now = to_ms(node.clock.now())
    for minute, content in zip((3, 2, 1), FOOTAGE, strict=True):
        shelf.put(camera, now - minute * MINUTE_MS, content, growing=b"still being written")
    shelf.lack(camera, now - 90_000, now - MINUTE_MS)
    alert = await raise_alert(node, by, kind="fight", source=Source.CALL, priority=2, place=MARKET)
    incident = await declare(node, by, alerts=[alert.id], title="Fight at the market")
    await note(node, by, incident.id, "A man with a red coat")
    span = {"from_ms": now - 2 * MINUTE_MS + 1000, "to_ms": now - 1000}
    kept = await hold(node, by, shelf.archive, incident=incident.id, camera=camera, **span, reason="Case 7")
    return Court(node, by, second, shelf, incident, kept)
