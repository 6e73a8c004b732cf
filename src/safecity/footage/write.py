"""Writes one segment file: whole groups of pictures, each with one write, and never a broken end.

Order on disk: bytes, fdatasync, fsync of folders that are new; only then the row in the index, by the recorder.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from safecity.base import from_ms
from safecity.footage.model import Segment


class SegmentFile:
    """A file of footage that grows. Every method but `sync` belongs to the event loop; `sync` may run in a thread."""

    def __init__(self, root: Path, camera: str, start_ms: int, init: bytes) -> None:
        """Makes `<root>/<camera>/<YYYYMMDD>/<HHMMSSmmm>.mp4`. Raises OSError, also if it is there already."""
        moment = from_ms(start_ms)
        folder = root / camera / f"{moment:%Y%m%d}"
        self._unsynced = _make_folders(root, folder)
        self._file = folder / f"{moment:%H%M%S}{start_ms % 1000:03d}.mp4"
        self._fd = os.open(
            self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o640
        )
        self._unsynced.append(folder)
        self._init = init
        self._path = self._file.relative_to(root).as_posix()
        self.camera = camera
        self.start_ms = self.end_ms = start_ms
        self.bytes = 0
        self.pictures = 0
        self.synced_bytes = 0

    @property
    def segment(self) -> Segment:
        """The file as it is now."""
        return Segment(
            camera=self.camera,
            start_ms=self.start_ms,
            end_ms=self.end_ms,
            path=self._path,
            bytes=self.bytes,
            pictures=self.pictures,
        )

    @property
    def is_dirty(self) -> bool:
        """Whether there are bytes that `sync` has not brought to the disk."""
        return self.bytes > self.synced_bytes

    def append(self, fragment: bytes, end_ms: int, pictures: int) -> None:
        """Adds one fragment with one write. Raises OSError; the file then ends where it ended before, or is gone."""
        data = fragment if self.bytes else self._init + fragment
        try:
            _write_all(self._fd, data)
        except OSError:
            if self.bytes:
                os.ftruncate(self._fd, self.bytes)
            else:
                self._file.unlink()
            raise
        self.bytes += len(data)
        self.end_ms = end_ms
        self.pictures += pictures

    def sync(self) -> None:
        """Brings to the disk what was appended before the call. Raises OSError."""
        size = self.bytes
        os.fdatasync(self._fd)
        while self._unsynced:
            sync_folder(self._unsynced[-1])
            self._unsynced.pop()
        self.synced_bytes = max(self.synced_bytes, size)

    def close(self) -> None:
        """Gives the file back; nothing is appended after."""
        os.close(self._fd)


def sync_folder(folder: Path) -> None:
    """Brings a folder's list of names to the disk."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def disk_words(error: OSError) -> str:
    """Why the disk does not take footage, as a sentence."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The footage disk is full; make room or keep footage for fewer days."
    if error.errno == errno.EROFS:
        return "The footage disk can only be read; check it and mount it again."
    return f"The footage disk refuses to write ({error.strerror or error}); check the disk."


def _write_all(fd: int, data: bytes) -> None:
    done = os.write(fd, data)
    while done < len(data):  # a disk that is nearly full takes a part first and refuses the rest
        done += os.write(fd, data[done:])


def _make_folders(root: Path, folder: Path) -> list[Path]:
    """Makes `root/camera/day`; `root` must be there. Returns the folders that have a new name in them."""
    made: list[Path] = []
    for each in (folder.parent, folder):
        if not each.is_dir():
            each.mkdir(mode=0o750)
            made.append(each.parent)
    assert folder.parent.parent == root
    return made
