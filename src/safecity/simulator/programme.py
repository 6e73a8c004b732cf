"""In which order a camera shows the chapters of its film: mostly nobody, now and then a visit. Pure."""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from safecity.simulator.chance import chance_of
from safecity.simulator.scenes import Chapter

HOURS_S = 2 * 3600  # after this long, a programme begins again


@dataclass(frozen=True)
class Programme:
    """Chapters one after the other: `starts` counts pictures since the camera's start, `films` those on the film."""

    starts: tuple[int, ...]
    films: tuple[int, ...]
    length: int

    def picture(self, tick: int) -> int:
        """Which picture of the film is shown as the `tick`-th since the start."""
        tick %= self.length
        place = bisect.bisect_right(self.starts, tick) - 1
        return self.films[place] + tick - self.starts[place]


def programme_of(camera: int, chapters: Sequence[Chapter], fps: int, between_s: float) -> Programme:
    """A camera's programme. `between_s` is the mean time from one arrival to the next at one camera.

    The first 10 s and more are empty, so that whoever masks the picture can learn the street; then arrivals are
    spread, so that they do not come to all cameras at once.
    """
    chance = chance_of(camera, "programme")
    quiet, visits = chapters[0], chapters[1:]
    wait_s = chance.uniform(quiet.until_s - quiet.from_s, max(between_s, 20))
    starts: list[int] = []
    films: list[int] = []
    tick = 0
    while tick < HOURS_S * fps:
        for _ in range(max(1, round(wait_s / (quiet.until_s - quiet.from_s)))):
            starts.append(tick)
            films.append(round(quiet.from_s * fps))
            tick += round((quiet.until_s - quiet.from_s) * fps)
        visit = chance.choice(visits)
        starts.append(tick)
        films.append(round(visit.from_s * fps))
        length_s = visit.until_s - visit.from_s
        tick += round(length_s * fps)
        wait_s = max(0.0, chance.uniform(0.6, 1.4) * between_s - length_s)
    return Programme(tuple(starts), tuple(films), tick)
