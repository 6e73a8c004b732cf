"""Whether cameras' own clocks are right: takes over what recorders notice, and answers who asks."""

from __future__ import annotations

from dataclasses import dataclass

from safecity.base import Change, Event, Node
from safecity.footage.events import CameraClockRight, CameraClockWrong
from safecity.footage.model import ClockNotice, ClockState
from safecity.footage.play import Archive, segments
from safecity.footage.store import SQL

PRESENT_MS = 180_000  # a file lasts a minute, and is listed some seconds after it began
SAME_MS = 100
UNITS = ((86_400_000, "day"), (3_600_000, "hour"), (60_000, "minute"), (1_000, "second"))


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


def present_offset(archive: Archive, camera: str, now_ms: int) -> int | None:
    """By how much a camera's clock is ahead of ours now, in ms, by its newest file that says so; else None.

    The first picture's way to us counts as being behind. Raises IndexAway.
    """
    known = [
        each.offset_ms
        for each in segments(archive, camera, now_ms - PRESENT_MS, now_ms)
        if each.offset_ms is not None
    ]
    return known[-1] if known else None


def clock_sentence(offset_ms: int | None) -> str:
    """What a person is told of a camera's clock that is so far ahead of ours."""
    if offset_ms is None:
        return "It has not told its time in the last minutes."
    if abs(offset_ms) < SAME_MS:
        return "Its clock agrees with ours."
    side = "ahead of" if offset_ms > 0 else "behind"
    return f"Its clock is {_span_words(abs(offset_ms))} {side} ours."


def _span_words(span_ms: int) -> str:
    """Tenths of a second up to a minute, then the two largest units, rounded down."""
    if span_ms < 60_000:
        return f"{span_ms // 100 / 10:.1f} s"
    said: list[str] = []
    for size, name in UNITS:
        count, span_ms = divmod(span_ms, size)
        if count and len(said) < 2:
            said.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " and ".join(said)
