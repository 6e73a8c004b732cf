"""A disk that is too small is told a day ahead, from what lies there and from the rules that stand."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import pytest

from fakes.camera_city import told
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import Node, SetClock, to_ms
from safecity.footage.durable import write_durably
from safecity.footage.events import ShortageForeseen
from safecity.footage.folders import room_left
from safecity.footage.foresee import DAY_MS, forecast, keep_foreseeing, wanted_days
from safecity.footage.keeping import Keep, RuleBook
from safecity.footage.model import DayBytes, Segment
from safecity.footage.play import Archive
from safecity.footage.retain import settle_retention


@pytest.fixture
def archive(tmp_path: Path, clock: SetClock):
    """Ten days of footage of one camera, a hundredth of the disk's free room a day."""
    index = FootageIndex(tmp_path / "index" / "recorder-0.db", writable=True)
    (tmp_path / "footage").mkdir()
    size, today = room_left(tmp_path) // 100, to_ms(clock.now()) // DAY_MS
    for day in range(today - 10, today):
        index.add_segment(
            Segment(
                camera="gate", start_ms=day * DAY_MS, end_ms=day * DAY_MS + 60_000, path=f"{day}", bytes=size,
                pictures=9,
            )
        )  # fmt: skip
    yield Archive(tmp_path, {"recorder-0": index})
    index.close()


async def test_a_forecast_is_made_of_the_index_the_disk_and_the_rules(node: Node, archive: Archive):
    await settle_retention(node, Keep(days=14))
    seen = await forecast(node, archive)
    assert seen.short_ms is None
    assert seen.wanted_days == 14
    today = to_ms(node.clock.now()) // DAY_MS
    hold = b'{"id":"h","camera":"gate","start_ms":%d,"end_ms":%d}' % ((today - 3) * DAY_MS, today * DAY_MS)
    write_durably(archive.data / "holds" / "h.json", hold)
    assert (await forecast(node, archive)).held_bytes == 3 * seen.bytes_per_day


async def test_a_shortage_within_a_day_is_told_once_a_day(node: Node, archive: Archive, clock: SetClock):
    await settle_retention(node, Keep(days=1000, bytes=1))
    looking = asyncio.ensure_future(keep_foreseeing(node, archive, min_free_bytes=0))  # noqa: TID251
    try:
        for hours in (0, 1, 1, 23):
            clock.pass_(hours=hours)
            for _ in range(50):
                await asyncio.sleep(0.005)
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    facts = await told(node, ShortageForeseen)
    assert len(facts) == 2
    assert isinstance(facts[0], ShortageForeseen)
    assert facts[0].wanted_days == 1000


class Resting(SetClock):
    """Says when somebody rests."""

    def __init__(self) -> None:
        super().__init__()
        self.rests = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        """As `SetClock.sleep`."""
        self.rests.set()
        await super().sleep(seconds)


async def test_a_process_that_begins_anew_does_not_tell_again_what_was_told(node: Node, archive: Archive):
    clock, counts = Resting(), list[int]()
    node = Node(node.name, clock, node.database, node.bus, node.blobs)
    await settle_retention(node, Keep(days=1000, bytes=1))
    for hours in (0, 5, 18, 1):  # three starts within a day, one after it
        clock.pass_(hours=hours)
        clock.rests.clear()
        looking = asyncio.ensure_future(keep_foreseeing(node, archive, min_free_bytes=0))  # noqa: TID251
        await asyncio.wait_for(clock.rests.wait(), 30)
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        counts.append(len(await told(node, ShortageForeseen)))
    assert counts == [1, 1, 1, 2]


async def test_a_shortage_can_be_told_where_no_rule_says_for_how_long(node: Node, archive: Archive):
    looking = asyncio.ensure_future(keep_foreseeing(node, archive, min_free_bytes=1 << 60))  # noqa: TID251
    try:
        for _ in range(200):
            if await told(node, ShortageForeseen):
                break
            await asyncio.sleep(0.01)
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    (fact,) = await told(node, ShortageForeseen)
    assert isinstance(fact, ShortageForeseen)
    assert fact.wanted_days == 0, "endless is no number in the journal"
    assert "inf" not in fact.words


def test_each_camera_counts_by_its_share():
    book = RuleBook(Keep(days=10), {}, {"b": Keep(days=40)})
    days = [DayBytes("a", 99, 200), DayBytes("b", 99, 100), DayBytes("b", 1, 10_000)]
    assert wanted_days(days, book, 100 * DAY_MS) == pytest.approx(20)
    assert wanted_days([], book, 0) == 10
    assert wanted_days([], RuleBook(), 0) == math.inf
