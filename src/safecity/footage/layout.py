"""How long each picture of a group lasts, by the camera's clock where that can be believed. Pure.

Times are in ticks of the camera's RTP clock, times of receipt and wall times in milliseconds since 1970.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from safecity.footage.rules import GAP_MS

STOOD_MS = 60_000  # no picture stands for longer: the wire would have ended
AHEAD_MS = 1_000  # a picture that would be taken so long after it came proves that the camera's clock jumped
_LOOK_AHEAD_MS = 1_000
_USUAL_STEP_S = 15  # a picture lasts a fifteenth of a second where nothing better is known


class Layout(NamedTuple):
    """How long each picture lasts, in ticks, and how far presentation is from decoding (B pictures; else None).

    `pause` is for how long after the last picture there was none, where that was 2 s or more; else 0.
    """

    durations: list[int]
    shifts: list[int] | None
    pause: int


def lay_out(
    times: Sequence[int],
    received_ms: Sequence[int],
    clock_hz: int,
    next_time: int | None,
    *,
    next_received_ms: int | None = None,
    start_ms: int | None = None,
) -> Layout:
    """Durations of a group's pictures, given in decoding order; none is less than a tick.

    `next_time` is the following picture's, None when the stream ended. `start_ms` is where the group is expected on
    the wall clock. A step of the camera's clock is believed up to 2 s, and beyond where the picture after it does not
    come before it was taken; else times of receipt decide, else what is usual in this group.
    """
    steps = [later - earlier for earlier, later in pairwise(times)]
    longest = GAP_MS * clock_hz // 1000
    last = None if next_time is None else next_time - times[-1]
    if last is not None and 0 < last < longest and (not steps or (min(steps) > 0 and max(steps) < longest)):
        steps.append(last)
        return Layout(steps, None, 0)
    shifts = None
    ordered = sorted(times)
    if _reorders(times, ordered, clock_hz):
        shifts = [time - place for time, place in zip(times, ordered, strict=True)]
        steps = [later - earlier for earlier, later in pairwise(ordered)]
        last = None if next_time is None else next_time - ordered[-1]
    good = sorted(step for step in steps if 0 < step < longest)
    usual = good[len(good) // 2] if good else clock_hz // _USUAL_STEP_S
    at = received_ms[0] if start_ms is None else start_ms
    if shifts is None:
        steps = _believed(steps, received_ms, clock_hz, usual, at)
    if last is None:
        return Layout([*steps, usual], shifts, 0)
    came_ms = received_ms[-1] if next_received_ms is None else next_received_ms
    at += sum(steps) * 1000 // clock_hz
    last = _step(last, (received_ms[-1], came_ms), clock_hz, usual, at)
    if last >= longest:
        return Layout([*steps, usual], shifts, max(0, last - usual))
    return Layout([*steps, last], shifts, 0)


def stood(layout: Layout, clock_hz: int, start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """Spans of a group between two wall times in which one picture stood for 2 s or more."""
    if max(layout.durations) * 1000 < GAP_MS * clock_hz:
        return []
    spans: list[tuple[int, int]] = []
    passed = 0
    for duration in layout.durations:
        from_ms = start_ms + passed * 1000 // clock_hz
        passed += duration
        until_ms = min(end_ms, start_ms + passed * 1000 // clock_hz)
        if until_ms - from_ms >= GAP_MS:
            spans.append((from_ms, until_ms))
    return spans


def _reorders(times: Sequence[int], ordered: Sequence[int], clock_hz: int) -> bool:
    """Whether pictures are sent out of the order they are shown in (B pictures); else the clock only falls forward.

    A clock that was set back is no such thing: it falls by more than the second that any coder looks ahead.
    """
    steps = [later - earlier for earlier, later in pairwise(ordered)]
    if not steps or min(steps) <= 0 or max(steps) >= GAP_MS * clock_hz // 1000 or ordered == list(times):
        return False
    return ordered[0] == times[0] and all(
        newest - time <= clock_hz * _LOOK_AHEAD_MS // 1000
        for newest, time in zip(accumulate(times, max), times, strict=True)
    )


def _believed(
    steps: Sequence[int], received_ms: Sequence[int], clock_hz: int, usual: int, at_ms: int
) -> list[int]:
    passed = 0
    out: list[int] = []
    for step, came in zip(steps, pairwise(received_ms), strict=True):
        out.append(_step(step, came, clock_hz, usual, at_ms + passed * 1000 // clock_hz))
        passed += out[-1]
    return out


def _step(step: int, came: tuple[int, int], clock_hz: int, usual: int, at_ms: int) -> int:
    """How long a picture taken at `at_ms` lasts: `step` where the camera's clock can be believed.

    `came` is when it was received, and when the next one was.
    """
    if 0 < step * 1000 < GAP_MS * clock_hz:
        return step
    if 0 < step * 1000 <= STOOD_MS * clock_hz and at_ms + step * 1000 // clock_hz <= came[1] + AHEAD_MS:
        return step
    between_ms = came[1] - came[0]
    if 0 < between_ms <= STOOD_MS:
        return max(1, between_ms * clock_hz // 1000)
    return usual
