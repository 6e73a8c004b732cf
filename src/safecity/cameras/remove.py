"""Removes a camera from the city."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.base import Actor, Change, Node
from safecity.cameras.events import CameraRemoved
from safecity.cameras.store import SQL, present


async def remove(node: Node, by: Actor, camera: str) -> None:
    """Removes a camera and forgets its address. Its footage stays for as long as the law says.

    Raises NotAllowed, NotFound.
    """
    allow(by, Action.MANAGE_CAMERAS)

    async def work(change: Change) -> None:
        await present(change, camera)
        await change.execute(SQL["remove_camera"], id=camera, now_ms=change.now_ms)
        change.tell(CameraRemoved(camera=camera))

    await node.change(by, work)
