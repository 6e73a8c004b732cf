"""Decisions of footage, all pure: when a gap begins and ends and whose fault it is, what may go, sums of spans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from safecity.cameras import CameraAbsent, CameraGone, CameraSilent, HidingFailed, WireError
from safecity.footage.model import Cause, Gap, Hold, Segment, Span

GAP_MS = 2_000  # a span without footage that is this long is a gap, and has a cause
SEGMENT_MS = 60_000
DAY_MS = 86_400_000


class Reason(NamedTuple):
    """Why there is no footage, and whether the camera could be reached meanwhile."""

    cause: Cause
    words: str
    is_reachable: bool = True


@dataclass(frozen=True)
class GapOpens:
    """A gap begins."""

    gap: Gap


@dataclass(frozen=True)
class GapCloses:
    """The camera's open gap, which began at `start_ms`, ends."""

    camera: str
    start_ms: int
    end_ms: int


GapCommand = GapOpens | GapCloses


class Coverage:
    """The story of one camera's gaps: footage and its absence go in, gaps come out.

    Each gap has a cause, and lasts 2 s or more; but when the recorder itself was down, that is told however short.
    """

    def __init__(self, camera: str, since_ms: int) -> None:
        """Footage is wanted, and has to be explained where it lacks, from `since_ms` on."""
        self._camera = camera
        self._end_ms = since_ms
        self._reason: Reason | None = None
        self._open: Gap | None = None

    @property
    def end_ms(self) -> int:
        """Up to when all is explained by footage or closed gaps."""
        return self._end_ms

    def missing(self, cause: Cause, words: str, at_ms: int, *, is_reachable: bool = True) -> list[GapCommand]:
        """From now on there is no footage, and why. A new cause ends an open gap and begins another."""
        out: list[GapCommand] = []
        self._reason = Reason(cause, words, is_reachable)
        gap = self._open
        if (
            gap is not None
            and at_ms > gap.start_ms
            and (gap.cause, gap.is_reachable) != (cause, is_reachable)
        ):
            out.append(GapCloses(self._camera, gap.start_ms, at_ms))
            self._end_ms, self._open = at_ms, None
            return out + self._begin(at_ms)
        return out + self.tick(at_ms)

    def tick(self, now_ms: int) -> list[GapCommand]:
        """Time passed."""
        if self._open is None and self._reason is not None and now_ms - self._end_ms >= self._least_ms():
            return self._begin(self._end_ms)
        return []

    def footage(self, start_ms: int, end_ms: int, cause: Cause, words: str) -> list[GapCommand]:
        """There is footage of a span; `cause` and `words` explain a gap before it for which no reason was given."""
        out: list[GapCommand] = []
        if self._open is not None and end_ms <= self._open.start_ms:
            return out  # it was in memory when the gap began, which goes on
        if self._open is None and start_ms - self._end_ms >= self._least_ms():
            self._reason = self._reason or Reason(cause, words)
            out += self._begin(self._end_ms)
        if self._open is not None:
            out.append(GapCloses(self._camera, self._open.start_ms, max(start_ms, self._open.start_ms)))
        self._open = self._reason = None
        self._end_ms = max(self._end_ms, end_ms)
        return out

    def dismiss(self, now_ms: int) -> list[GapCommand]:
        """Footage is wanted no more."""
        out = self.tick(now_ms)
        if self._open is None:
            self._reason = None
            return out
        closes = GapCloses(self._camera, self._open.start_ms, max(now_ms, self._open.start_ms))
        self._open = self._reason = None
        return [*out, closes]

    def frozen(self, start_ms: int, end_ms: int, cause: Cause, words: str) -> list[GapCommand]:
        """Within a recorded span one picture stood still for so long that it counts as none."""
        if end_ms - start_ms < GAP_MS:
            return []
        gap = Gap(camera=self._camera, start_ms=start_ms, end_ms=None, cause=cause, words=words)
        return [GapOpens(gap), GapCloses(self._camera, start_ms, end_ms)]

    def _least_ms(self) -> int:
        return 1 if self._reason is not None and self._reason.cause is Cause.RECORDER else GAP_MS

    def _begin(self, at_ms: int) -> list[GapCommand]:
        assert self._reason is not None
        cause, words, is_reachable = self._reason
        self._open = Gap(
            camera=self._camera,
            start_ms=at_ms,
            end_ms=None,
            cause=cause,
            words=words,
            is_reachable=is_reachable,
        )
        return [GapOpens(self._open)]


def reason_of(error: WireError, packets_lost: int = 0) -> Reason:
    """Whether a broken wire is the network's fault or the camera's, and whether the camera could be reached."""
    if isinstance(error, (CameraAbsent, CameraGone)):
        return Reason(Cause.NETWORK, error.sentence, is_reachable=False)
    if isinstance(error, CameraSilent) and packets_lost:
        return Reason(Cause.NETWORK, f"{packets_lost} packets were lost, and no whole picture came since.")
    if isinstance(error, HidingFailed):
        return Reason(Cause.RECORDER, error.sentence)
    return Reason(Cause.CAMERA, error.sentence)


def is_held(segment: Segment, holds: Iterable[Hold]) -> bool:
    """Whether any hold touches the segment."""
    return any(
        hold.camera == segment.camera and hold.start_ms < segment.end_ms and hold.end_ms > segment.start_ms
        for hold in holds
    )


def outlived(
    segments: Iterable[Segment], holds: Sequence[Hold], keep_days: float, now_ms: int
) -> list[Segment]:
    """The segments of one camera that have been kept for long enough and are not held."""
    until_ms = now_ms - int(keep_days * DAY_MS)
    return [each for each in segments if each.end_ms <= until_ms and not is_held(each, holds)]


def too_many(oldest: Iterable[Segment], holds: Sequence[Hold], excess_bytes: int) -> list[Segment]:
    """The fewest segments, oldest first and none that is held, whose going makes up for an excess of bytes."""
    going: list[Segment] = []
    for segment in oldest:
        if excess_bytes <= 0:
            break
        if not is_held(segment, holds):
            going.append(segment)
            excess_bytes -= segment.bytes
    return going


def without(spans: Iterable[Span], holes: Iterable[Span]) -> list[Span]:
    """What is left of spans when holes are taken out of them; both oldest first."""
    left: list[Span] = []
    cuts = sorted(holes)
    for begin, end in spans:
        start = begin
        for hole_start, hole_end in cuts:
            if hole_end <= start or hole_start >= end:
                continue
            if hole_start > start:
                left.append((start, hole_start))
            start = max(start, hole_end)
        if start < end:
            left.append((start, end))
    return left


def joined(spans: Iterable[Span], tolerance_ms: int = 0) -> list[Span]:
    """Spans in order, those that touch or overlap (or lie within `tolerance_ms`) made one."""
    out: list[Span] = []
    for start, end in sorted(spans):
        if out and start - out[-1][1] <= tolerance_ms:
            out[-1] = (out[-1][0], max(out[-1][1], end))
        else:
            out.append((start, end))
    return out


def spaces(segments: Sequence[Segment]) -> list[Span]:
    """The spans of 2 s or more between neighbouring segments."""
    pairs = pairwise(sorted(segments, key=lambda each: each.start_ms))
    return [(a.end_ms, b.start_ms) for a, b in pairs if b.start_ms - a.end_ms >= GAP_MS]
