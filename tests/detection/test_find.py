"""Looking sightings up by camera and time."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import NODE, Change, Node, NotFound
from safecity.detection import EYE_OPENED, Box, Opened, accept, finders, sighting, sightings
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


async def test_an_eye_says_with_what_it_looks_for_people(node: Node, tmp_path: Path):
    assert await finders(node, "eye-0") == ""
    outbox = FootageIndex(tmp_path / "index" / "eye-0.db", writable=True)
    for words in ("CenterFace.", "CenterFace and a network for persons."):
        outbox.tell(1_000, "", EYE_OPENED, msgspec.json.encode(Opened(finders=words)).decode())
        await accept(node, NODE, eye="eye-0", outbox=outbox)
        assert await finders(node, "eye-0") == words
