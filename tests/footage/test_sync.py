"""A segment is listed only after its bytes are on the disk."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fakes.stream import START_MS, TRACK, pictures
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage.append import AppendAtOnce
from safecity.footage.folders import SILENT_WORDS, Folder
from safecity.footage.model import Cause, Segment
from safecity.footage.note import Notebook
from safecity.footage.record import Recording
from safecity.footage.rules import Coverage
from safecity.footage.sync import Syncing


class House:
    """A recording and its index, settled by hand."""

    def __init__(self, folder: Path, writer: AppendAtOnce | None = None) -> None:
        self.recording = Recording(
            "gate", folder, Coverage("gate", START_MS), lambda: None, segment_ms=10_000
        )
        self.index = FootageIndex(folder / "index.db", writable=True)
        self.notebook = Notebook(self.index)
        self.syncing = Syncing(self.notebook, writer)
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
    assert file.part.is_closed


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

    file.part.sync = fails
    await house.settle(12)
    assert await house.settle(17) == [4]
    (gap,) = house.index.gaps("gate", 0, 1 << 50)
    assert (gap.cause, gap.start_ms - START_MS, gap.end_ms) == (Cause.DISK, 4_000, START_MS + 8_000)
    assert house.recording.file is not file


class Patient(AppendAtOnce):
    """A disk that syncs only when it is told to."""

    def __init__(self) -> None:
        self.held: list[Callable[[], None]] = []

    def aside(self, folder: Folder, work: Callable[[], None], done: Callable[[OSError | None], None]) -> None:
        """Keeps the work for later."""
        self.held.append(lambda: AppendAtOnce.aside(self, folder, work, done))


async def test_what_a_disk_has_not_confirmed_for_long_is_a_gap_until_it_does(tmp_path: Path):
    disk = Patient()
    house = House(tmp_path, disk)
    house.hears(0, 7)
    for second in (3, 7, 16):
        assert await house.settle(second) == []
    assert house.index.gaps("gate", 0, 1 << 50) == []
    await house.settle(17.5)
    (gap,) = house.index.gaps("gate", 0, 1 << 50)
    assert (gap.cause, gap.words) == (Cause.DISK, SILENT_WORDS)
    assert (gap.start_ms, gap.end_ms) == (START_MS, START_MS + 6_000)
    assert house.recording.file is None, "what comes now goes to another file"
    for each in disk.held:
        each()
    assert await house.settle(18) == [6]
    assert house.index.gaps("gate", 0, 1 << 50) == []
    house.index.close()


async def test_a_camera_that_is_dismissed_leaves_its_file_whole(house: House):
    house.hears(0, 5)
    house.recording.end()
    house.syncing.take(house.recording)
    await house.syncing.settle([], START_MS)
    house.notebook.write(START_MS)
    assert [each.end_ms for each in house.index.segments("gate", 0, 1 << 50)] == [START_MS + 5_000]


async def test_bytes_come_first_then_their_sync_then_the_folders_and_then_the_row(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    order: list[str] = []
    named: dict[int, str] = {}

    def traced(name: str) -> None:
        real = getattr(os, name)

        def call(*arguments: Any, **more: Any) -> Any:
            if name == "open":
                fd = real(*arguments, **more)
                named[fd] = "file" if str(arguments[0]).endswith(".mp4") else "folder"
                return fd
            order.append(f"{name} {named.get(arguments[0], '')}")
            return real(*arguments, **more)

        monkeypatch.setattr(os, name, call)

    for name in ("open", "write", "fdatasync", "fsync"):
        traced(name)
    add_segment = house.index.add_segment

    def listed(segment: Segment) -> None:
        order.append("row")
        add_segment(segment)

    monkeypatch.setattr(house.index, "add_segment", listed)
    house.hears(0, 3)
    await house.settle(3)
    await house.settle(8)
    assert order[0] == "write file"
    assert order[1] == "fdatasync file"
    assert set(order[2:-1]) == {"fsync folder"}
    assert order[-1] == "row"
