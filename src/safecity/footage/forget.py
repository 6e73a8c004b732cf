"""Forgets footage: what has been kept for long enough, and the oldest where room is short. Holds always win.

Nothing is struck off in a storage folder that is not there, or not positively ours.

Order: the rows go, and the paths are noted as garbage, in one transaction; then the files; then the note. So after a
crash there is never a row without a file, and no file is forgotten about.
"""

from __future__ import annotations

import contextlib
import heapq
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from safecity.footage.keeping import Keep, RuleBook
from safecity.footage.model import ClassKeep, Hold, RecorderLimits, RecorderPlan, Segment, Stored
from safecity.footage.ports import Index
from safecity.footage.rules import DAY_MS, outlived, too_many

PAGE = 1000
MOST = 5000
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
    """For how long footage is kept (`book`), what must stay free, and which files still grow."""

    book: RuleBook
    min_free_bytes: int = 0
    writing: frozenset[tuple[str, int]] = frozenset()

    def until_ms(self, camera: str, now_ms: int) -> int:
        """Footage that ended before is over its time."""
        days = self.book.days(camera)
        return 0 if math.isinf(days) else max(0, now_ms - int(days * DAY_MS))


def rules_of(plan: RecorderPlan, limits: RecorderLimits, writing: Iterable[tuple[str, int]] = ()) -> Rules:
    """The rules that a plan gives; where it gives none, the recorder's own settings hold."""
    city = plan.city or ClassKeep(name="", days=limits.keep_days, bytes=limits.keep_bytes)
    cameras = {
        each.id: Keep(days=each.keep_days, bytes=each.keep_bytes, of=each.retention)
        for each in (*plan.left, *plan.cameras)
    }
    classes = {each.name: Keep(days=each.days, bytes=each.bytes) for each in plan.classes}
    book = RuleBook(Keep(days=city.days, bytes=city.bytes), classes, cameras)
    return Rules(book, limits.min_free_bytes, frozenset(writing))


def choose(
    index: Index, holds: Sequence[Hold], rules: Rules, now_ms: int, free_bytes: Mapping[str, int]
) -> Going:
    """What is to go now, where each storage folder has so many bytes left.

    Folders that are not named are let alone. Raises IndexAway.

    First what is over its time, then the oldest of a camera, of a class and of all where that is over its bytes, then
    the oldest of a folder that is short of room. At most 5,000 segments at once: recording comes first.
    """
    choosing = _Choosing(index, holds, rules, frozenset(free_bytes))
    cameras = index.cameras()
    for camera in cameras:
        if not math.isinf(days := rules.book.days(camera)):
            old = index.segments(camera, 0, rules.until_ms(camera, now_ms))
            choosing.take(outlived(old, holds, days, now_ms))
    book = rules.book
    limited = {each: keep.bytes for each, keep in book.cameras.items() if keep.bytes is not None}
    classes = {name: keep.bytes for name, keep in book.classes.items() if keep.bytes is not None}
    if limited or classes or book.city.bytes is not None:
        sizes: dict[str, int] = {}
        for each in index.day_bytes():
            sizes[each.camera] = sizes.get(each.camera, 0) + each.bytes
        for camera, most in limited.items():
            choosing.relieve([camera], sizes.get(camera, 0) - most)
        for name, most in classes.items():
            members = [each for each in cameras if book.class_of(each) == name]
            choosing.relieve(members, sum(sizes.get(each, 0) for each in members) - most)
        if book.city.bytes is not None:
            choosing.relieve(None, sum(sizes.values()) - book.city.bytes)
    for store, left in free_bytes.items():
        choosing.relieve(None, rules.min_free_bytes - left, store)
    return Going([each for place, each in choosing.going.items() if place not in rules.writing])


class _Choosing:
    """Segments that are to go, growing step by step."""

    def __init__(self, index: Index, holds: Sequence[Hold], rules: Rules, stores: frozenset[str]) -> None:
        self.going: dict[tuple[str, int], Segment] = {}
        self._index = index
        self._holds = holds
        self._rules = rules
        self._stores = stores

    def take(self, segments: Iterable[Segment]) -> None:
        """These go, as far as they lie where files may be deleted."""
        for each in segments:
            if each.store in self._stores and len(self.going) < MOST:
                self.going[each.camera, each.start_ms] = each

    def relieve(self, cameras: Sequence[str] | None, excess_bytes: int, store: str | None = None) -> None:
        """The oldest of some cameras go (None: of all), in one folder or in all, until an excess is made up for.

        What goes already counts.
        """
        among = None if cameras is None else frozenset(cameras)

        def counts(each: Segment) -> bool:
            return (among is None or each.camera in among) and store in {None, each.store}

        excess_bytes -= sum(each.bytes for each in self.going.values() if counts(each))
        if excess_bytes <= 0:
            return
        pages = _oldest(self._index) if cameras is None else _oldest_of(self._index, cameras)
        others = (
            each
            for each in pages
            if counts(each) and each.store in self._stores and (each.camera, each.start_ms) not in self.going
        )
        self.take(islice(too_many(others, self._holds, excess_bytes), MOST))


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


def _oldest(index: Index) -> Iterator[Segment]:
    place = (0, "")
    while page := index.oldest(PAGE, place):
        yield from page
        place = (page[-1].start_ms, page[-1].camera)


def _oldest_of(index: Index, cameras: Sequence[str]) -> Iterator[Segment]:
    """The same for some cameras."""

    def pages(camera: str) -> Iterator[Segment]:
        after_ms = -1
        while page := index.oldest_of(camera, PAGE, after_ms):
            yield from page
            after_ms = page[-1].start_ms

    return heapq.merge(*(pages(each) for each in cameras), key=lambda each: each.start_ms)
