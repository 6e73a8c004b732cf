"""Mends what a crash left: finds where the playable part of each file ends and cuts off the rest.

Only a camera's last files can be concerned, so start-up reads those that the index does not fully know.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from safecity.base import Unreadable
from safecity.footage.folders import Folder, sync_folder
from safecity.footage.model import Segment
from safecity.footage.unfmp4 import Fragment, Read, read_fragments, read_init, read_span

LAST = "\U0010ffff"  # comes after every path


@dataclass(frozen=True)
class Scan:
    """What a file holds: its span, its pictures, how many are damaged, and how many of its bytes can be played."""

    start_ms: int
    end_ms: int
    pictures: int
    good_bytes: int
    bytes: int
    damaged: int = 0
    camera_ms: int | None = None
    offset_ms: int | None = None


def scan(file: Path) -> Scan | None:
    """Reads a file's structure; None when it holds no whole group of pictures. Raises OSError."""
    fd = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(fd).st_size

        def read(offset: int, count: int) -> bytes:
            return os.pread(fd, count, offset)

        try:
            track, start = read_init(read)
        except Unreadable:
            return None
        fragments = list(read_fragments(read, start, size))
        while fragments and not _is_sound(read, fragments[-1]):
            fragments.pop()
    finally:
        os.close(fd)
    if not fragments:
        return None
    first, last = fragments[0], fragments[-1]
    end_ms = max(last.end_ms(track.clock_hz), first.wall_ms + 1)
    pictures, damaged = (sum(getattr(each, name) for each in fragments) for name in ("pictures", "damaged"))
    return Scan(first.wall_ms, end_ms, pictures, last.end, size, damaged, *clocks_of(first))


def glance(file: str) -> Scan | None:
    """What a file holds, by its start and its end alone; None where that does not tell. Raises OSError.

    It believes what lies between: so it is for files that were finished long ago, and were synced and listed then.
    """
    fd = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        size = os.fstat(fd).st_size
        found = read_span(lambda offset, count: os.pread(fd, count, offset), size)
    except Unreadable:
        return None
    finally:
        os.close(fd)
    if found is None:
        return None
    start_ms, end_ms, pictures, damaged, camera_ms, received_ms = found
    offset_ms = None if camera_ms is None or received_ms is None else camera_ms - received_ms
    return Scan(start_ms, end_ms, pictures, size, size, damaged, camera_ms, offset_ms)


def clocks_of(first: Fragment) -> tuple[int | None, int | None]:
    """What the camera's clock said at a file's first picture, and how far ahead of ours it was (`Segment`)."""
    if first.camera_ms is None or first.received_ms is None:
        return first.camera_ms, None
    return first.camera_ms, first.camera_ms - first.received_ms


def _is_sound(read: Read, fragment: Fragment) -> bool:
    """Whether its pictures' NAL units are as long as they say: a power cut may leave zeros in place of an end."""
    for sample in fragment.samples():
        at, end = sample.offset, sample.offset + sample.size
        while at < end:
            length = int.from_bytes(read(at, 4), "big")
            if length == 0:
                return False
            at += 4 + length
        if at != end:
            return False
    return True


def files_of(root: Path, camera: str, since: str = "", before: str = LAST) -> Iterator[str]:
    """Paths of a camera's files below `root` in order of time, from the path `since` on, up to but without `before`."""
    folder = root / camera
    if not folder.is_dir():
        return
    for day in sorted(folder.iterdir()):
        if not day.is_dir() or f"{camera}/{day.name}" < since[: len(camera) + 9]:
            continue
        for name in sorted(name for name in os.listdir(day) if name.endswith(".mp4")):  # noqa: PTH208 a quick one
            path = f"{camera}/{day.name}/{name}"
            if since <= path < before:
                yield path


def mend(
    where: Folder | Path, camera: str, newest: Segment | None, before: str = LAST, *, since: str = ""
) -> list[Segment]:
    """A camera's segments from the newest that the index knows on, as they truly are; broken ends are cut off.

    Files from the path `before` on are left alone. A file without one whole group is taken away. Raises OSError.
    """
    folder = Folder("", where) if isinstance(where, Path) else where
    root, found = folder.root, list[Segment]()
    for path in files_of(root, camera, since if newest is None else newest.path, before):
        if (seen := mended(root / path)) is not None:
            found.append(segment_of(folder, camera, path, seen))
    return apart(found)


def mended(file: Path) -> Scan | None:
    """What a file holds after a broken end was cut off; one without a whole group is taken away. Raises OSError."""
    seen = scan(file)
    if seen is None:
        file.unlink()
        sync_folder(file.parent)
    elif seen.bytes > seen.good_bytes:
        cut_off(file, seen.good_bytes)
    return seen


def segment_of(folder: Folder, camera: str, path: str, seen: Scan) -> Segment:
    """The segment that a file is."""
    return Segment(
        camera=camera,
        start_ms=seen.start_ms,
        end_ms=seen.end_ms,
        path=path,
        bytes=seen.good_bytes,
        pictures=seen.pictures,
        damaged=seen.damaged,
        store=folder.name,
        camera_ms=seen.camera_ms,
        offset_ms=seen.offset_ms,
    )


def apart(segments: list[Segment]) -> list[Segment]:
    """Segments in order, none reaching into the next: wall times are corrected by milliseconds from group to group."""
    out: list[Segment] = []
    for each in sorted(segments, key=lambda each: each.start_ms):
        if out and out[-1].start_ms < each.start_ms < out[-1].end_ms:
            out[-1] = replace(out[-1], end_ms=each.start_ms)
        out.append(each)
    return out


def cut_off(file: Path, size: int) -> None:
    """Shortens a file to its playable part, on the disk too."""
    fd = os.open(file, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.ftruncate(fd, size)
        os.fdatasync(fd)
    finally:
        os.close(fd)
