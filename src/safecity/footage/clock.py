"""Whether cameras' own clocks are right: takes over what recorders notice, and answers who asks."""

from __future__ import annotations

from dataclasses import dataclass

from safecity.base import Change, Event, Node
from safecity.footage.events import CameraClockRight, CameraClockWrong
from safecity.footage.model import ClockNotice, ClockState
from safecity.footage.store import SQL


@dataclass(frozen=True)
class _Row:
    camera: str
    is_wrong: int
    offset_ms: int
    since_ms: int

    def state(self) -> ClockState:
        return ClockState(
            camera=self.camera, is_wrong=bool(self.is_wrong), offset_ms=self.offset_ms, since_ms=self.since_ms
        )


async def camera_clock(node: Node, camera: str) -> ClockState | None:
    """What is known of a camera's own clock; None for as long as it has not told its time for 15 s."""
    rows = await node.database.fetch(_Row, SQL["camera_clock"], camera=camera)
    return rows[0].state() if rows else None


async def camera_clocks(node: Node) -> dict[str, ClockState]:
    """What is known of all cameras' clocks, by camera."""
    return {row.camera: row.state() for row in await node.database.fetch(_Row, SQL["camera_clocks"])}


async def take_clock(change: Change, camera: str, seen: ClockNotice, at_ms: int) -> Event | None:
    """Keeps what a recorder noticed; the fact, where it is news. A recorder that begins anew says it all again."""
    row = await change.fetch_one(_Row, SQL["camera_clock"], camera=camera)
    was_wrong = row is not None and bool(row.is_wrong)
    is_same = row is not None and was_wrong == seen.is_wrong
    await change.execute(
        SQL["set_camera_clock"],
        camera=camera,
        is_wrong=int(seen.is_wrong),
        offset_ms=seen.offset_ms,
        since_ms=row.since_ms if row is not None and is_same else at_ms,
    )
    if seen.is_wrong:
        is_known = row is not None and is_same and row.offset_ms == seen.offset_ms
        return None if is_known else CameraClockWrong(camera=camera, offset_ms=seen.offset_ms)
    return CameraClockRight(camera=camera, offset_ms=seen.offset_ms) if was_wrong else None
