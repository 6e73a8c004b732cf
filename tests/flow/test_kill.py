"""Processes are killed without warning: recording goes on, nothing acknowledged is missing, every gap has its cause."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from fakes.ffmpeg import complaints
from fakes.running import Person, RunningNode, gstreamer_camera, running_node, until

pytestmark = [
    pytest.mark.gstreamer,
    pytest.mark.timeout(180),
    pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="Debian's ffmpeg draws the pictures"),
]
GROUP_S = 1.0


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A moving test picture with one keyframe a second."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    subprocess.run(
        ["ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=10", "-t", "20", "-c:v", "libx264",
         "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-bf", "0", "-g", "10", str(path)], check=True,
    )  # fmt: skip
    return path


@pytest.fixture
def node(film: Path, tmp_path: Path) -> Iterator[RunningNode]:
    with gstreamer_camera(film, "--fps", "10") as address, running_node(tmp_path / "data") as node:
        node.command("cameras", "add", "Gate", address)
        node.start()
        yield node


@asynccontextmanager
async def operator_of(node: RunningNode) -> AsyncGenerator[Person]:
    await node.answers()
    link = node.command("people", "add", "Ada Oduya", "ada", "--role", "operator")
    async with Person(node.base, link) as person:
        yield person


async def timeline(person: Person) -> dict[str, Any]:
    camera = (await person.get("/api/cameras"))["cameras"][0]["id"]
    return await person.get(f"/api/cameras/{camera}/timeline")


async def recorded_until(person: Person) -> datetime | None:
    segments = (await timeline(person))["segments"]
    return datetime.fromisoformat(segments[-1][1]) if segments else None


def footage_bytes(node: RunningNode) -> int:
    return sum(path.stat().st_size for path in (node.data / "footage").rglob("*.mp4"))


async def test_when_control_dies_recording_goes_on_and_no_acknowledged_fact_is_missing(node: RunningNode):
    async with operator_of(node) as person:
        await until(lambda: recorded_until(person), 30, "the first footage")
        acknowledged: list[str] = []

        async def keep_raising() -> None:
            for number in range(10_000):
                body = {
                    "kind": "test",
                    "title": f"Number {number}",
                    "priority": 4,
                    "place": {"lat": 10, "lon": 20},
                }
                try:
                    acknowledged.append((await person.post("/api/alerts", body))["id"])
                except (httpx.TransportError, AssertionError):
                    return

        raising = asyncio.ensure_future(keep_raising())  # noqa: TID251
        while len(acknowledged) < 20:
            await asyncio.sleep(0.01)
        pid = node.kill("control")
        before = footage_bytes(node)
        await raising

        async def grown() -> bool:
            return footage_bytes(node) > before

        await until(grown, 20, "footage to grow while the control process is away")
        await node.answers()
        assert node.pid("control") != pid
        known = {alert["id"] for alert in (await person.get("/api/alerts", limit=500))["alerts"]}
        assert set(acknowledged) <= known
        assert (await timeline(person))["gaps"] == []
        assert node.stop() == 0
        node.command("log", "verify")  # exit code 0


async def test_when_a_recorder_dies_one_group_is_lost_at_most_and_the_gap_has_its_cause(node: RunningNode):
    async with operator_of(node) as person:

        async def some_seconds() -> datetime | None:
            segments = (await timeline(person))["segments"]
            if not segments:
                return None
            begun, ended = (datetime.fromisoformat(moment) for moment in segments[-1])
            return ended if (ended - begun).total_seconds() >= 4 else None

        await until(some_seconds, 30, "four seconds of footage")
        at_kill = datetime.fromisoformat((await person.get("/api/console"))["now"])
        node.kill("recorder-0")

        async def went_on() -> datetime | None:
            ended = await recorded_until(person)
            return ended if ended and (ended - at_kill).total_seconds() > 6 else None

        await until(went_on, 30, "footage after the recorder was started again")
        shown = await timeline(person)
        gaps = [each for each in shown["gaps"] if each["cause"] == "recorder"]
        assert gaps, shown
        gap = gaps[0]
        lost_s = (at_kill - datetime.fromisoformat(gap["from"])).total_seconds()
        assert lost_s <= GROUP_S + 0.75  # a group, and the time between asking for the time and the kill
        assert gap["words"].endswith(".")
        assert gap["to"] is not None
        for file in (node.data / "footage").rglob("*.mp4"):
            assert complaints(file) == "", file
