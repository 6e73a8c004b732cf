"""What recorders note becomes facts, each once, whatever dies in between."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from safecity.access import add_bureau
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import NODE, Actor, Node, Place, read_entries
from safecity.cameras import Camera, HealthState, Regime, add, health
from safecity.footage import camera_clock
from safecity.footage.recorder import BORN
from safecity.footage.tell import tell

SQUARE = [Place(lat=-1, lon=-1), Place(lat=-1, lon=1), Place(lat=1, lon=1), Place(lat=1, lon=-1)]


@pytest.fixture
def index(tmp_path: Path):
    index = FootageIndex(tmp_path / "index" / "recorder-0.db", writable=True)
    index.set_mark(BORN, "first")
    yield index
    index.close()


async def gate(node: Node, administrator: Actor) -> Camera:
    await add_bureau(node, administrator, code="CEN", name="Central", polygon=SQUARE)
    return await add(
        node, administrator, name="Gate", url="rtsp://10.0.0.7/", bureau="CEN", place=Place(lat=0, lon=0),
        controller="City police", regime=Regime.POLICE,
    )  # fmt: skip


def note(index: FootageIndex, kind: str, body: Mapping[str, str | int], camera: str = "") -> None:
    index.tell(0, camera, kind, json.dumps(body))


async def told(node: Node) -> list[str]:
    names = [entry.type.partition("/")[0] for entry in await read_entries(node.database, 0)]
    return [name for name in names if name not in {"BureauAdded", "CameraAdded"}]


async def test_notices_become_facts_in_order_and_only_once(
    node: Node, administrator: Actor, index: FootageIndex
):
    camera = await gate(node, administrator)
    note(index, "recorder_started", {})
    note(index, "gap_opened", {"start_ms": 1_000, "cause": "network", "words": "Nothing answers."}, camera.id)
    note(index, "gap_closed", {"start_ms": 1_000, "end_ms": 9_000}, camera.id)
    note(index, "forgotten", {"segments": 3, "bytes": 9, "until_ms": 500})
    assert await tell(node, NODE, recorder="recorder-0", index=index) == 4
    assert await tell(node, NODE, recorder="recorder-0", index=index) == 0
    assert await told(node) == ["RecorderStarted", "GapOpened", "GapClosed", "FootageForgotten"]
    note(index, "recorder_started", {})
    assert await tell(node, NODE, recorder="recorder-0", index=index) == 1


async def test_a_disk_in_trouble_and_well_again_are_facts(node: Node, index: FootageIndex):
    note(index, "storage", {"store": "", "words": "The footage disk is full.", "goes_on": True})
    note(index, "storage", {"store": "", "words": "", "goes_on": True})
    await tell(node, NODE, recorder="recorder-0", index=index)
    assert await told(node) == ["StorageTrouble", "StorageWell"]


async def test_a_clock_that_is_wrong_becomes_a_fact_and_a_state(
    node: Node, administrator: Actor, index: FootageIndex
):
    camera = await gate(node, administrator)
    note(index, "clock", {"is_wrong": True, "offset_ms": 3_600_000}, camera.id)
    note(index, "clock", {"is_wrong": True, "offset_ms": 3_600_000}, camera.id)
    note(index, "clock", {"is_wrong": False, "offset_ms": 12}, camera.id)
    assert await tell(node, NODE, recorder="recorder-0", index=index) == 3
    assert await told(node) == ["CameraClockWrong", "CameraClockRight"]
    state = await camera_clock(node, camera.id)
    assert state is not None
    assert not state.is_wrong


async def test_health_goes_to_the_cameras_room(node: Node, administrator: Actor, index: FootageIndex):
    camera = await gate(node, administrator)
    note(index, "health", {"signal": "connecting", "reason": ""}, camera.id)
    note(index, "health", {"signal": "refused", "reason": "The camera at 10.0.0.7 refuses us."}, camera.id)
    note(index, "health", {"signal": "live", "reason": ""}, "a camera that left")
    await tell(node, NODE, recorder="recorder-0", index=index)
    assert (await health(node))[camera.id].state is HealthState.REFUSED
    assert await told(node) == ["CameraHealthChanged"]


async def test_an_index_made_anew_is_read_from_its_start(node: Node, index: FootageIndex):
    for _ in range(5):
        note(index, "recorder_started", {})
    await tell(node, NODE, recorder="recorder-0", index=index)
    index.drop_notices(1)
    index.set_mark(BORN, "second")
    assert await tell(node, NODE, recorder="recorder-0", index=index) == 0
    note(index, "recorder_started", {})
    assert await tell(node, NODE, recorder="recorder-0", index=index) == 1


async def test_a_recorder_that_never_started_tells_nothing(node: Node, tmp_path: Path):
    assert await tell(node, NODE, recorder="recorder-7", index=FootageIndex(tmp_path / "none.db")) == 0
