"""Keeps the recorders' plans up to date with the city's cameras."""

from __future__ import annotations

import asyncio
from pathlib import Path

from safecity.base import Node, last_seq
from safecity.cameras import CameraAdded, CameraChanged, CameraRemoved, cameras
from safecity.footage.plan import write_plans


async def keep_planned(node: Node, data: Path, recorders: int) -> None:
    """Writes the plans now, and again whenever a camera joins, changes or leaves; for ever."""
    since = await last_seq(node.database)
    await _write(node, data, recorders)
    async for fact in node.bus.subscribe(since):
        if isinstance(fact.event, CameraAdded | CameraChanged | CameraRemoved):
            await _write(node, data, recorders)


async def _write(node: Node, data: Path, recorders: int) -> None:
    every = await cameras(node)
    await asyncio.to_thread(write_plans, data, every, recorders)
