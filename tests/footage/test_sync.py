"""A segment is listed only after its bytes are on the disk."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from fakes.stream import START_MS, TRACK, pictures
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage.model import Cause
from safecity.footage.note import Notebook
from safecity.footage.record import Recording
from safecity.footage.rules import Coverage
from safecity.footage.sync import Syncing


class House:
    """A recording and its index, settled by hand."""

    def __init__(self, folder: Path) -> None:
        self.recording = Recording(
            "gate", folder, Coverage("gate", START_MS), lambda: None, segment_ms=10_000
        )
        self.index = FootageIndex(folder / "index.db", writable=True)
        self.notebook = Notebook(self.index)
        self.syncing = Syncing(self.notebook)
        self.recording.on_track(TRACK)

    async def settle(self, seconds: float, *, last: bool = False) -> list[int]:
        """Seconds of footage listed in each segment then."""
        now_ms = START_MS + int(seconds * 1000)
        await self.syncing.settle([self.recording], now_ms, last=last)
        self.notebook.write(now_ms)
        return [(each.end_ms - each.start_ms) // 1000 for each in self.index.segments("gate", 0, 1 << 50)]

    def hears(self, first: int, until: int) -> None:
        for each in pictures((until - first) * 15, first=first * 15):
            self.recording.on_picture(each)


@pytest.fixture
def house(tmp_path: Path):
    house = House(tmp_path)
    yield house
    house.index.close()


async def test_a_file_that_grew_is_listed_within_five_seconds(house: House):
    house.hears(0, 3)
    assert await house.settle(3) == []
    assert await house.settle(6) == []
    assert await house.settle(7) == [2]
    house.hears(3, 7)
    assert await house.settle(8) == [2]
    assert await house.settle(12) == [6]


async def test_a_finished_file_is_listed_at_once_and_closed(house: House):
    house.hears(0, 13)
    file = house.recording.finished[0]
    assert await house.settle(13) == [10]
    with pytest.raises(OSError, match="Bad file descriptor"):
        file.sync()


async def test_at_the_end_everything_is_listed(house: House):
    house.hears(0, 3)
    house.recording.end()
    assert await house.settle(3, last=True) == [3]


async def test_what_the_disk_could_not_confirm_is_a_gap(house: House, tmp_path: Path):
    house.hears(0, 5)
    file = house.recording.file
    assert file is not None
    await house.settle(4)
    assert await house.settle(8) == [4]
    house.hears(5, 9)

    def fails() -> None:
        raise OSError(errno.EIO, "Input/output error")

    file.sync = fails
    await house.settle(12)
    assert await house.settle(17) == [4]
    (gap,) = house.index.gaps("gate", 0, 1 << 50)
    assert (gap.cause, gap.start_ms - START_MS, gap.end_ms) == (Cause.DISK, 4_000, START_MS + 8_000)
    assert house.recording.file is not file


async def test_a_camera_that_is_dismissed_leaves_its_file_whole(house: House):
    house.hears(0, 5)
    house.recording.end()
    house.syncing.take(house.recording, START_MS)
    await house.syncing.settle([], START_MS)
    house.notebook.write(START_MS)
    assert [each.end_ms for each in house.index.segments("gate", 0, 1 << 50)] == [START_MS + 5_000]
