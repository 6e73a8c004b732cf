"""Storage folders: which takes footage just now, and why another does not.

The first folder that is well takes it. One that refuses a write is in trouble until a look finds it well again: it is
the right disk, has room, and takes a probe. Where none is well, the first that may be written to is tried with every
group all the same. A folder whose identity is not confirmed is never written to.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LEAST_SHARE = 20  # a twentieth of a disk stays free, so that writing goes on while the oldest is deleted,
LEAST_ROOM = 64 << 20  # or so many bytes
PROBE = bytes(4096)
RESERVE = "reserve"  # the name of the second folder; the first has none
SILENT_WORDS = "The footage disk does not answer; check the disk and its cable."


class StorageError(OSError):
    """No storage folder may be written to; `strerror` is a sentence."""


@dataclass(eq=False)
class Folder:
    """A storage folder. `name` is empty for the first; it stands in `Segment.store`.

    `barred` says, as a sentence, why nothing may be written at all; `trouble` why it was last refused.
    """

    name: str
    root: Path
    barred: str | None = None
    trouble: str | None = None
    free_bytes: int = 0
    least_bytes: int = 0  # how many of them should be free at least
    device: tuple[int, int] | None = None  # the root as it was when its identity was confirmed

    def check(self) -> None:
        """Raises StorageError where another disk lies at the root than the one that was looked at."""
        found = self.root.stat()
        if self.device is not None and self.device != (found.st_dev, found.st_ino):
            raise StorageError(errno.ENODEV, f"The footage disk is away: {self.root} is another one now.")

    @property
    def words(self) -> str | None:
        """Why it takes no footage, None where it does."""
        return self.barred or self.trouble

    @property
    def is_well(self) -> bool:
        """Whether it takes footage."""
        return self.words is None


class Folders:
    """The storage folders of a recorder, in the order in which they are used."""

    def __init__(self, folders: Sequence[Folder]) -> None:
        self._folders = list(folders)

    @property
    def all(self) -> Sequence[Folder]:
        """Every folder."""
        return self._folders

    def choose(self) -> Folder:
        """Where new footage goes. Raises StorageError where no folder may be written to."""
        for each in self._folders:
            if each.is_well:
                return each
        for each in self._folders:
            if each.barred is None:
                return each
        raise StorageError(errno.ENODEV, self._folders[0].barred or "")

    def other(self, than: Folder) -> Folder | None:
        """Another folder that is well, if there is one."""
        return next((each for each in self._folders if each is not than and each.is_well), None)

    def failed(self, folder: Folder, error: OSError) -> None:
        """A folder refused a write. May be told from any thread."""
        folder.trouble = disk_words(error)


@dataclass(frozen=True)
class Look:
    """What a look at a folder found: whose it is (None: nobody's), and how many bytes we may still write.

    `least_bytes` should stay free; `device` is what the root is to the system; `refusal` is why it takes no footage.
    """

    identity: str | None
    free_bytes: int
    least_bytes: int = 0
    device: tuple[int, int] | None = None
    refusal: OSError | None = None


def look_at(root: Path, identity: Path, *, probes: bool) -> Look:
    """Looks at a folder; with `probes` it must take a write too, and have some room.

    Raises OSError where it cannot even be looked at. For a thread.
    """
    before = root.stat()
    found: str | None = None
    with suppress(FileNotFoundError):
        found = identity.read_text(encoding="ascii").strip() or None
    figures = os.statvfs(root)
    free_bytes = figures.f_bavail * figures.f_frsize
    least_bytes = min(LEAST_ROOM, figures.f_blocks * figures.f_frsize // LEAST_SHARE)
    refusal: OSError | None = None
    if found is not None and figures.f_flag & os.ST_RDONLY:
        refusal = OSError(errno.EROFS, os.strerror(errno.EROFS))
    elif found is not None and probes and free_bytes < least_bytes:
        refusal = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    elif found is not None and probes:
        refusal = _probe(root / f".probe.{os.getpid()}")
    return Look(found, free_bytes, least_bytes, (before.st_dev, before.st_ino), refusal)


def room_left(root: Path) -> int:
    """Bytes left on the disk for us (`f_bavail`: without what is reserved for root). Raises OSError."""
    figures = os.statvfs(root)
    return figures.f_bavail * figures.f_frsize


def disk_words(error: OSError) -> str:
    """Why the disk does not take footage, as a sentence."""
    if isinstance(error, StorageError) and error.strerror:
        return error.strerror
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The footage disk is full; make room or keep footage for fewer days."
    if error.errno == errno.EROFS:
        return "The footage disk can only be read; check it and mount it again."
    if error.errno == errno.ETIMEDOUT:
        return SILENT_WORDS
    if error.errno == errno.EBUSY:
        return "The footage disk is too slow for what the cameras send; check the disk."
    return f"The footage disk refuses to write ({error.strerror or error}); check the disk."


def sync_folder(folder: Path) -> None:
    """Brings a folder's list of names to the disk."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _probe(file: Path) -> OSError | None:
    """Why a disk takes no write; None where it does."""
    try:
        fd = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, PROBE)
            os.fdatasync(fd)
        finally:
            os.close(fd)
            file.unlink()
    except OSError as error:
        return error
    return None
