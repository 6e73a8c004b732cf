"""After a start the index is brought up to what the files hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.stream import START_MS, TRACK, pictures
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import SetClock, Supervisor
from safecity.footage.append import AppendAtOnce
from safecity.footage.catch_up import CatchUp
from safecity.footage.folders import Folder
from safecity.footage.note import Notebook
from safecity.footage.record import Recording
from safecity.footage.rules import Coverage


class House:
    """Footage of one camera in two folders, and an index that knows nothing."""

    def __init__(self, folder: Path, clock: SetClock, writer: AppendAtOnce | None = None) -> None:
        self.index = FootageIndex(folder / "index.db", writable=True)
        self.folders = [Folder("", folder / "main"), Folder("reserve", folder / "reserve")]
        for number, each in enumerate(self.folders):
            each.root.mkdir()
            record(each.root, START_MS + number * 60_000)
        supervisor = Supervisor(clock)
        self.catch_up = CatchUp(self.index, Notebook(self.index), writer or AppendAtOnce(), clock, supervisor)


def record(root: Path, start_ms: int) -> None:
    recording = Recording("gate", root, Coverage("gate", start_ms), lambda: None)
    recording.on_track(TRACK)
    for each in pictures(120, start_ms=start_ms):
        recording.on_picture(each)
    recording.end()


async def test_files_in_every_folder_are_listed_with_their_folder(tmp_path: Path, clock: SetClock):
    house = House(tmp_path, clock)
    end_ms, is_mended = await house.catch_up.find_end("gate", house.folders, START_MS + 90_000)
    assert (end_ms, is_mended) == (START_MS + 68_000, True)
    assert [(each.store, each.start_ms) for each in house.index.segments("gate", 0, 1 << 50)] == [
        ("", START_MS), ("reserve", START_MS + 60_000),
    ]  # fmt: skip
    house.index.close()


async def test_a_folder_is_mended_from_its_own_newest_file_on(tmp_path: Path, clock: SetClock):
    house = House(tmp_path, clock)
    assert await house.catch_up.mend("gate", house.folders)
    first = house.index.segments("gate", START_MS, START_MS + 1)[0]
    with (house.folders[0].root / first.path).open("ab") as file:
        file.write(b"torn")
    house.index.add_segment(replace(first, end_ms=first.end_ms - 2000, bytes=first.bytes - 9))
    assert await house.catch_up.mend("gate", house.folders[:1])
    assert house.index.segments("gate", START_MS, START_MS + 1) == [first]
    house.index.close()


async def test_without_a_folder_the_index_says_where_the_past_ends(tmp_path: Path, clock: SetClock):
    house = House(tmp_path, clock)
    assert await house.catch_up.mend("gate", house.folders)
    assert await house.catch_up.find_end("gate", [], START_MS) == (START_MS + 68_000, False)
    assert await house.catch_up.find_end("yard", [], START_MS) == (START_MS, False)
    house.index.close()


class Broken(AppendAtOnce):
    """A disk that cannot be read."""

    def aside(self, folder: Folder, work: Callable[[], None], done: Callable[[OSError | None], None]) -> None:
        done(OSError(5, "Input/output error"))


async def test_a_disk_that_cannot_be_read_is_left_for_later(tmp_path: Path, clock: SetClock):
    house = House(tmp_path, clock, Broken())
    assert not await house.catch_up.mend("gate", house.folders)
    with pytest.raises(OSError, match="Input/output"):
        await house.catch_up.beside(house.folders[0], lambda: None)
    house.index.close()
