"""A camera and a node whose clocks are both wrong at times: streams of groups as a recorder hears them, by chance.

Every case is a short stream; what befalls it is drawn from `MISHAPS`. `told` runs it through `Pace` as a recording does
and says what it found. Fast, so that a million cases can be tried: see `bench/pace.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from safecity.footage.pace import Pace, Placed

HZ = 90_000
HOUR_MS = 3_600_000
WRAP = 1 << 32  # where RTP's timestamps begin again (RFC 3550 section 5.1)
START_MS = 1_893_456_000_000

# What may befall a stream between two pictures: steps in ms of the camera's clock, of ours, and of the world's.
# The last column is how many groups of ten thousand it befalls.
MISHAPS = (
    ("camera an hour ahead, as by daylight saving", HOUR_MS, 0, 0, 300),
    ("camera an hour back, as by daylight saving", -HOUR_MS, 0, 0, 300),
    ("camera set a little", 0, 0, 0, 300),
    ("its timestamps begin again", -WRAP // 90, 0, 0, 300),
    ("our clock an hour ahead", 0, HOUR_MS, 0, 150),
    ("our clock an hour back", 0, -HOUR_MS, 0, 150),
    ("our clock set a little", 0, 0, 0, 300),
    ("nothing for a while, and both clocks go on", 0, 0, 7_000, 300),
    ("nothing for a while, and the camera's clock stood", -7_000, 0, 7_000, 150),
    ("what was sent is held up on the way", 0, 0, 0, 300),
)
_LITTLE_MS = 5_000


@dataclass
class Group:
    """A group of pictures: the camera's timestamps, our times of receipt, and when its first was truly taken."""

    times: list[int]
    received_ms: list[int]
    taken_ms: float


@dataclass
class Told:
    """What became of a stream: where its groups were placed, and what is wrong with that."""

    placed: list[Placed] = field(default_factory=list)
    errors_ms: list[float] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)


def _draws(whose: str, of: int = 10_000) -> list[int]:
    every = [n for n, (words, *_, weight) in enumerate(MISHAPS) for _ in range(weight) if whose in words]
    return [*every, *([-1] * (of - len(every)))]


DRAWS = _draws("")
CAMERA_STEPS = _draws("camera an hour", 300_000)  # every 17 minutes, where groups last 2 s, and nothing else


def stream(
    chance: Random, *, groups: int = 5, pictures: int = 4, step_ms: int = 400, jitter_ms: int = 40,
    drift_ppm: int | None = None, draws: Sequence[int] = DRAWS,
) -> Iterator[Group]:  # fmt: skip
    """A stream with clocks that may go wrong. `drift_ppm` is of the camera; None: by chance, up to 2 %."""
    uniform = chance.random
    if drift_ppm is None:
        drift_ppm = int((uniform() - 0.5) * 2 * (500, 500, 2_000, 20_000)[int(uniform() * 4)])
    tick = step_ms * (HZ // 1000) * (1_000_000 + drift_ppm) / 1_000_000
    now, camera, ours, held_until = float(START_MS), uniform() * WRAP, 0, 0.0
    for _ in range(groups):
        mishap, at = draws[int(uniform() * len(draws))], int(uniform() * pictures)
        times: list[int] = []
        received: list[int] = []
        taken = now
        for number in range(pictures):
            if number == at and mishap >= 0:
                words, camera_ms, ours_ms, passed_ms, _ = MISHAPS[mishap]
                camera += (camera_ms + passed_ms) * 90
                ours, now = ours + ours_ms, now + passed_ms
                taken = now if number == 0 else taken
                if "a little" in words:
                    by_ms = int((uniform() - 0.5) * 2 * _LITTLE_MS)
                    ours, camera = (ours + by_ms, camera) if "our" in words else (ours, camera + by_ms * 90)
                elif "held up" in words:
                    held_until = now + uniform() * _LITTLE_MS
            times.append(int(camera))
            # one after the other, as TCP brings them
            held_until = max(held_until, now + uniform() * jitter_ms)
            received.append(int(held_until) + ours)
            now += step_ms
            camera += tick
        yield Group(times, received, taken)


def told(groups: list[Group], pace: Pace | None = None) -> Told:
    """Runs a stream through `Pace` as a recording does; an error is where a group was placed, less the truth."""
    pace, found = pace or Pace(START_MS - 1_000), Told()
    end_ms = 0
    for group, after in pairwise([*groups, None]):
        assert group is not None
        following = None if after is None else (after.times[0], after.received_ms[0])
        layout, placed = pace.take(group.times, group.received_ms, HZ, following)
        if min(layout.durations) < 1 or len(layout.durations) != len(group.times):
            found.wrongs.append(f"durations {layout.durations}")
        if layout.pause < 0 or max(layout.durations) >= 1 << 32:
            found.wrongs.append(f"a picture of {max(layout.durations)} ticks, a pause of {layout.pause}")
        if placed.start_ms < end_ms or placed.end_ms <= placed.start_ms:
            found.wrongs.append(f"{placed} after {end_ms}")
        end_ms = placed.end_ms
        found.placed.append(placed)
        found.errors_ms.append(placed.start_ms - group.taken_ms)
    return found
