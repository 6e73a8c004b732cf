"""The demo city's drawn streets through the live masking path: what is to be seen of people whose every pixel is known.

The truth is a street drawn twice, with its people and without, under the same noise of the sensor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fakes.faces import KnownFaces
from fakes.labelled import Viewing
from safecity.footage import GREY, Pixels
from safecity.simulator.scenes.film import FILM_S, FPS, Stage
from safecity.simulator.scenes.layout import HEIGHT, WIDTH
from safecity.simulator.scenes.visits import Walker, box_of

LEVELS = 6  # by which a person's pixel differs from the street behind it; below, nobody sees it either
LEAST_HIGH, LEAST_BODY = 30, 100  # pixels of a person who counts

Grey = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Drawn:
    """People in pictures: how many, of how many more than 2 % was to be seen, and which share of all their pixels."""

    people: int
    unmasked: int
    share: float


def drawn_people(streets: Sequence[int], *, every: int = 2) -> Drawn:
    """Streets by their number, by the plate alone; every so many pictures of their minute."""
    people = unmasked = seen = whole = 0
    for number in streets:
        for visible, body in _bodies(number, every):
            people, unmasked = people + 1, unmasked + (visible > 0.02 * body)
            seen, whole = seen + visible, whole + body
    return Drawn(people, unmasked, seen / max(1, whole))


def _bodies(number: int, every: int) -> list[tuple[int, int]]:
    """Of each person in each picture, how many pixels are seen, and how many there are."""
    stage, bare = Stage(number), Stage(number)
    bare.visitors = []
    walkers = [each for each in stage.visitors if isinstance(each, Walker)]
    viewing, found = Viewing.by(KnownFaces()), list[tuple[int, int]]()
    for step in range(0, FILM_S * FPS, every):
        picture = _pixels(stage.frame(step), step * 1000 // FPS)
        shown = viewing.shown(picture)
        if shown is None:
            continue
        differs = np.abs(picture.y.astype(np.int16) - bare.frame(step)[:HEIGHT]) >= LEVELS
        for walker in walkers:
            box = box_of(stage.layout, walker, step / FPS)
            if box is None or box[3] * HEIGHT < LEAST_HIGH:
                continue
            x, y, w, h = box
            rows = slice(max(0, round(y * HEIGHT)), round((y + h) * HEIGHT))
            columns = slice(max(0, round(x * WIDTH)), round((x + w) * WIDTH))
            body = differs[rows, columns]
            if body.sum() >= LEAST_BODY:
                found.append((int((body & (shown.y[rows, columns] != GREY)).sum()), int(body.sum())))
    return found


def _pixels(planar: Grey, wall_ms: int) -> Pixels:
    quarter = HEIGHT // 4
    u, v = (
        planar[top : top + quarter].reshape(HEIGHT // 2, WIDTH // 2) for top in (HEIGHT, HEIGHT + quarter)
    )
    return Pixels(planar[:HEIGHT].copy(), u.copy(), v.copy(), wall_ms)
