"""Takes in how a camera is, from the recorder that hears it."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.base import Actor, Change, Node
from safecity.cameras.model import Health, Signal
from safecity.cameras.store import present, signal_health


async def report_health(node: Node, by: Actor, camera: str, signal: Signal, reason: str = "") -> Health:
    """Moves a camera's health by the table; tells a fact only where state or reason changed.

    `reason` is a sentence without secrets. Raises NotAllowed, NotFound.
    """
    allow(by, Action.REPORT_HEALTH)

    async def work(change: Change) -> Health:
        await present(change, camera)
        return await signal_health(change, camera, signal, reason)

    return await node.change(by, work)
