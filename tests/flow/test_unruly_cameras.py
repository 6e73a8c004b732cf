"""Cameras of the fleet whose clocks, packets and passwords are unruly, over real wires into a real recorder.

Their minutes pass in seconds: time moves on only when all that was sent has been read.
"""

from __future__ import annotations

import asyncio
import json
import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from conftest import every_migration
from fakes.precinct import add_camera, box
from fakes.story_loop import StoryClock, StoryDatabase, told
from safecity.access import add_bureau
from safecity.adapters.buses.local import LocalBus
from safecity.adapters.devices.choose import AnyWire
from safecity.adapters.stores.files import FileBlobs
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.alerts import AlertRaised, alerts, listen
from safecity.base import NODE, Node, Place, to_ms
from safecity.footage import (
    CameraClockWrong,
    Gap,
    Notice,
    PlannedCamera,
    Recorder,
    RecorderLimits,
    RecorderPlan,
    Segment,
    complete,
    keep_telling,
    read_fragments,
    read_init,
    rebuild,
)
from safecity.footage.durable import write_durably
from safecity.footage.plan import plan_file
from safecity.simulator.fleet import FleetCamera, Look, Reels, make_reels, serve_fleet
from safecity.simulator.rtsp import Fault, FaultKind

LASTS_S = 120
LOOK = Look(width=160, height=96, fps=5, kbit_s=100, group_s=1, seconds=2)
LIMITS = RecorderLimits(min_free_bytes=0, segment_ms=10_000)
UNRULY = {
    "its clock runs 2 % fast": [Fault(kind=FaultKind.DRIFT, value=20_000)],
    "its clock runs 2 % slow": [Fault(kind=FaultKind.DRIFT, value=-20_000)],
    "its wall clock steps back by an hour": [Fault(kind=FaultKind.STEP, from_s=30, value=-3_600_000)],
    "its timestamps jump ahead and back": [
        Fault(kind=FaultKind.JUMP, from_s=20, until_s=50, value=3_600), Fault(kind=FaultKind.JUMP, from_s=80, value=-7),
    ],
    "packets change places": [Fault(kind=FaultKind.REORDER, value=0.3)],
    "packets are lost": [Fault(kind=FaultKind.LOSS, value=0.02)],
    "its nonce grows old": [Fault(kind=FaultKind.NONCE, from_s=10, every_s=12, form="stale")],
    "its nonce grows old and it does not say so": [
        Fault(kind=FaultKind.NONCE, from_s=10, every_s=12, form="silent")
    ],
}  # fmt: skip
SWAPPED, LOST = BY_UDP = ("packets change places", "packets are lost")


@dataclass(frozen=True)
class Kept:
    """What the recorder has of a camera after two minutes."""

    segments: list[Segment]
    gaps: list[Gap]
    groups: list[int]  # when each begins
    told: list[Notice]
    counted: int  # damaged pictures, by the index
    counted_again: int  # and by one that was made anew from the files
    ended_ms: int

    def health(self) -> list[str]:
        return [json.loads(each.body)["signal"] for each in self.told if each.kind == "health"]


def groups_of(file: Path) -> list[int]:
    data = file.read_bytes()
    _, start = read_init(lambda at, size: data[at : at + size])
    return [each.wall_ms for each in read_fragments(lambda at, size: data[at : at + size], start, len(data))]


def reels() -> Reels:
    return make_reels(LOOK, h265=False, sound=False)


async def recorded(data: Path, shown: Reels) -> dict[str, Kept]:
    cameras = [
        FleetCamera(number=number, is_udp=name in BY_UDP, has_password="nonce" in name, faults=tuple(faults))
        for number, (name, faults) in enumerate(UNRULY.items(), 1)
    ]
    clock, index = StoryClock(), FootageIndex(data / "index" / "recorder-0.db", writable=True)
    wire = AnyWire(clock)
    async with serve_fleet(cameras, shown, clock) as fleet:
        planned = [PlannedCamera(id=f"c{n}", url=url) for n, url in enumerate(fleet.urls())]
        write_durably(plan_file(data, 0), msgspec.json.encode(RecorderPlan(cameras=tuple(planned))))
        recorder = Recorder(0, data, index, lambda _: wire, clock, random.Random(1), LIMITS)
        working = asyncio.get_running_loop().create_task(recorder.run())
        await clock.sleep(LASTS_S)
        ended_ms = clock.now_ms()
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)
    notices, kept = index.notices(0), dict[str, Kept]()
    again = FootageIndex(data / "again.db", writable=True)
    rebuild(data / "footage", again)
    for name, each in zip(UNRULY, planned, strict=True):
        segments = index.segments(each.id, 0, 1 << 50)
        groups = [begun for one in segments for begun in groups_of(data / "footage" / one.path)]
        mine = [one for one in notices if one.camera == each.id]
        counted, counted_again = (one.damaged(each.id, 0, 1 << 50) for one in (index, again))
        kept[name] = Kept(
            segments, index.gaps(each.id, 0, 1 << 50), groups, mine, counted, counted_again, ended_ms
        )
    index.close()
    again.close()
    return kept


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Kept]:
    return told(recorded(tmp_path_factory.mktemp("unruly"), reels()))


@pytest.mark.parametrize("name", UNRULY)
def test_it_is_recorded_without_end_overlap_or_unexplained_gap(kept: dict[str, Kept], name: str):
    found = kept[name]
    spans = [(each.start_ms, each.end_ms) for each in found.segments]
    assert all(start < end for start, end in spans), "no span lasts no time"
    assert all(end <= start for (_, end), (start, _) in pairwise(spans)), "none reaches into the next"
    assert all(before < after for before, after in pairwise(found.groups)), "and groups stand in their order"
    begun_ms, end_ms = found.segments[0].start_ms, found.segments[-1].end_ms
    assert found.ended_ms - begun_ms > (LASTS_S - 10) * 1000
    assert abs(found.ended_ms - end_ms) < 3_000, "it is recorded to the end, in our own time"
    sums = complete(spans, found.gaps, begun_ms, end_ms)
    assert sums.unexplained_ms == 0
    assert all(each.words.endswith(".") for each in found.gaps)
    assert all(each.end_ms is not None for each in found.gaps if each.start_ms < end_ms)
    assert found.health() == ["connecting", "live"], "nothing of this breaks off"


def test_packets_that_change_places_cost_no_picture(kept: dict[str, Kept]):
    found = kept[SWAPPED]
    sent_for_s = (found.segments[-1].end_ms - found.segments[0].start_ms) / 1000
    assert sum(each.pictures for each in found.segments) == pytest.approx(sent_for_s * LOOK.fps, abs=1)
    assert sum(each.damaged for each in found.segments) == 0


def test_damaged_pictures_are_counted_and_counted_alike_by_an_index_made_anew(kept: dict[str, Kept]):
    assert kept[LOST].counted > 0
    for name, found in kept.items():
        assert found.counted == found.counted_again == sum(each.damaged for each in found.segments)
        assert bool(found.counted) == (name == LOST)


@pytest.mark.parametrize("name", UNRULY)
def test_a_camera_is_said_to_have_a_wrong_clock_where_it_has_one(kept: dict[str, Kept], name: str):
    said = [json.loads(each.body)["is_wrong"] for each in kept[name].told if each.kind == "clock"]
    assert said == ([False, True] if "wall clock" in name or "%" in name else [False])


async def alerted(data: Path, shown: Reels, steps: dict[str, Fault]) -> dict[str, tuple[float, float]]:
    """For each camera, how long after its clock stepped the fact was told and the alert was raised, in seconds."""
    clock, database = StoryClock(), StoryDatabase(data / "safecity.db")
    database.migrate(every_migration())
    bus = LocalBus(database)
    node = Node("hub", clock, database, bus, FileBlobs(data / "blobs"))
    await add_bureau(node, NODE, code="CEN", name="Central", polygon=box(-1.30, 36.80, -1.27, 36.84))
    index, wire = FootageIndex(data / "index" / "recorder-0.db", writable=True), AnyWire(clock)
    cameras = [FleetCamera(number=n, faults=(fault,)) for n, fault in enumerate(steps.values(), 1)]
    added = [await add_camera(node, name, Place(-1.275, 36.801 + n / 500)) for n, name in enumerate(steps)]
    loop = asyncio.get_running_loop()
    async with serve_fleet(cameras, shown, clock) as fleet:
        planned = tuple(
            PlannedCamera(id=each.id, url=url) for each, url in zip(added, fleet.urls(), strict=True)
        )
        write_durably(plan_file(data, 0), msgspec.json.encode(RecorderPlan(cameras=planned)))
        recorder = Recorder(0, data, index, lambda _: wire, clock, random.Random(1), LIMITS)
        tasks = [
            loop.create_task(each)
            for each in (recorder.run(), keep_telling(node, {"recorder-0": index}), listen(node))
        ]
        began_ms = [each.start_ms for _, _, each in fleet.cameras]
        async with asyncio.timeout(300):  # of the story's own time
            while len(await alerts(node)) < len(steps):
                await clock.sleep(1)
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    wrong: dict[str, int] = {}
    raised: dict[str, int] = {}
    async with asyncio.timeout(10):
        async for fact in bus.subscribe(0):
            if isinstance(fact.event, CameraClockWrong):
                wrong[fact.event.camera] = to_ms(fact.at)
            elif isinstance(fact.event, AlertRaised):
                raised[fact.event.camera or ""] = to_ms(fact.at)
                if len(raised) == len(steps):
                    break
    await bus.close()
    index.close()
    database.close()
    since = [began + fault.from_s * 1000 for began, fault in zip(began_ms, steps.values(), strict=True)]
    return {
        each.name: ((wrong[each.id] - at) / 1000, (raised[each.id] - at) / 1000)
        for each, at in zip(added, since, strict=True)
    }


def test_a_clock_that_steps_by_more_than_a_second_raises_an_alert_within_a_minute(tmp_path: Path):
    steps = {
        f"{value} ms at {at} s": Fault(kind=FaultKind.STEP, from_s=at, value=value)
        for at in range(40, 56, 3) for value in (-1_200, 1_200)
    }  # fmt: skip
    found = told(alerted(tmp_path, reels(), steps))
    assert found.keys() == steps.keys()
    for name, (fact_s, alert_s) in found.items():
        assert 0 < fact_s <= alert_s <= 60, f"{name}: told after {fact_s} s, raised after {alert_s} s"
