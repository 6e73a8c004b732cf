"""Keeps the recorders' plans up to date with the city's cameras and with the rules of retention."""

from __future__ import annotations

import asyncio
from pathlib import Path

from safecity.base import Node, last_seq
from safecity.cameras import CameraAdded, CameraChanged, CameraRemoved, cameras
from safecity.footage.events import RetentionClassSet, RetentionShorteningAgreed
from safecity.footage.keeping import Keep
from safecity.footage.plan import write_plans
from safecity.footage.retain import retention, settle_retention

LOOK_EVERY_S = 60.0  # for shorter rules whose time has come
CHANGES = CameraAdded | CameraChanged | CameraRemoved | RetentionClassSet | RetentionShorteningAgreed


async def keep_planned(node: Node, data: Path, recorders: int, city: Keep | None = None) -> None:
    """Writes the plans now, again whenever a camera or a rule changes, and once a minute; for ever.

    `city` is how long the city's settings keep footage; without it, recorders go by their own settings.
    """
    since = await last_seq(node.database)
    writing = asyncio.Lock()

    async def write() -> None:
        async with writing:
            if city is not None:
                await settle_retention(node, city)
            standing = {each.subject: each for each in await retention(node)} if city is not None else {}
            await asyncio.to_thread(write_plans, data, await cameras(node), recorders, standing)

    async def look_again() -> None:
        while True:
            await node.clock.sleep(LOOK_EVERY_S)
            await write()

    await write()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(look_again())
        async for fact in node.bus.subscribe(since):
            if isinstance(fact.event, CHANGES):
                await write()
