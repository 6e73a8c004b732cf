"""One camera is attended to: its main stream always, its small one while somebody listens."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from fakes.stream import START_MS, TRACK, Script, ScriptedWire, pictures
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import SetClock, Supervisor
from safecity.cameras import CameraAbsent, Picture, Track
from safecity.footage.attend import Attendance, Means
from safecity.footage.model import PlannedCamera, RecorderLimits
from safecity.footage.note import Notebook
from safecity.footage.record import Recording
from safecity.footage.rules import Coverage

SMALL = Track(TRACK.codec, TRACK.sps, TRACK.pps, 320, 180)


class Ear:
    """Remembers the tracks it heard, and counts pictures and ends."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self.pictures = self.ends = 0

    def on_track(self, track: Track) -> None:
        self.tracks.append(track)

    def on_picture(self, picture: Picture) -> None:
        self.pictures += 1

    def on_end(self) -> None:
        self.ends += 1


class House:
    """A camera with a main and a small stream on a set clock."""

    def __init__(
        self, folder: Path, clock: SetClock, main: Script, small: Script, sub_url: str | None
    ) -> None:
        self.clock = clock
        self.index = FootageIndex(folder / "index.db", writable=True)
        self.wires = {"fake://main": ScriptedWire(clock, main), "fake://small": ScriptedWire(clock, small)}
        self.supervisor = Supervisor(clock)
        means = Means(
            self.wires.__getitem__, clock, random.Random(1), RecorderLimits(), Notebook(self.index),
            self.supervisor, lambda: None,
        )  # fmt: skip
        planned = PlannedCamera(id="gate", url="fake://main", sub_url=sub_url)
        recording = Recording("gate", folder, Coverage("gate", START_MS), self.seen)
        self.attendance = Attendance(planned, recording, 0, means)
        self.attendance.start()

    def seen(self) -> None:
        self.attendance.seen()

    async def passes(self, seconds: float) -> None:
        until = self.clock.monotonic() + seconds
        while self.clock.monotonic() < until:
            for _ in range(10):
                await asyncio.sleep(0)
            self.clock.pass_(seconds=0.25)

    @property
    def small_calls(self) -> int:
        return len(self.wires["fake://small"].calls)


@asynccontextmanager
async def house_of(
    folder: Path, clock: SetClock, small: Script, sub_url: str | None = "fake://small"
) -> AsyncGenerator[House]:
    main = [TRACK, *pictures(31), 900.0]
    house = House(folder, clock, main, small, sub_url)
    try:
        yield house
    finally:
        await house.supervisor.close()
        house.index.close()


async def test_the_small_stream_is_called_when_asked_for_and_left_when_nobody_listens(
    tmp_path: Path, clock: SetClock
):
    async with house_of(tmp_path, clock, [SMALL, *pictures(5), 900.0]) as house:
        await house.passes(3)
        assert house.small_calls == 0
        ear = Ear()
        house.attendance.join(ear, sub=True)
        await house.passes(3)
        assert (ear.tracks, ear.pictures, house.small_calls) == ([SMALL], 5, 1)
        house.attendance.leave(ear)
        await house.passes(25)
        again = Ear()
        house.attendance.join(again, sub=True)
        assert again.pictures == 5
        house.attendance.leave(again)
        await house.passes(40)
        house.attendance.join(ear, sub=True)
        await house.passes(3)
        assert house.small_calls == 2


async def test_where_there_is_no_small_stream_it_is_the_main_one(tmp_path: Path, clock: SetClock):
    async with house_of(tmp_path, clock, [], sub_url=None) as house:
        await house.passes(3)
        ear = Ear()
        house.attendance.join(ear, sub=True)
        assert ear.tracks == [TRACK]


async def test_where_the_small_stream_cannot_be_had_it_is_the_main_one(tmp_path: Path, clock: SetClock):
    async with house_of(tmp_path, clock, [CameraAbsent("Nothing answers.")]) as house:
        await house.passes(3)
        waits, later = Ear(), Ear()
        house.attendance.join(waits, sub=True)
        await house.passes(3)
        assert waits.tracks == [TRACK]
        house.attendance.join(later, sub=True)
        assert later.tracks == [TRACK]


async def test_a_small_stream_that_ends_is_told_to_those_who_heard_it(tmp_path: Path, clock: SetClock):
    async with house_of(tmp_path, clock, [SMALL, *pictures(5), 2.0, CameraAbsent("It went.")]) as house:
        ear = Ear()
        house.attendance.join(ear, sub=True)
        await house.passes(4)
        assert (ear.tracks[0], ear.ends >= 1) == (SMALL, True)
