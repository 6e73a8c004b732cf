"""Forgets footage: what has been kept for long enough, and the oldest where room is short. Holds always win.

Order: the rows go, and the paths are noted as garbage, in one transaction; then the files; then the note. So after a
crash there is never a row without a file, and no file is forgotten about.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from safecity.footage.model import Hold, RecorderLimits, Segment, Stored
from safecity.footage.ports import Index
from safecity.footage.rules import DAY_MS, outlived, too_many

PAGE = 1000
NOTICES_DAYS = 90


@dataclass(frozen=True)
class Going:
    """Segments that are to be forgotten."""

    segments: Sequence[Segment]

    @property
    def bytes(self) -> int:
        """What they take."""
        return sum(each.bytes for each in self.segments)

    @property
    def until_ms(self) -> int:
        """Where the newest of them ends."""
        return max((each.end_ms for each in self.segments), default=0)


@dataclass(frozen=True)
class Rules:
    """For how long footage is kept: in general, by camera (`days`), and files that still grow in any case."""

    limits: RecorderLimits
    days: Mapping[str, int | None]
    writing: frozenset[tuple[str, int]] = frozenset()

    def keep_days(self, camera: str) -> float:
        """For how many days a camera's footage is kept, also when the camera has left the city."""
        return self.days.get(camera) or self.limits.keep_days

    def until_ms(self, camera: str, now_ms: int) -> int:
        """Footage that ended before is over its time."""
        return now_ms - int(self.keep_days(camera) * DAY_MS)


def choose(index: Index, holds: Sequence[Hold], rules: Rules, now_ms: int, free_bytes: int) -> Going:
    """What is to go now, where `free_bytes` are left on the disk. Raises IndexAway."""
    limits = rules.limits
    going: dict[tuple[str, int], Segment] = {}
    for camera in index.cameras():
        old = index.segments(camera, 0, rules.until_ms(camera, now_ms))
        going.update(_by_place(outlived(old, holds, rules.keep_days(camera), now_ms)))
    gone = sum(each.bytes for each in going.values())
    excess = limits.min_free_bytes - free_bytes - gone
    if limits.keep_bytes is not None:
        excess = max(excess, index.total_bytes() - limits.keep_bytes - gone)
    if excess > 0:
        others = (each for each in _oldest(index) if (each.camera, each.start_ms) not in going)
        going.update(_by_place(too_many(others, holds, excess)))
    return Going([each for place, each in going.items() if place not in rules.writing])


def strike_off(index: Index, going: Going, rules: Rules, now_ms: int) -> None:
    """Takes the rows out, with gaps and notices as old. Raises IndexAway; then nothing has changed."""
    with index.together():
        index.drop_segments(going.segments)
        for camera in {each.camera for each in going.segments}:
            index.drop_gaps(camera, rules.until_ms(camera, now_ms))
        index.drop_notices(now_ms - NOTICES_DAYS * DAY_MS)


def remove(root: Path, files: Sequence[Stored], today: str) -> list[Stored]:
    """Deletes files; returns those that are gone. Folders of days before `today` (YYYYMMDD) go once they are empty.

    It may take a while, so it is for a thread. A file that cannot be deleted stays garbage, and is tried again.
    """
    gone: list[Stored] = []
    for each in files:
        with contextlib.suppress(OSError):
            (root / each.path).unlink(missing_ok=True)
            gone.append(each)
    for folder in {(root / each.path).parent for each in gone}:
        if folder.name < today:
            with contextlib.suppress(OSError):  # not empty, or gone already
                folder.rmdir()
    return gone


def room_left(root: Path) -> int:
    """Bytes left on the footage disk for us (`f_bavail`: without what is reserved for root). Raises OSError."""
    figures = os.statvfs(root)
    return figures.f_bavail * figures.f_frsize


def _oldest(index: Index) -> Iterator[Segment]:
    place = (0, "")
    while page := index.oldest(PAGE, place):
        yield from page
        place = (page[-1].start_ms, page[-1].camera)


def _by_place(segments: Sequence[Segment]) -> dict[tuple[str, int], Segment]:
    return {(each.camera, each.start_ms): each for each in segments}
