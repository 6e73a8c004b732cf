"""Groups go into files at once, and every append is answered."""

from __future__ import annotations

from pathlib import Path

from safecity.footage.append import AppendAtOnce
from safecity.footage.folders import Folder
from safecity.footage.write import SegmentFile

START_MS = 1_893_456_000_000


def test_every_append_is_answered_before_it_returns(tmp_path: Path):
    writer, answers = AppendAtOnce(), list[OSError | None]()
    file = SegmentFile(tmp_path, "gate", START_MS, b"init")
    writer.append(file, b"group", START_MS + 1000, 15, answers.append)
    assert answers == [None]
    assert (file.bytes, file.end_ms, file.pictures) == (9, START_MS + 1000, 15)


def test_a_disk_that_refuses_is_told_and_the_file_stays_as_it_was(tmp_path: Path):
    writer, answers = AppendAtOnce(), list[OSError | None]()
    file = SegmentFile(tmp_path, "gate", START_MS, b"init")
    writer.append(file, b"group", START_MS + 1000, 15, answers.append)
    file.part.append = _refused  # the disk takes no more
    writer.append(file, b"group", START_MS + 2000, 15, answers.append)
    assert isinstance(answers[1], OSError)
    assert file.end_ms == START_MS + 1000


async def test_nothing_ever_waits():
    await AppendAtOnce().drained()


async def test_work_beside_is_done_at_once(tmp_path: Path):
    writer, folder, answers = AppendAtOnce(), Folder("", tmp_path), list[OSError | None]()
    writer.aside(folder, lambda: None, answers.append)
    writer.aside(folder, (tmp_path / "away").unlink, answers.append)
    assert answers[0] is None
    assert isinstance(answers[1], FileNotFoundError)
    assert writer.waiting(folder) == 0


def _refused(fragment: bytes, end_ms: int, pictures: int) -> None:
    raise OSError("the disk takes no more")
