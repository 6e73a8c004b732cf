"""A camera of which ten minutes and six more are recorded, with four seconds missing between; for tests of commands."""

from __future__ import annotations

import asyncio
from pathlib import Path

from safecity import access, cameras
from safecity.app import index_of
from safecity.base import Actor, Node, Place
from safecity.footage import Cause, Gap, Segment
from safecity.settings import Settings, load_settings
from safecity.shell import at_shell

FROM_MS = 1_767_225_600_000  # 2026-01-01T00:00Z
SQUARE = [Place(-1, -1), Place(-1, 1), Place(1, 1), Place(1, -1)]
DAMAGED = 3  # pictures in each of its two files


def settings_in(folder: Path) -> Settings:
    """A node's settings, with its data in a folder."""
    return load_settings({"data": str(folder)}, None, None)[0]


def recorded_gate(settings: Settings) -> str:
    """Adds the camera, and lists its footage; returns its id."""

    async def work(node: Node, by: Actor) -> str:
        await access.add_bureau(node, by, code="CEN", name="Central", polygon=SQUARE)
        added = await cameras.add(
            node, by, name="Gate", url="rtsp://10.0.0.7/", bureau="CEN", place=Place(0, 0),
            controller="City police", regime=cameras.Regime.POLICE,
        )  # fmt: skip
        return added.id

    camera = asyncio.run(at_shell(settings, work))
    index = index_of(settings, "recorder-0", writable=True)
    for start_s, end_s in ((0, 600), (604, 1_000)):
        start_ms, end_ms = FROM_MS + start_s * 1000, FROM_MS + end_s * 1000
        path = f"{camera}/{start_s}.mp4"
        index.add_segment(
            Segment(
                camera=camera,
                start_ms=start_ms,
                end_ms=end_ms,
                path=path,
                bytes=1,
                pictures=1,
                damaged=DAMAGED,
            )
        )
    index.set_mark("alive_ms", str(FROM_MS + 1_000_000))
    index.close()
    return camera


def explain(settings: Settings, camera: str) -> None:
    """Says why the four seconds are missing."""
    index = index_of(settings, "recorder-0", writable=True)
    index.open_gap(
        Gap(
            camera=camera, start_ms=FROM_MS + 600_000, end_ms=FROM_MS + 604_000, cause=Cause.NETWORK,
            words="Packets were lost.",
        )
    )  # fmt: skip
    index.close()
