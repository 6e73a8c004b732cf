"""Makes a timeline as fine as a screen can show it: pure. What is finer than a pixel is joined, and nothing is lost.

A gap always stays: short ones of one cause that lie within a pixel become one that counts them and keeps the words of
the longest. So a month on a screen is a few hundred rows, however often a camera failed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from safecity.footage import Gap, Span


@dataclass(frozen=True)
class CoarseGap:
    """One gap or several: `longest` gives cause and words; the span reaches from the first to the last."""

    start_ms: int
    end_ms: int | None
    count: int
    missing_ms: int
    longest: Gap


def coarse_spans(spans: Iterable[Span], resolution_ms: int) -> list[Span]:
    """Spans in order; those less than `resolution_ms` apart are made one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start - out[-1][1] < resolution_ms:
            out[-1] = out[-1][0], max(out[-1][1], end)
        else:
            out.append((start, end))
    return out


def coarse_gaps(gaps: Iterable[Gap], resolution_ms: int, now_ms: int) -> list[CoarseGap]:
    """Gaps in order; those of one cause are joined where less than a pixel lies between them."""
    out: list[CoarseGap] = []
    for gap in sorted(gaps, key=lambda each: each.start_ms):
        length_ms = (now_ms if gap.end_ms is None else gap.end_ms) - gap.start_ms
        last = out[-1] if out else None
        if last is None or not _joins(last, gap, resolution_ms):
            out.append(CoarseGap(gap.start_ms, gap.end_ms, 1, length_ms, gap))
            continue
        ends = None if gap.end_ms is None or last.end_ms is None else max(gap.end_ms, last.end_ms)
        out[-1] = replace(
            last,
            end_ms=ends,
            count=last.count + 1,
            missing_ms=last.missing_ms + length_ms,
            longest=gap if length_ms > _length(last.longest, now_ms) else last.longest,
        )
    return out


def _joins(last: CoarseGap, gap: Gap, resolution_ms: int) -> bool:
    """Whether they cannot be told apart: one cause, and less than a pixel between them."""
    if last.longest.cause is not gap.cause or last.end_ms is None:
        return False
    return gap.start_ms - last.end_ms < resolution_ms


def _length(gap: Gap, now_ms: int) -> int:
    return (now_ms if gap.end_ms is None else gap.end_ms) - gap.start_ms
