"""A segment file on a real file system, and one that is full."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes.stream import START_MS
from safecity.footage.write import SegmentFile, disk_words, sync_folder


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
    SegmentFile(tmp_path, "a", START_MS, b"init").close()
    with pytest.raises(FileExistsError):
        SegmentFile(tmp_path, "a", START_MS, b"init")


def test_a_missing_root_is_not_made(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        SegmentFile(tmp_path / "away", "a", START_MS, b"init")


def test_a_disk_that_fills_up_leaves_only_whole_groups(tmp_path: Path):
    file = SegmentFile(tmp_path, "a", START_MS, b"init")
    file.append(bytes(1000), START_MS + 2000, 30)
    with disk_with_room_for(1500), pytest.raises(OSError, match="large"):
        file.append(bytes(1000), START_MS + 4000, 30)
    assert (tmp_path / file.segment.path).stat().st_size == 1004 == file.segment.bytes
    assert file.segment.end_ms == START_MS + 2000
    file.append(bytes(500), START_MS + 6000, 30)
    assert (tmp_path / file.segment.path).stat().st_size == 1504
    file.close()


def test_a_file_whose_first_group_does_not_fit_is_gone(tmp_path: Path):
    file = SegmentFile(tmp_path, "a", START_MS, b"init")
    with disk_with_room_for(100), pytest.raises(OSError, match="large"):
        file.append(bytes(1000), START_MS + 2000, 30)
    assert list((tmp_path / "a" / "20300101").iterdir()) == []
    file.close()


def test_why_the_disk_refuses_is_a_sentence():
    assert "full" in disk_words(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert "only be read" in disk_words(OSError(errno.EROFS, "x"))
    assert "Input/output error" in disk_words(OSError(errno.EIO, os.strerror(errno.EIO)))


def test_a_folder_can_be_synced(tmp_path: Path):
    sync_folder(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "away")
