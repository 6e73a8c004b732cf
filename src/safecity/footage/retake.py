"""Has a camera's empty scene learned anew, on an administrator's word that nobody is in the picture.

What people said of the scenes of before falls away with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from safecity.access import Action, allow
from safecity.base import Actor, Change, Node
from safecity.cameras import camera as camera_of
from safecity.footage.events import PlateRetaken
from safecity.footage.store import SQL


@dataclass(frozen=True)
class RetakenRow:
    """Since when a camera's plate is to be learned anew."""

    camera: str
    from_ms: int


async def retake_plate(node: Node, by: Actor, camera: str) -> None:
    """Has the plates of a camera thrown away, those of the past too, and learned anew. Raises NotAllowed, NotFound.

    To be called when somebody who stood there from the start is part of the plate, and only while nobody is in the
    picture. Until it is learned there is no picture of this camera.
    """
    allow(by, Action.MANAGE_CAMERAS)
    await camera_of(node, camera)

    async def work(change: Change) -> None:
        await change.execute(SQL["retake_plate"], camera=camera, from_ms=change.now_ms)
        await change.execute(SQL["drop_approvals"], camera=camera)
        await change.execute(SQL["drop_marks"], camera=camera)
        change.tell(PlateRetaken(camera=camera))

    await node.change(by, work)


async def retaken_plates(node: Node) -> dict[str, int]:
    """Since when (ms) plates are to be learned anew, by camera."""
    rows = await node.database.fetch(RetakenRow, SQL["retaken_plates"])
    return {row.camera: row.from_ms for row in rows}
