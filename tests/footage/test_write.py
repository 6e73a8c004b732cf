"""A segment file on a real file system, and one that is full."""

from __future__ import annotations

import resource
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.stream import START_MS, TRACK, pictures
from safecity.footage.fmp4 import Sample, fragment, init_segment
from safecity.footage.folders import Folder, Folders, StorageError
from safecity.footage.mend import scan
from safecity.footage.write import SegmentFile


@contextmanager
def disk_with_room_for(size: int) -> Generator[None]:
    """No file of this process may grow beyond a size: writes end short, then fail with EFBIG, as on a full disk."""
    import signal

    was = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, was[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, was)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_file_is_named_by_camera_day_and_time(tmp_path: Path):
    file = SegmentFile(tmp_path, "gate-3", START_MS + 3_723_004, b"init")
    file.append(b"group", START_MS + 3_725_004, 30)
    assert file.segment.path == "gate-3/20300101/010203004.mp4"
    assert (tmp_path / file.segment.path).read_bytes() == b"initgroup"
    assert file.is_dirty
    file.sync()
    assert not file.is_dirty
    file.close()


def test_a_file_never_takes_the_place_of_another(tmp_path: Path):
    first = SegmentFile(tmp_path, "a", START_MS, b"init")
    first.append(b"group", START_MS + 2000, 30)
    first.close()
    with pytest.raises(FileExistsError):
        SegmentFile(tmp_path, "a", START_MS, b"init").append(b"other", START_MS + 2000, 30)
    assert (tmp_path / first.segment.path).read_bytes() == b"initgroup"


def test_a_missing_root_is_not_made(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        SegmentFile(tmp_path / "away", "a", START_MS, b"init").append(b"group", START_MS + 2000, 30)
    assert not (tmp_path / "away").exists()


def test_a_disk_that_fills_up_leaves_only_whole_groups(tmp_path: Path):
    file = SegmentFile(tmp_path, "a", START_MS, b"init")
    file.append(bytes(1000), START_MS + 2000, 30)
    with disk_with_room_for(1500), pytest.raises(OSError, match="large"):
        file.append(bytes(1000), START_MS + 4000, 30)
    assert (tmp_path / file.segment.path).stat().st_size == 1004 == file.segment.bytes
    assert file.segment.end_ms == START_MS + 2000
    with pytest.raises(OSError, match="large"):  # what comes after would leave a hole
        file.append(bytes(10), START_MS + 6000, 30)
    file.close()


def test_a_file_whose_first_group_does_not_fit_is_gone(tmp_path: Path):
    file = SegmentFile(tmp_path, "a", START_MS, b"init")
    with disk_with_room_for(100), pytest.raises(OSError, match="large"):
        file.append(bytes(1000), START_MS + 2000, 30)
    assert list((tmp_path / "a" / "20300101").iterdir()) == []
    file.close()


def group(number: int) -> tuple[bytes, int, int]:
    """A group of two seconds as a recording has it written: the n-th of its file."""
    samples = [Sample(each.nals, 6000, each.is_key) for each in pictures(30, first=30 * number)]
    start_ms = START_MS + 2000 * number
    data = fragment(
        number + 1, number * 180_000, samples, wall_ms=start_ms, camera_ms=start_ms + 70, received_ms=start_ms,
        pictures_before=30 * number,
    )  # fmt: skip
    return data, start_ms + 2000, 30


def two_folders(tmp_path: Path) -> Folders:
    (tmp_path / "main").mkdir()
    (tmp_path / "reserve").mkdir()
    return Folders([Folder("", tmp_path / "main"), Folder("reserve", tmp_path / "reserve")])


def test_what_one_disk_refuses_goes_on_in_the_reserve_and_nothing_is_lost(tmp_path: Path):
    folders = two_folders(tmp_path)
    file = SegmentFile(folders, "a", START_MS, init_segment(TRACK))
    file.append(*group(0))
    with disk_with_room_for(file.bytes + 3000):
        file.append(*group(1))
    file.append(*group(2))
    file.close()
    before, after = (part.segment for part in file.parts)
    assert [before.store, after.store] == ["", "reserve"]
    assert "refuses" in (folders.all[0].words or "")
    assert (before.end_ms, after.start_ms, after.end_ms) == (
        START_MS + 2000,
        START_MS + 2000,
        START_MS + 6000,
    )
    assert (after.camera_ms, after.offset_ms) == (START_MS + 2070, 70)
    for root, segment in ((tmp_path / "main", before), (tmp_path / "reserve", after)):
        found = scan(root / segment.path)
        assert found is not None
        assert (found.start_ms, found.end_ms, found.pictures) == (
            segment.start_ms, segment.end_ms, segment.pictures,
        )  # fmt: skip
        assert found.good_bytes == found.bytes == segment.bytes
    assert folders.choose().name == "reserve"


def test_where_both_disks_refuse_the_error_is_told(tmp_path: Path):
    folders = two_folders(tmp_path)
    file = SegmentFile(folders, "a", START_MS, init_segment(TRACK))
    with disk_with_room_for(100), pytest.raises(OSError, match="large"):
        file.append(*group(0))
    assert [each.is_well for each in folders.all] == [False, False]
    assert folders.choose().name == ""  # which is tried all the same


def test_no_file_begins_where_no_folder_is_ours(tmp_path: Path):
    folders = two_folders(tmp_path)
    for each in folders.all:
        each.barred = "The footage disk is away."
    with pytest.raises(StorageError, match="is away"):
        SegmentFile(folders, "a", START_MS, b"init")
