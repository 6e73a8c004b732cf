"""A slow disk holds up nobody else, and what it cannot take in time is told."""

from __future__ import annotations

import asyncio
import errno
import threading
from pathlib import Path

import pytest

from fakes.stream import START_MS, TRACK, pictures
from safecity.footage.fmp4 import Sample, fragment, init_segment
from safecity.footage.folders import Folder, Folders
from safecity.footage.spool import Spool
from safecity.footage.write import Part, SegmentFile


class SlowDisk:
    """Holds up every write to a folder until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, root: Path) -> None:
        self.go = threading.Event()
        self.begun = threading.Event()
        append = Part.append

        def slowly(part: Part, fragment: bytes, end_ms: int, pictures: int) -> None:
            if part.folder.root == root:
                self.begun.set()
                assert self.go.wait(30)
            append(part, fragment, end_ms, pictures)

        monkeypatch.setattr(Part, "append", slowly)


def group(number: int) -> tuple[bytes, int, int]:
    samples = [Sample(each.nals, 6000, each.is_key) for each in pictures(30, first=30 * number)]
    start_ms = START_MS + 2000 * number
    return fragment(number + 1, number * 180_000, samples, wall_ms=start_ms), start_ms + 2000, 30


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    for name in ("main", "reserve"):
        (tmp_path / name).mkdir()
    return Folders([Folder("", tmp_path / "main"), Folder("reserve", tmp_path / "reserve")])


def begun(folders: Folders | Path, camera: str = "a") -> SegmentFile:
    return SegmentFile(folders, camera, START_MS, init_segment(TRACK))


async def test_groups_are_written_in_order_and_answered_in_the_loop(tmp_path: Path):
    spool, file, answers = Spool(), begun(tmp_path), list[OSError | None]()
    here = threading.get_ident()
    for number in range(3):
        spool.append(file, *group(number), lambda error: answers.append(error) or _same(here))
    assert spool.waiting(file.part.folder) > 0
    await spool.drained()
    assert answers == [None, None, None]
    assert spool.waiting(file.part.folder) == 0
    assert file.segment.end_ms == START_MS + 6000
    spool.aside(file.part.folder, file.sync, answers.append)
    await spool.drained()
    assert not file.is_dirty


async def test_other_disks_go_on_while_one_is_slow(folders: Folders, monkeypatch: pytest.MonkeyPatch):
    main, reserve = folders.all
    slow = SlowDisk(monkeypatch, main.root)
    spool, done = Spool(), asyncio.Event()
    spool.append(begun(folders), *group(0), lambda _: None)
    main.trouble = "It is slow."
    spool.append(begun(folders, "b"), *group(0), lambda _: done.set())
    await asyncio.wait_for(done.wait(), 30)
    assert spool.waiting(main) > 0
    assert spool.waiting(reserve) == 0
    slow.go.set()
    await spool.drained()


async def test_what_exceeds_the_backlog_goes_to_the_reserve(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
):
    slow = SlowDisk(monkeypatch, folders.all[0].root)
    file, answers = begun(folders), list[OSError | None]()
    spool = Spool(most_waiting=20_000, most_of_one=20_000)
    for number in range(4):
        spool.append(file, *group(number), answers.append)
    slow.go.set()
    await spool.drained()
    assert answers == [None] * 4
    first, second = (part.segment for part in file.parts)
    assert (first.store, second.store) == ("", "reserve")
    assert first.end_ms == second.start_ms
    assert second.end_ms == START_MS + 8_000
    assert "too slow" in (folders.all[0].trouble or "")
    assert folders.choose().name == "reserve"


async def test_without_a_reserve_the_newest_groups_are_refused_and_the_oldest_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    slow = SlowDisk(monkeypatch, tmp_path)
    file, answers = begun(tmp_path), list[OSError | None]()
    spool = Spool(most_waiting=20_000, most_of_one=20_000)
    for number in range(4):
        spool.append(file, *group(number), answers.append)
    assert [error.errno for error in answers if error] == [errno.EBUSY] * 2  # at once
    slow.go.set()
    await spool.drained()
    assert file.segment.end_ms == START_MS + 4000


async def test_one_camera_may_not_take_the_whole_backlog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    slow = SlowDisk(monkeypatch, tmp_path)
    folder = Folders([Folder("", tmp_path)])
    answers = list[OSError | None]()
    spool = Spool(most_waiting=100_000, most_of_one=10_000)
    greedy, modest = begun(folder, "greedy"), begun(folder, "modest")
    spool.append(greedy, *group(0), answers.append)
    spool.append(greedy, *group(1), answers.append)
    spool.append(modest, *group(0), answers.append)
    assert len(answers) == 1
    slow.go.set()
    await spool.drained()
    assert modest.segment.pictures == 30


async def begins(slow: SlowDisk) -> None:
    """Until the disk is at the first group."""
    assert await asyncio.to_thread(slow.begun.wait, 30)


async def test_what_waits_for_a_disk_that_does_not_answer_goes_to_the_reserve(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
):
    main, reserve = folders.all
    slow, now = SlowDisk(monkeypatch, main.root), [0.0]
    spool = Spool(hangs_s=5, monotonic=lambda: now[0])
    answers: dict[str, list[OSError | None]] = {"a": [], "b": []}
    files = {name: begun(folders, name) for name in answers}
    for number in range(3):
        for name, file in files.items():
            spool.append(file, *group(number), answers[name].append)
    await begins(slow)
    now[0] = 4.9
    assert not spool.relieve(main)
    now[0] = 5.0
    assert spool.relieve(main)
    assert [error.errno for error in answers["a"] if error] == [errno.ETIMEDOUT], (
        "the one the disk is at, at once"
    )
    for name, file in files.items():
        spool.append(file, *group(3), answers[name].append)
    async with asyncio.timeout(30):
        while spool.waiting(reserve):
            await asyncio.sleep(0.01)
    assert [len(each) for each in answers.values()] == [4, 4]
    stored = {name: file.parts[-1].segment for name, file in files.items()}
    assert [(each.store, each.end_ms) for each in stored.values()] == [("reserve", START_MS + 8000)] * 2
    assert (stored["a"].start_ms, stored["b"].start_ms) == (START_MS + 2000, START_MS)
    slow.go.set()
    await spool.drained()
    assert [len(each) for each in answers.values()] == [4, 4], "nobody is answered twice"
    assert files["a"].parts[0].end_ms == START_MS + 2000, (
        "what the disk was at came after all, and nothing else"
    )
    assert files["b"].parts[0].bytes == 0
    assert (spool.waiting(main), spool.relieve(main)) == (0, False)


async def test_without_a_reserve_what_waits_goes_on_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    slow, now = SlowDisk(monkeypatch, tmp_path), [0.0]
    spool, file, answers = Spool(monotonic=lambda: now[0]), begun(tmp_path), list[OSError | None]()
    for number in range(3):
        spool.append(file, *group(number), answers.append)
    await begins(slow)
    now[0] = 3600
    assert spool.relieve(file.part.folder)
    spool.append(file, *group(3), answers.append)
    assert answers == []
    slow.go.set()
    await spool.drained()
    assert answers == [None] * 4
    assert file.segment.end_ms == START_MS + 8000


async def test_of_a_file_that_went_on_elsewhere_before_nothing_is_put_behind_what_is_newer(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
):
    main, _ = folders.all
    slow, now = SlowDisk(monkeypatch, main.root), [0.0]
    spool = Spool(most_waiting=20_000, most_of_one=20_000, monotonic=lambda: now[0])
    file, answers = begun(folders), list[OSError | None]()
    for number in range(4):  # the last two leave for the reserve, because too much waits
        spool.append(file, *group(number), answers.append)
    await begins(slow)
    now[0] = 6
    assert spool.relieve(main)
    slow.go.set()
    await spool.drained()
    assert [error.errno for error in answers if error] == [errno.ETIMEDOUT] * 2
    assert [each.segment.start_ms for each in file.parts] == [START_MS, START_MS + 4000]
    assert [each.end_ms for each in file.parts] == [START_MS + 2000, START_MS + 8000]


async def test_a_disk_that_refuses_is_told(tmp_path: Path):
    spool, answers = Spool(), list[OSError | None]()
    spool.append(begun(tmp_path / "away"), *group(0), answers.append)
    await spool.drained()
    assert isinstance(answers[0], FileNotFoundError)


def _same(thread: int) -> None:
    assert threading.get_ident() == thread
