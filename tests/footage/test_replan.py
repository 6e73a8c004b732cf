"""Plans follow the city's cameras."""

from __future__ import annotations

import asyncio
from pathlib import Path

from safecity.access import add_bureau
from safecity.base import Actor, Node, Place
from safecity.cameras import Regime, add, remove
from safecity.footage.plan import plan_file, read_plan
from safecity.footage.replan import keep_planned

SQUARE = [Place(lat=-1, lon=-1), Place(lat=-1, lon=1), Place(lat=1, lon=1), Place(lat=1, lon=-1)]


async def planned(data: Path, count: int) -> None:
    """Waits until both plans together hold so many cameras."""
    async with asyncio.timeout(10):
        while sum(len(read_plan(plan_file(data, each)).cameras) for each in range(2)) != count:
            await asyncio.sleep(0.01)


async def test_a_camera_is_in_a_plan_from_joining_to_leaving(
    node: Node, administrator: Actor, tmp_path: Path
):
    await add_bureau(node, administrator, code="CEN", name="Central", polygon=SQUARE)
    task = asyncio.get_running_loop().create_task(keep_planned(node, tmp_path, 2))
    try:
        await planned(tmp_path, 0)
        names = ["Gate", "Yard", "Quay"]
        found = [
            await add(
                node, administrator, name=name, url="rtsp://10.0.0.7/", bureau="CEN", place=Place(lat=0, lon=0),
                controller="City police", regime=Regime.POLICE,
            )
            for name in names
        ]  # fmt: skip
        await planned(tmp_path, 3)
        await remove(node, administrator, found[0].id)
        await planned(tmp_path, 2)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
