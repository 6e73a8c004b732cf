"""Real disks that fill, turn read-only and vanish under a recorder: footage goes on in the reserve, and says so."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import subprocess
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import msgspec
import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import RealClock, to_ms
from safecity.cameras import CameraGone, Codec, Picture, Sink, Track, Transport
from safecity.footage import (
    Cause,
    Hold,
    PlannedCamera,
    Recorder,
    RecorderLimits,
    RecorderPlan,
    Segment,
    Spool,
)
from safecity.footage.durable import write_durably
from safecity.footage.mend import scan
from safecity.footage.plan import plan_file

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("mount") is None, reason="only root may mount disks in memory"
)
SPS, PPS = bytes.fromhex("6742c01fda014016ec0440000003004000000c83c60ca8"), bytes.fromhex("68ce3c80")
FPS, GROUP, SIZE = 50, 10, 20_000  # five groups and 1 MB a second


class Tap:
    """A camera that sends without end: a keyframe every 0.2 s."""

    async def watch(
        self,
        url: str,
        sink: Sink,
        *,
        answer_s: float,
        silent_s: float,
        transport: Transport = Transport.AUTO,
        audio: bool = False,
    ) -> None:
        """As `cameras.Wire`."""
        clock = RealClock()
        sink.on_track(Track(Codec.H264, SPS, (PPS,), 1280, 720))
        started, number = clock.monotonic(), 0
        while url:
            is_key = number % GROUP == 0
            nal = bytes([0x65 if is_key else 0x41]) + bytes(SIZE)
            sink.on_picture(Picture([nal], is_key, number * 90_000 // FPS, to_ms(clock.now()), len(nal)))
            number += 1
            await clock.sleep(max(0.0, started + number / FPS - clock.monotonic()))
        raise CameraGone


@contextmanager
def disk(place: Path, megabytes: int) -> Generator[Path]:
    """A file system in memory."""
    place.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount a disk in memory")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


class House:
    """A recorder on real disks."""

    def __init__(self, data: Path, reserve: Path | None, writer: Spool) -> None:
        self.data, self.reserve = data, reserve
        self.index = FootageIndex(data / "index" / "recorder-0.db", writable=True)
        limits = RecorderLimits(min_free_bytes=0, segment_ms=1000)
        self.recorder = Recorder(
            0, data, self.index, lambda _: Tap(), RealClock(), random.Random(0), limits,
            reserve=reserve, writer=writer,
        )  # fmt: skip

    def segments(self) -> list[Segment]:
        return self.index.segments("gate", 0, 1 << 50)

    def told(self) -> list[tuple[str, str, bool]]:
        bodies = [json.loads(each.body) for each in self.index.notices(0) if each.kind == "storage"]
        return [(each["store"], each["words"], each["goes_on"]) for each in bodies]

    def in_reserve(self) -> bool:
        found = self.segments()
        return bool(found) and found[-1].store == "reserve"

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not condition():
                await asyncio.sleep(0.05)

    def all_is_whole(self) -> None:
        """Every row has its file, and every file plays to its end."""
        for each in self.segments():
            root = self.reserve if each.store else self.data / "footage"
            assert root is not None
            found = scan(root / each.path)
            assert found is not None
            assert found.good_bytes >= each.bytes


@asynccontextmanager
async def recording(data: Path, reserve: Path | None, writer: Spool | None = None) -> AsyncGenerator[House]:
    plan = RecorderPlan(cameras=(PlannedCamera(id="gate", url="tap://gate"),))
    write_durably(plan_file(data, 0), msgspec.json.encode(plan))
    house = House(data, reserve, writer or Spool())
    task = asyncio.get_running_loop().create_task(house.recorder.run())
    try:
        yield house
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        house.index.close()


async def test_a_disk_filled_by_holds_hands_over_to_the_reserve_without_a_gap(tmp_path: Path):
    everything = Hold(id="h", camera="gate", start_ms=0, end_ms=1 << 50)
    write_durably(tmp_path / "holds" / "h.json", msgspec.json.encode(everything))
    with disk(tmp_path / "footage", 3):
        async with recording(tmp_path, tmp_path / "reserve") as house:
            await house.until(house.in_reserve)
            assert house.index.gaps("gate", 0, 1 << 50) == []
            (store, words, goes_on), *_ = house.told()
            assert (store, "full" in words, goes_on) == ("", True, True)
            held = [each for each in house.segments() if not each.store]
            assert held
            assert all((tmp_path / "footage" / each.path).exists() for each in held)
        house.all_is_whole()


async def test_a_full_disk_without_holds_makes_room_and_goes_on(tmp_path: Path):
    with disk(tmp_path / "footage", 4):
        async with recording(tmp_path, None) as house:
            await house.until(
                lambda: any(each.kind == "forgotten" for each in house.index.notices(0)) or bool(house.told())
            )
            newest = house.segments()[-1].end_ms
            await house.until(lambda: house.segments()[-1].end_ms > newest + 2_000)
            assert {gap.cause for gap in house.index.gaps("gate", 0, 1 << 50)} <= {Cause.DISK}
        house.all_is_whole()


async def test_a_disk_that_somebody_else_fills_at_a_stroke_makes_room_and_goes_on(tmp_path: Path):
    with disk(tmp_path / "footage", 16) as main:
        async with recording(tmp_path, None) as house:
            await house.until(lambda: sum(each.bytes for each in house.segments()) > 3_000_000)
            with (main / "filler").open("wb", buffering=0) as filler, suppress(OSError):
                while True:
                    filler.write(bytes(1 << 16))
            full_ms = house.segments()[-1].end_ms
            await house.until(lambda: house.segments()[-1].start_ms > full_ms + 3_000)
            assert {gap.cause for gap in house.index.gaps("gate", 0, 1 << 50)} <= {Cause.DISK}
        house.all_is_whole()


async def test_a_disk_that_turns_read_only_hands_over_and_takes_footage_again_later(tmp_path: Path):
    with disk(tmp_path / "footage", 60) as main:
        async with recording(tmp_path, tmp_path / "reserve") as house:
            await house.until(lambda: bool(house.segments()))
            # A file system with open files cannot be made read-only: so the same one is mounted over it, read-only.
            subprocess.run(["mount", "--bind", str(main), str(main)], check=True)
            subprocess.run(["mount", "-o", "remount,ro,bind", str(main)], check=True)
            await house.until(house.in_reserve)
            assert "only be read" in house.told()[0][1]
            subprocess.run(["umount", str(main)], check=True)
            await house.until(lambda: not house.in_reserve())
            assert house.told()[-1] == ("", "", True)
            assert house.index.gaps("gate", 0, 1 << 50) == []
        house.all_is_whole()


async def test_a_disk_that_vanishes_hands_over_and_nothing_of_it_is_struck_off(tmp_path: Path):
    with disk(tmp_path / "footage", 60) as main:
        async with recording(tmp_path, tmp_path / "reserve") as house:
            await house.until(lambda: len(house.segments()) > 1)
            listed = house.segments()[0]
            subprocess.run(["umount", "-l", str(main)], check=True)
            await house.until(house.in_reserve)
            assert "is away" in house.told()[0][1]
            assert house.segments()[0] == listed
            assert list(main.iterdir()) == []
            assert house.index.gaps("gate", 0, 1 << 50) == []
