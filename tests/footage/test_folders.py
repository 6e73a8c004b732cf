"""Which storage folder takes footage, and what a look at one finds."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from safecity.footage.folders import (
    Folder,
    Folders,
    StorageError,
    disk_words,
    look_at,
    room_left,
    sync_folder,
)

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@contextmanager
def small_disk(place: Path, size: str = "8m") -> Generator[Path]:
    """A real file system in memory, of a certain size."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a file system here")
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(place)], check=False
    ).returncode:
        pytest.skip("this machine lets nobody mount a file system")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


def test_the_first_folder_that_is_well_takes_it(tmp_path: Path):
    main, reserve = Folder("", tmp_path / "a"), Folder("reserve", tmp_path / "b")
    folders = Folders([main, reserve])
    assert folders.choose() is main
    folders.failed(main, FULL)
    assert folders.choose() is reserve
    assert folders.other(reserve) is None
    reserve.barred = "Away."
    assert folders.choose() is main  # in trouble, but ours: it is tried with every group
    main.barred = "Away too."
    with pytest.raises(StorageError, match="Away too"):
        folders.choose()


def test_a_look_finds_whose_folder_it_is_and_its_room(tmp_path: Path):
    identity = tmp_path / "storage.id"
    assert look_at(tmp_path, identity, probes=True).identity is None
    identity.write_text("abc\n")
    found = look_at(tmp_path, identity, probes=True)
    assert found.identity == "abc"
    assert found.free_bytes > 0
    assert [each.name for each in tmp_path.iterdir()] == ["storage.id"]
    with pytest.raises(FileNotFoundError):
        look_at(tmp_path / "away", identity, probes=False)


def test_a_disk_that_is_full_or_read_only_is_not_well(tmp_path: Path):
    with small_disk(tmp_path / "disk") as disk:
        identity = disk / "storage.id"
        identity.write_text("abc")
        (disk / "filler").write_bytes(bytes((8 << 20) - 40_000))
        assert look_at(disk, identity, probes=False).free_bytes < 80_000
        full = look_at(disk, identity, probes=True)
        assert "No space" in str(full.refusal)
        assert full.free_bytes < 80_000  # else nobody would know how much must go
        (disk / "filler").unlink()
        assert look_at(disk, identity, probes=True).identity == "abc"
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        assert "Read-only" in str(look_at(disk, identity, probes=False).refusal)


def test_the_room_left_is_what_we_may_use(tmp_path: Path):
    assert room_left(tmp_path) > 0


def test_why_the_disk_refuses_is_a_sentence():
    assert "full" in disk_words(FULL)
    assert "only be read" in disk_words(OSError(errno.EROFS, "x"))
    assert "too slow" in disk_words(OSError(errno.EBUSY, "x"))
    assert disk_words(StorageError(errno.ENODEV, "It is away.")) == "It is away."
    assert "Input/output error" in disk_words(OSError(errno.EIO, os.strerror(errno.EIO)))


def test_a_folder_can_be_synced(tmp_path: Path):
    sync_folder(tmp_path)
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "away")
