"""Writes one segment file: whole groups of pictures, each with one write, and never a broken end.

Order on disk: bytes, fdatasync, fsync of folders that are new; only then the row in the index, by the recorder.
A file that its disk refuses goes on in another folder, with the group that was refused: so a disk that fills loses
nothing where there is a reserve.
"""

from __future__ import annotations

import errno
import os
import threading
from pathlib import Path

from safecity.base import from_ms
from safecity.footage.fmp4 import damaged_up_to, renumbered
from safecity.footage.folders import Folder, Folders, sync_folder
from safecity.footage.model import Segment
from safecity.footage.unfmp4 import Fragment, read_fragment


class Part:
    """A file that grows in one folder. Made at the first append; only one thread at a time may append."""

    def __init__(
        self, folder: Folder, camera: str, start_ms: int, init: bytes, *, is_elsewhere: bool = False
    ) -> None:
        """It will be `<root>/<camera>/<YYYYMMDD>/<HHMMSSmmm>.mp4`.

        `is_elsewhere`: its fragments were numbered for another file.
        """
        moment = from_ms(start_ms)
        self.folder = folder
        self.camera = camera
        self.start_ms = start_ms
        self.camera_ms: int | None = None  # as in `Segment`
        self.offset_ms: int | None = None
        # bytes, end, pictures and damaged ones: replaced whole, because another thread may read
        self.grown = (0, start_ms, 0, 0)
        self.synced_bytes = 0
        self.waiting = 0  # bytes that are on their way here
        self.error: OSError | None = None  # after which nothing is appended any more
        self.next: Part | None = None  # where it goes on
        self.is_closed = False
        self.is_left = False  # newer groups lie elsewhere already, so it cannot go on
        self._init = init
        self._is_elsewhere = is_elsewhere
        self._fd: int | None = None
        self._file = folder.root / camera / f"{moment:%Y%m%d}" / f"{moment:%H%M%S}{start_ms % 1000:03d}.mp4"
        self._unsynced: list[Path] = []
        # number, time and sound's time of its first fragment elsewhere
        self._base: tuple[int, int, int] | None = None
        self._opening = threading.Lock()

    @property
    def bytes(self) -> int:
        """How many bytes are in the file."""
        return self.grown[0]

    @property
    def end_ms(self) -> int:
        """Where its last group ends."""
        return self.grown[1]

    @property
    def segment(self) -> Segment:
        """The file as it is now."""
        size, end_ms, pictures, damaged = self.grown
        return Segment(
            camera=self.camera,
            start_ms=self.start_ms,
            end_ms=end_ms,
            path=self._file.relative_to(self.folder.root).as_posix(),
            bytes=size,
            pictures=pictures,
            store=self.folder.name,
            camera_ms=self.camera_ms,
            offset_ms=self.offset_ms,
            damaged=damaged,
        )

    @property
    def is_dirty(self) -> bool:
        """Whether there are bytes that `sync` has not brought to the disk."""
        return self.bytes > self.synced_bytes

    def append(self, fragment: bytes, end_ms: int, pictures: int) -> None:
        """Adds one fragment with one write. Raises OSError; the file then ends where it ended before, or is gone."""
        size, _, count, before = self.grown
        fd = self._open()
        fragment = self._moved(fragment) if self._is_elsewhere else fragment
        data = fragment if size else self._init + fragment
        try:
            _write_all(fd, data)
        except OSError:
            if size:
                os.ftruncate(fd, size)
            else:
                self._file.unlink()
                os.close(fd)
                self._fd = None
            raise
        damaged = damaged_up_to(fragment)
        self.grown = (size + len(data), end_ms, count + pictures, before if damaged is None else damaged)

    def elsewhere(self, folder: Folder, fragment: bytes) -> Part | None:
        """A file in another folder that goes on with a group; None for a part of one, which cannot be played alone."""
        found = _read(fragment)
        if not found.is_key:
            return None
        part = Part(folder, self.camera, found.wall_ms, self._init, is_elsewhere=True)
        part.camera_ms = found.camera_ms
        if found.camera_ms is not None and found.received_ms is not None:
            part.offset_ms = found.camera_ms - found.received_ms
        return part

    def _moved(self, fragment: bytes) -> bytes:
        """A fragment that was numbered for another file, as it is to be in this one."""
        found = _read(fragment)
        if self._base is None:
            self._base = found.number - 1, found.decode_time, found.sound_time
        number, time, sound_time = self._base
        place = found.number - number, found.decode_time - time, found.sound_time - sound_time
        _, _, pictures, damaged = self.grown
        return renumbered(fragment, *place, pictures_before=pictures, damaged_before=damaged)

    def sync(self) -> None:
        """Brings to the disk what was appended before the call. Raises OSError."""
        size = self.bytes
        if self._fd is None:
            return
        os.fdatasync(self._fd)
        while self._unsynced:
            sync_folder(self._unsynced[-1])
            self._unsynced.pop()
        self.synced_bytes = max(self.synced_bytes, size)

    def close(self) -> None:
        """Gives the file back; nothing is appended after."""
        with self._opening:
            self.is_closed = True
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None

    def _open(self) -> int:
        with self._opening:
            if self._fd is None:
                self.folder.check()
                made = _make_folders(self.folder.root, self._file.parent)
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
                self._fd = os.open(self._file, flags, 0o640)
                self._unsynced = [*made, self._file.parent]
            return self._fd


class SegmentFile:
    """What a recording writes to: a file, or several one after the other where a folder fails meanwhile."""

    def __init__(self, where: Folders | Path, camera: str, start_ms: int, init: bytes) -> None:
        """Raises OSError where no folder may be written to."""
        self._folders = Folders([Folder("", where)]) if isinstance(where, Path) else where
        self._init = init
        self.camera = camera
        self.start_ms = start_ms
        self.parts = [Part(self._folders.choose(), camera, start_ms, init)]

    @property
    def part(self) -> Part:
        """The file that it has come to."""
        return self.parts[-1]

    @property
    def end_ms(self) -> int:
        """Where its last group ends."""
        return max(each.end_ms for each in self.parts)

    @property
    def segment(self) -> Segment:
        """The file that it has come to, as it is now."""
        return self.part.segment

    @property
    def camera_ms(self) -> int | None:
        """As in `Segment`."""
        return self.part.camera_ms

    @camera_ms.setter
    def camera_ms(self, value: int | None) -> None:
        self.part.camera_ms = value

    @property
    def offset_ms(self) -> int | None:
        """As in `Segment`."""
        return self.part.offset_ms

    @offset_ms.setter
    def offset_ms(self, value: int | None) -> None:
        self.part.offset_ms = value

    @property
    def bytes(self) -> int:
        """How many bytes are in its files."""
        return sum(each.bytes for each in self.parts)

    @property
    def pictures(self) -> int:
        """How many pictures are in its files."""
        return sum(each.grown[2] for each in self.parts)

    @property
    def is_dirty(self) -> bool:
        """Whether there are bytes that are not on the disk yet."""
        return any(each.is_dirty for each in self.parts)

    def follow(self) -> Part:
        """The file to append to now. For the event loop."""
        while self.part.next is not None and not self.part.waiting:
            self.parts.append(self.part.next)
        return self.part

    def can_leave(self, folder: Folder) -> bool:
        """Whether it could go on in another folder."""
        return self._folders.other(folder) is not None

    def leave(self, fragment: bytes) -> Part | None:
        """Goes on in another folder with this group, because the present one is too slow; None if it cannot."""
        part = self.follow()
        other = self._folders.other(part.folder)
        if other is None or part.next is not None or part.is_left:
            return None
        new = part.elsewhere(other, fragment)
        if new is not None:
            self._folders.failed(part.folder, OSError(errno.EBUSY, os.strerror(errno.EBUSY)))
            part.is_left = True
            self.parts.append(new)
        return new

    def take(self, part: Part, fragment: bytes, end_ms: int, pictures: int) -> None:
        """Adds one fragment to a part, or to where it goes on. Raises OSError. For the thread that has the part."""
        while part.next is not None:
            part = part.next
        if part.error is not None:
            raise OSError(part.error.errno, part.error.strerror)
        try:
            part.append(fragment, end_ms, pictures)
        except OSError as error:
            if not isinstance(error, FileExistsError):
                self._folders.failed(part.folder, error)
            other = None if part.is_left else self._folders.other(part.folder)
            new = None if other is None else part.elsewhere(other, fragment)
            if new is None:
                part.error = error
                raise
            part.next = new
            self.take(new, fragment, end_ms, pictures)

    def append(self, fragment: bytes, end_ms: int, pictures: int) -> None:
        """Adds one fragment now, in the caller's own thread. Raises OSError as `take` does."""
        self.take(self.follow(), fragment, end_ms, pictures)
        self.follow()

    def sync(self) -> None:
        """Brings to the disk what was appended before the call. Raises OSError."""
        for part in self.parts:
            part.sync()

    def close(self) -> None:
        """Gives its files back; nothing is appended after."""
        for part in self.parts:
            part.close()


def _read(fragment: bytes) -> Fragment:
    found = read_fragment(lambda at, count: fragment[at : at + count], 0, len(fragment))
    if found is None:
        raise OSError(errno.EINVAL, "what was to be written is no fragment")
    return found


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
