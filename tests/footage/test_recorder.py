"""The recorder's working day: plans, back-off, gaps, disks that go away, and `kill -9`."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from fakes.ffmpeg import complaints
from fakes.stream import START_MS, TRACK, Played, Script, ScriptedWire, encoded, needs, pictures
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import BadInput, SetClock
from safecity.cameras import CameraAbsent, CameraRefused, Picture, Shape, Track, Wire
from safecity.footage.durable import write_durably
from safecity.footage.mend import Scan, mend, scan
from safecity.footage.model import Cause, Gap, PlannedCamera, RecorderLimits, RecorderPlan
from safecity.footage.plan import plan_file
from safecity.footage.record import Recording
from safecity.footage.recorder import Recorder
from safecity.footage.rules import Coverage

FAR_MS = START_MS * 2


def ask(data: Path, *cameras: PlannedCamera) -> None:
    write_durably(plan_file(data, 0), msgspec.json.encode(RecorderPlan(cameras=cameras)))


def planned(
    name: str = "gate", url: str = "fake://gate", record: bool = True, enabled: bool = True
) -> PlannedCamera:
    return PlannedCamera(id=name, url=url, record=record, enabled=enabled)


class House:
    """A recorder on a set clock with a scripted wire; time passes only when told to."""

    def __init__(
        self, data: Path, clock: SetClock, wire: ScriptedWire, limits: RecorderLimits | None = None
    ) -> None:
        self.data, self.clock, self.wire = data, clock, wire
        self.index = FootageIndex(data / "index" / "recorder-0.db", writable=True)
        limits = limits or RecorderLimits(min_free_bytes=0)
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        self.recorder = Recorder(0, data, self.index, self.wire_for, clock, random.Random(1), limits)

    def wire_for(self, url: str) -> ScriptedWire:
        if not url.startswith("fake://"):
            raise BadInput("No wire speaks to such an address.")
        return self.wire

    async def passes(self, seconds: float) -> None:
        """Lets time pass in small steps, the tasks run in between."""
        until = self.clock.monotonic() + seconds
        while self.clock.monotonic() < until:
            await self.rest()
            self.clock.pass_(seconds=1 / 15)
        await self.rest()

    async def until(self, condition: Callable[[], bool], seconds: float = 120) -> None:
        """Lets time pass until something is so."""
        end = self.clock.monotonic() + seconds
        while not condition():
            assert self.clock.monotonic() < end, "waited in vain"
            await self.passes(1)

    async def rest(self) -> None:
        """Until the loop has nothing more to do but wait for the clock."""
        for _ in range(3):
            for _ in range(10):
                await asyncio.sleep(0)
            await asyncio.to_thread(int)  # the one thread has nothing before this any more

    def kinds(self) -> list[str]:
        return [each.kind for each in self.index.notices(0)]

    def health(self) -> list[str]:
        return [json.loads(each.body)["signal"] for each in self.index.notices(0) if each.kind == "health"]

    def gaps(self) -> list[Gap]:
        return self.index.gaps("gate", 0, FAR_MS)


@asynccontextmanager
async def working(
    data: Path, clock: SetClock, *scripts: Script,
    limits: RecorderLimits | None = None,
) -> AsyncGenerator[House]:  # fmt: skip
    house = House(data, clock, ScriptedWire(clock, *scripts), limits)
    task = asyncio.get_running_loop().create_task(house.recorder.run())
    try:
        yield house
    finally:
        assert not task.done() or task.exception() is None
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        house.index.close()


def minute(clock: SetClock, seconds: int = 60, first: int = 0) -> list[Played]:
    """A steady stream as it comes: a track, and each picture a fifteenth of a second after the one before."""
    script: list[Played] = [TRACK]
    for each in pictures(seconds * 15, first=first):
        script += [each] if each.time == 0 else [1 / 15, each]
    return script


async def test_a_camera_is_recorded_and_listed(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    async with working(tmp_path, clock, minute(clock)) as house:
        await house.passes(20)
        (found,) = house.index.segments("gate", 0, FAR_MS)
        assert found.start_ms == START_MS
        assert 12_000 <= found.end_ms - START_MS <= 20_000
        on_disk = scan(tmp_path / "footage" / found.path)
        assert on_disk is not None
        assert on_disk.end_ms >= found.end_ms
        assert house.gaps() == []
        assert house.health() == ["connecting", "live"]
        assert house.kinds()[0] == "recorder_started"


async def test_a_camera_that_does_not_answer_is_a_gap_of_the_network_until_it_does(
    tmp_path: Path, clock: SetClock
):
    ask(tmp_path, planned())
    absent = [CameraAbsent("Nothing answers at gate.")]
    late = pictures(15 * 60, start_ms=START_MS + 15_000)
    async with working(tmp_path, clock, *[absent] * 10, [TRACK, *late, 600.0]) as house:
        await house.passes(6)
        (gap,) = house.gaps()
        assert (gap.start_ms, gap.end_ms, gap.cause) == (START_MS, None, Cause.NETWORK)
        assert gap.words == "Nothing answers at gate."
        await house.passes(14)
        (gap,) = house.gaps()
        assert gap.end_ms == START_MS + 15_000
        assert house.health() == ["connecting", "lost", "live"]
        assert len(house.wire.calls) == 11


async def test_a_wrong_password_is_tried_once_a_minute_at_most(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    async with working(tmp_path, clock, [CameraRefused("The camera at gate refuses our password.")]) as house:
        await house.passes(59)
        assert len(house.wire.calls) == 1
        assert house.gaps()[0].cause is Cause.CAMERA


async def test_an_address_no_wire_speaks_to_is_a_gap_of_the_camera(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned(url="gopher://gate"))
    async with working(tmp_path, clock, [TRACK]) as house:
        await house.passes(5)
        assert house.gaps()[0].words == "No wire speaks to such an address."


async def test_private_areas_that_must_not_be_recorded_are_left_out_or_nothing_is_recorded(
    tmp_path: Path, clock: SetClock
):
    window = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5))
    ask(tmp_path, replace(planned(), hide=(window,)))
    async with working(tmp_path, clock, minute(clock)) as house:
        await house.passes(5)
        assert house.index.segments("gate", 0, FAR_MS) == []
        (gap,) = house.gaps()
        assert (gap.cause, "cannot leave 1 private areas out" in gap.words) == (Cause.RECORDER, True)
        hidden = list[tuple[Shape, ...]]()

        def hiding(wire: Wire, areas: tuple[Shape, ...]) -> Wire:
            hidden.append(areas)
            return wire

        house.recorder.hiding = hiding
        await house.until(lambda: house.index.segments("gate", 0, FAR_MS) != [])
        assert hidden == [(window,)]


async def test_a_recorder_that_was_down_says_so_on_the_timeline(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    async with working(tmp_path, clock, minute(clock)) as house:
        await house.passes(20)
    clock.pass_(minutes=10)
    ended_ms = START_MS + 20_000
    again = pictures(15 * 60, start_ms=START_MS + 621_000)
    async with working(tmp_path, clock, [TRACK, *again, 600.0]) as house:
        await house.passes(8)
        (gap,) = house.gaps()
        assert gap.cause is Cause.RECORDER
        assert ended_ms - 500 <= gap.start_ms <= ended_ms + 500
        assert gap.end_ms == START_MS + 621_000


async def test_a_gap_that_was_open_when_the_recorder_died_ends_with_it(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    async with working(tmp_path, clock, [CameraAbsent("Nothing answers.")]) as house:
        await house.passes(10)
    clock.pass_(minutes=1)
    async with working(tmp_path, clock, [CameraAbsent("Nothing answers.")]) as house:
        await house.passes(10)
        assert [each.cause for each in house.gaps()] == [Cause.NETWORK, Cause.RECORDER, Cause.NETWORK]
        before, down, after = house.gaps()
        assert before.end_ms == down.start_ms
        assert down.end_ms == after.start_ms
        assert after.end_ms is None


async def test_a_changed_plan_is_followed(tmp_path: Path, clock: SetClock):
    async with working(tmp_path, clock, minute(clock, 300)) as house:
        await house.passes(2)
        ask(tmp_path, planned())
        await house.passes(6)
        assert house.index.segments("gate", 0, FAR_MS) != [] or house.wire.calls == ["fake://gate"]
        ask(tmp_path, planned(record=False))
        await house.passes(8)
        assert house.gaps()[-1].cause is Cause.PLANNED
        assert len(house.wire.calls) == 1
        ask(tmp_path, planned(url="fake://elsewhere"))
        await house.passes(4)
        assert house.wire.calls == ["fake://gate", "fake://elsewhere"]
        ask(tmp_path)
        await house.passes(2)
        assert house.index.open_gaps() == []


async def test_a_plan_that_cannot_be_read_changes_nothing(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    async with working(tmp_path, clock, minute(clock)) as house:
        await house.passes(4)
        plan_file(tmp_path, 0).write_text("{half a pl")
        await house.passes(10)
        assert house.wire.calls == ["fake://gate"]


async def test_a_disk_that_goes_away_is_noticed_and_nothing_is_struck_off(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    async with working(tmp_path, clock, minute(clock)) as house:
        await house.until(lambda: house.index.newest("gate") is not None)
        listed = house.index.segments("gate", 0, FAR_MS)
        (tmp_path / "footage").rename(tmp_path / "unplugged")
        (tmp_path / "footage").mkdir()
        clock_before = clock.now()
        await house.passes(10)
        assert house.gaps()[-1].cause is Cause.DISK
        assert "Mount the disk" in house.gaps()[-1].words
        assert list((tmp_path / "footage").iterdir()) == []
        assert house.index.segments("gate", 0, FAR_MS)[0].start_ms == listed[0].start_ms
        (tmp_path / "footage").rmdir()
        (tmp_path / "unplugged").rename(tmp_path / "footage")
        await house.passes(12)
        assert house.gaps()[-1].end_ms is not None
        assert house.index.newest("gate").end_ms > clock_before.timestamp() * 1000 + 10_000  # type: ignore[union-attr]  # listed above


async def test_footage_is_forgotten_when_its_time_is_over_and_holds_win(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    write_durably(
        tmp_path / "holds" / "h.json",
        b'{"id":"h","camera":"gate","start_ms":%d,"end_ms":%d}' % (START_MS + 1_000, START_MS + 2_000),
    )
    limits = RecorderLimits(keep_days=60 / 86_400, min_free_bytes=0, segment_ms=10_000)
    async with working(tmp_path, clock, minute(clock, 180), limits=limits) as house:
        await house.passes(65)
        await house.until(lambda: house.index.segments("gate", 0, FAR_MS)[1].start_ms >= START_MS + 30_000)
        found = house.index.segments("gate", 0, FAR_MS)
        assert found[0].start_ms == START_MS
        await house.until(lambda: "forgotten" in house.kinds() and not house.index.garbage())
        on_disk = {
            str(each.relative_to(tmp_path / "footage")) for each in (tmp_path / "footage").rglob("*.mp4")
        }
        assert on_disk >= {each.path for each in found}
        assert len(on_disk) <= len(found) + 1


async def test_a_hold_that_cannot_be_read_stops_all_forgetting(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    write_durably(tmp_path / "holds" / "h.json", b"{half")
    limits = RecorderLimits(keep_days=10 / 86_400, min_free_bytes=0, segment_ms=10_000)
    async with working(tmp_path, clock, minute(clock, 180), limits=limits) as house:
        await house.passes(70)
        assert house.index.segments("gate", 0, FAR_MS)[0].start_ms == START_MS


async def test_an_index_that_is_lost_is_made_anew_while_the_camera_is_recorded(
    tmp_path: Path, clock: SetClock
):
    ask(tmp_path, planned())
    recording = Recording(
        "gate", tmp_path / "footage", Coverage("gate", START_MS), lambda: None, segment_ms=2_000
    )
    (tmp_path / "footage").mkdir()
    recording.on_track(TRACK)
    for each in pictures(15 * 520):
        recording.on_picture(each)
    recording.end()
    for file in recording.finished:
        file.close()
    assert len(recording.finished) == 260
    clock.pass_(seconds=600)
    again = pictures(15 * 60, start_ms=START_MS + 601_000)
    async with working(tmp_path, clock, [TRACK, *again, 600.0]) as house:
        await house.until(lambda: len(house.index.segments("gate", 0, FAR_MS)) >= 261)
        listed = house.index.segments("gate", 0, FAR_MS)
        assert [each.path for each in listed[:260]] == [each.segment.path for each in recording.finished]
        assert [each.cause for each in house.gaps()] == [Cause.RECORDER]


async def test_a_late_listener_hears_a_camera_that_joins_the_plan_later(tmp_path: Path, clock: SetClock):
    class Ear:
        def __init__(self) -> None:
            self.heard = 0

        def on_track(self, track: Track) -> None:
            assert track == TRACK

        def on_picture(self, picture: Picture) -> None:
            self.heard += 1

        def on_end(self) -> None: ...

    async with working(tmp_path, clock, minute(clock)) as house:
        ear = Ear()
        house.recorder.join("gate", ear)
        ask(tmp_path, planned())
        await house.passes(5)
        assert ear.heard > 30
        house.recorder.leave("gate", ear)
        heard = ear.heard
        await house.passes(2)
        assert ear.heard == heard


def run_until(data: Path, clip: Path, least: int) -> int:
    """Runs a recorder as a child until so many pictures came, kills it with -9; returns how many had come."""
    child = Path(__file__).parents[1] / "fakes" / "recorder_child.py"
    source = str(Path(__file__).parents[2] / "src")
    process = subprocess.Popen(
        [sys.executable, str(child), str(data), str(clip)],
        stdout=subprocess.PIPE, env={"PATH": os.defpath, "PYTHONPATH": source},
    )  # fmt: skip
    assert process.stdout is not None
    seen = 0
    for line in process.stdout:
        seen = int(line) + 1
        if seen >= least:
            process.send_signal(signal.SIGKILL)
            break
    for line in process.stdout:
        seen = int(line) + 1
    process.stdout.close()
    process.wait()
    return seen


@pytest.mark.skipif(bool(needs("ffmpeg")), reason=needs("ffmpeg"))
def test_kill_9_loses_at_most_one_group_and_leaves_nothing_that_cannot_be_played(tmp_path: Path):
    encoded(tmp_path)
    clip = tmp_path / "clip-8-15-30-0.h264"
    data = tmp_path / "data"
    ask(data, planned())
    chance = random.Random(7)
    came = 0
    kept_before = 0
    for _ in range(4):
        seen = run_until(data, clip, chance.randrange(40, 260))
        came += seen
        kept = sum(found.pictures for found in scans(data))
        assert kept - kept_before >= seen - 31
        kept_before = kept
    index = FootageIndex(data / "index" / "recorder-0.db", writable=True)
    files = {str(each.relative_to(data / "footage")) for each in (data / "footage").rglob("*.mp4")}
    found = mend(data / "footage", "gate", index.newest("gate"))
    listed = index.segments("gate", 0, FAR_MS)
    assert {each.path for each in [*listed, *found]} == files
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(listed))
    for file in files:
        assert complaints(data / "footage" / file, "warning") == ""
    index.close()


def scans(data: Path) -> list[Scan]:
    every = [scan(file) for file in (data / "footage").rglob("*.mp4")]
    return [each for each in every if each is not None]
