"""Looking sightings up by camera and time."""

from __future__ import annotations

import pytest

from safecity.base import NODE, Change, Node, NotFound
from safecity.detection import Box, sighting, sightings
from safecity.detection.store import SQL, box_json

HOUR_MS = 3_600_000


async def seen(node: Node, name: str, camera: str, start_ms: int, end_ms: int | None) -> None:
    async def work(change: Change) -> None:
        await change.execute(
            SQL["add"], id=name, eye="eye-0", camera=camera, started_ms=start_ms,
            box_json=box_json(Box(0, 0, 1, 1)), snapshot=None,
        )  # fmt: skip
        if end_ms is not None:
            await change.execute(SQL["end"], id=name, ended_ms=end_ms, box_json=box_json(Box(0, 0, 1, 1)))

    await node.change(NODE, work)


async def test_those_that_touch_a_span_come_in_order(node: Node):
    await seen(node, "early", "cam", 0, HOUR_MS)
    await seen(node, "within", "cam", 3 * HOUR_MS, 4 * HOUR_MS)
    await seen(node, "lasting", "cam", 2 * HOUR_MS, None)
    await seen(node, "late", "cam", 9 * HOUR_MS, None)
    await seen(node, "elsewhere", "other", 3 * HOUR_MS, None)
    found = await sightings(node, "cam", 2 * HOUR_MS, 5 * HOUR_MS)
    assert [each.id for each in found] == ["lasting", "within"]
    assert len(await sightings(node, "cam", 0, 10 * HOUR_MS, limit=2)) == 2


async def test_one_that_is_not_there_is_said_so(node: Node):
    await seen(node, "s1", "cam", 0, None)
    assert (await sighting(node, "s1")).camera == "cam"
    with pytest.raises(NotFound):
        await sighting(node, "s2")
