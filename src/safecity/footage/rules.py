"""Decisions of footage, all pure: how long pictures last, which wall time they have, when a gap begins and ends."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from safecity.cameras import CameraAbsent, CameraGone, WireError
from safecity.footage.model import Cause, Gap, Hold, Segment, Span

GAP_MS = 2_000  # a span without footage that is this long is a gap, and has a cause
JUMP_MS = 5_000  # camera time and time of receipt that part by more cannot both be right
SEGMENT_MS = 60_000
DAY_MS = 86_400_000
_LOOK_AHEAD_MS = 1_000
_USUAL_STEP_S = 15  # a picture lasts a fifteenth of a second where nothing better is known


class Layout(NamedTuple):
    """How long each picture of a group lasts, in ticks, and how far presentation is from decoding (B pictures)."""

    durations: list[int]
    shifts: list[int] | None


def lay_out(times: Sequence[int], received_ms: Sequence[int], clock_hz: int, next_time: int | None) -> Layout:
    """Durations of a group's pictures, given in decoding order.

    `next_time` is the next group's first picture's, None when the stream ended. The camera's clock is believed as long
    as it agrees with the times of receipt to within 5 s; a picture never lasts less than one tick.
    """
    steps = [later - earlier for earlier, later in pairwise(times)]
    longest = GAP_MS * clock_hz // 1000
    last = None if next_time is None else next_time - times[-1]
    if (not steps or (min(steps) > 0 and max(steps) <= longest)) and last is not None and 0 < last <= longest:
        steps.append(last)
        return Layout(steps, None)
    shifts = None
    ordered = sorted(times)
    if _reorders(times, ordered, clock_hz):
        shifts = [time - place for time, place in zip(times, ordered, strict=True)]
        steps = [later - earlier for earlier, later in pairwise(ordered)]
        last = None if next_time is None else next_time - times[0] - sum(steps)
    usual = min((step for step in steps if 0 < step <= longest), default=clock_hz // _USUAL_STEP_S)
    if shifts is None:
        steps = [
            _believed(step, later - earlier, clock_hz, usual)
            for step, (earlier, later) in zip(steps, pairwise(received_ms), strict=True)
        ]
    steps.append(usual if last is None or not 0 < last <= JUMP_MS * clock_hz // 1000 else last)
    return Layout(steps, shifts)


def _reorders(times: Sequence[int], ordered: Sequence[int], clock_hz: int) -> bool:
    """Whether pictures are sent out of the order they are shown in (B pictures); else the clock only falls forward.

    A clock that was set back is no such thing: it falls by more than the second that any coder looks ahead.
    """
    steps = [later - earlier for earlier, later in pairwise(ordered)]
    if not steps or min(steps) <= 0 or max(steps) > GAP_MS * clock_hz // 1000 or ordered == list(times):
        return False
    return ordered[0] == times[0] and all(
        newest - time <= clock_hz * _LOOK_AHEAD_MS // 1000
        for newest, time in zip(accumulate(times, max), times, strict=True)
    )


def _believed(step: int, received_ms: int, clock_hz: int, usual: int) -> int:
    if step > 0 and abs(step * 1000 // clock_hz - received_ms) <= JUMP_MS:
        return step
    if 0 < received_ms <= JUMP_MS:
        return max(1, received_ms * clock_hz // 1000)
    return usual


class Pace:
    """Gives every group of pictures its wall time: by our clock at first, then by the camera's, gently corrected.

    Starts never fall back and never overlap, whatever either clock does. No group begins after it was received, save
    that a group's time is at least half its length; of what it begins too early, a sixteenth is made good with each
    group, so that a camera that runs slow by 1 % is held to within a third of a second.
    When our own clock was set back, wall time goes on at half speed until it is right again; when either clock jumped
    ahead by more than 5 s, `next` says so and the time between is a gap.
    """

    def __init__(self, floor_ms: int = 0) -> None:
        """`floor_ms` is where earlier footage of this camera ends."""
        self._at_us = floor_ms * 1000

    def begin(self, received_ms: int) -> int:
        """The start of a stream's first group."""
        self._at_us = max(self._at_us, received_ms * 1000)
        return self._ms()

    def next(self, duration_us: int, received_ms: int) -> tuple[int, bool]:
        """The start of the next group, after one of such a duration, and whether time jumped in between."""
        expected_us = self._at_us + duration_us
        error_us = received_ms * 1000 - expected_us
        if error_us > JUMP_MS * 1000:
            self._at_us = received_ms * 1000
            return self._ms(), True
        # A late picture was held up, which says little; an early one proves that our idea of its time was too late.
        correction_us = error_us // 16 if error_us > 0 else max(error_us, -(duration_us // 2))
        before = self._ms()
        self._at_us = max(expected_us + correction_us, (before + 1) * 1000)
        return self._ms(), False

    def end(self, duration_us: int) -> int:
        """The end of a stream's last group; what comes later begins no earlier."""
        self._at_us = max(self._at_us + duration_us, (self._ms() + 1) * 1000)
        return self._ms()

    def _ms(self) -> int:
        return self._at_us // 1000


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
        self._reason: tuple[Cause, str] | None = None
        self._open: Gap | None = None

    @property
    def end_ms(self) -> int:
        """Up to when all is explained by footage or closed gaps."""
        return self._end_ms

    def missing(self, cause: Cause, words: str, at_ms: int) -> list[GapCommand]:
        """From now on there is no footage, and why. A new cause ends an open gap and begins another."""
        out: list[GapCommand] = []
        if self._open is not None and self._open.cause != cause and at_ms > self._open.start_ms:
            out.append(GapCloses(self._camera, self._open.start_ms, at_ms))
            self._end_ms, self._open = at_ms, None
            self._reason = (cause, words)
            return out + self._begin(at_ms)
        self._reason = (cause, words)
        return out + self.tick(at_ms)

    def tick(self, now_ms: int) -> list[GapCommand]:
        """Time passed."""
        if self._open is None and self._reason is not None and now_ms - self._end_ms >= self._least_ms():
            return self._begin(self._end_ms)
        return []

    def footage(self, start_ms: int, end_ms: int, cause: Cause, words: str) -> list[GapCommand]:
        """There is footage of a span; `cause` and `words` explain a gap before it for which no reason was given."""
        out: list[GapCommand] = []
        if self._open is None and start_ms - self._end_ms >= self._least_ms():
            self._reason = self._reason or (cause, words)
            out += self._begin(self._end_ms)
        if self._open is not None:
            out.append(GapCloses(self._camera, self._open.start_ms, max(start_ms, self._open.start_ms)))
        self._open = self._reason = None
        self._end_ms = max(self._end_ms, end_ms)
        return out

    def dismiss(self, now_ms: int) -> list[GapCommand]:
        """Footage is wanted no more."""
        if self._open is None:
            return []
        closes = GapCloses(self._camera, self._open.start_ms, max(now_ms, self._open.start_ms))
        self._open = self._reason = None
        return [closes]

    def frozen(self, start_ms: int, end_ms: int, cause: Cause, words: str) -> list[GapCommand]:
        """Within a recorded span one picture stood still for so long that it counts as none."""
        if end_ms - start_ms < GAP_MS:
            return []
        gap = Gap(camera=self._camera, start_ms=start_ms, end_ms=None, cause=cause, words=words)
        return [GapOpens(gap), GapCloses(self._camera, start_ms, end_ms)]

    def _least_ms(self) -> int:
        return 1 if self._reason is not None and self._reason[0] is Cause.RECORDER else GAP_MS

    def _begin(self, at_ms: int) -> list[GapCommand]:
        assert self._reason is not None
        cause, words = self._reason
        self._open = Gap(camera=self._camera, start_ms=at_ms, end_ms=None, cause=cause, words=words)
        return [GapOpens(self._open)]


def cause_of(error: WireError) -> Cause:
    """Whether a broken wire is the network's fault or the camera's."""
    return Cause.NETWORK if isinstance(error, (CameraAbsent, CameraGone)) else Cause.CAMERA


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
