"""Finds footage by wall-clock time: what there is, what lacks and why, over the indexes of all recorders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from safecity.footage.model import Gap, Segment, Span, Timeline
from safecity.footage.ports import Index
from safecity.footage.rules import joined, without

SEAM_MS = 100  # files of one stream follow each other within this


@dataclass(frozen=True)
class Archive:
    """All footage of a node: its data folder, and each recorder's index by the recorder's name, to be read only.

    `reserve` is the second storage folder, if there is one.
    """

    data: Path
    indexes: Mapping[str, Index]
    reserve: Path | None = None

    @property
    def root(self) -> Path:
        """The folder below which segments' paths lie."""
        return self.data / "footage"

    def file(self, segment: Segment) -> Path:
        """Where a segment's file lies."""
        return (self.reserve if segment.store and self.reserve else self.root) / segment.path


def timeline(archive: Archive, camera: str, from_ms: int, to_ms: int) -> Timeline:
    """Spans with footage and gaps within a span of time, cut to it. An open gap lasts until `to_ms`. Raises IndexAway.

    What one recorder lacks another may have, when a camera moved from one to the other: then it is no gap.
    """
    covered: list[Span] = []
    gaps: list[Gap] = []
    damaged = 0
    for index in archive.indexes.values():
        found = index.gaps(camera, from_ms, to_ms)
        recorded = joined(index.spans(camera, from_ms, to_ms), SEAM_MS)
        covered += without(recorded, [_span(gap, to_ms) for gap in found])
        gaps += found
        damaged += index.damaged(camera, from_ms, to_ms)
    spans = joined([(max(start, from_ms), min(end, to_ms)) for start, end in covered], SEAM_MS)
    left = [
        replace(gap, start_ms=start, end_ms=end)
        for gap in sorted(gaps, key=lambda each: each.start_ms)
        for start, end in without([(max(gap.start_ms, from_ms), _span(gap, to_ms)[1])], spans)
    ]
    return Timeline(segments=tuple(spans), gaps=tuple(left), damaged=damaged)


def find(archive: Archive, camera: str, at_ms: int) -> Segment | None:
    """The segment that holds a moment. Raises IndexAway."""
    found = segments(archive, camera, at_ms, at_ms + 1)
    return found[0] if found else None


def find_next(archive: Archive, camera: str, at_ms: int, within_ms: int = 86_400_000) -> Segment | None:
    """The segment that holds a moment, or else the first after it, within a day. Raises IndexAway."""
    found = segments(archive, camera, at_ms, at_ms + within_ms)
    return found[0] if found else None


def segments(archive: Archive, camera: str, from_ms: int, to_ms: int) -> list[Segment]:
    """The segments that touch a span, whole, oldest first. Raises IndexAway."""
    found = [each for index in archive.indexes.values() for each in index.segments(camera, from_ms, to_ms)]
    return sorted(
        {(each.store, each.path): each for each in found}.values(),
        key=lambda each: (each.start_ms, each.path),
    )


def _span(gap: Gap, to_ms: int) -> Span:
    return gap.start_ms, to_ms if gap.end_ms is None else min(gap.end_ms, to_ms)
