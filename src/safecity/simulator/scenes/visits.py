"""Who comes by, when, and on which way: the script of a film, in seconds and metres. Pure.

A film has three chapters: nobody, a short visit, a longer one. Every chapter begins and ends with an empty street,
so that chapters can follow each other in any order.
"""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass
from random import Random

from safecity.simulator.chance import chance_of
from safecity.simulator.scenes.cars import CAR_HIGH_M, CAR_WIDE_M
from safecity.simulator.scenes.figures import Look, Pose
from safecity.simulator.scenes.layout import FOCAL_PX, HEIGHT, WIDTH, Colour, Layout

COATS: tuple[Colour, ...] = (
    (88, 168, 214),  # straw
    (150, 150, 62),  # teal
    (72, 82, 196),  # brick
    (186, 190, 194),  # light grey
    (178, 126, 84),  # denim
    (96, 190, 168),  # olive
    (150, 120, 186),  # rose
)
TROUSERS: tuple[Colour, ...] = ((120, 92, 70), (96, 110, 126), (140, 132, 126), (110, 84, 96))
SKINS: tuple[Colour, ...] = ((150, 184, 226), (110, 150, 202), (84, 118, 164), (66, 92, 134), (58, 76, 108))
HAIRS: tuple[Colour, ...] = ((26, 28, 36), (40, 58, 84), (90, 110, 128), (30, 44, 74))
PAINTS: tuple[Colour, ...] = ((196, 190, 186), (70, 60, 170), (150, 96, 54), (88, 84, 80), (60, 120, 140))


@dataclass(frozen=True)
class Chapter:
    """A part of the film."""

    name: str
    from_s: float
    until_s: float


@dataclass(frozen=True)
class Way:
    """Points passed at given seconds, in metres (X, Z); between them it goes straight."""

    seconds: tuple[float, ...]
    points: tuple[tuple[float, float], ...]

    def at(self, second: float) -> tuple[float, float] | None:
        """Where it is, or None before the beginning and after the end."""
        if not self.seconds[0] <= second <= self.seconds[-1]:
            return None
        right = min(bisect.bisect_right(self.seconds, second), len(self.seconds) - 1)
        start, end = self.seconds[right - 1], self.seconds[right]
        share = (second - start) / (end - start) if end > start else 0.0
        (x_a, z_a), (x_b, z_b) = self.points[right - 1], self.points[right]
        return x_a + (x_b - x_a) * share, z_a + (z_b - z_a) * share

    def course(self, second: float) -> tuple[float, float]:
        """Metres a second, across and away."""
        before, after = (
            self.at(max(second - 0.05, self.seconds[0])),
            self.at(min(second + 0.05, self.seconds[-1])),
        )
        if before is None or after is None:
            return 0.0, 0.0
        return (after[0] - before[0]) * 10, (after[1] - before[1]) * 10


@dataclass(frozen=True)
class Walker:
    """Somebody on a way; has a bag between two moments."""

    way: Way
    look: Look
    bag_from_s: float = 0.0
    bag_until_s: float = 0.0


@dataclass(frozen=True)
class Bag:
    """A bag that lies on the ground for a while."""

    way: Way


@dataclass(frozen=True)
class Car:
    """A car on its way along the road."""

    way: Way
    colour: Colour
    comes: bool


Visitor = Walker | Bag | Car
Box = tuple[float, float, float, float]


def chapters_of(seed: int) -> tuple[Chapter, ...]:
    """The chapters of a camera's film: nobody for 10 s, a visit of 20 s, a visit of 30 s."""
    chance = chance_of(seed, "chapters")
    first = chance.choice(("walk", "walk", "pair", "car"))
    second = chance.choice(("stand", "bag", "pair", "stand"))
    return Chapter("nobody", 0, 10), Chapter(first, 10, 30), Chapter(second, 30, 60)


def visitors_of(layout: Layout) -> list[Visitor]:
    """Everybody and everything that comes into the film."""
    chance = chance_of(layout.seed, "visitors")
    found: list[Visitor] = []
    for chapter in chapters_of(layout.seed):
        begin = chapter.from_s + 1.5
        match chapter.name:
            case "walk":
                found.append(_walk(layout, chance, begin, chance.uniform(8, 13)))
            case "pair":
                z_m, side = chance.uniform(8, 12), chance.choice((-1, 1))
                found.append(_walk(layout, chance, begin, z_m, side))
                found.append(_walk(layout, chance, begin + 0.7, z_m + 0.8, side))
            case "car":
                found.append(_drive(chance, begin))
            case "stand":
                found.append(_stand(layout, chance, begin))
            case "bag":
                found += _leave_bag(layout, chance, begin)
            case _:
                pass
    return found


def _look(chance: Random) -> Look:
    return Look(
        chance.choice(COATS),
        chance.choice(TROUSERS),
        chance.choice(SKINS),
        chance.choice(HAIRS),
        chance.uniform(1.58, 1.88),
    )


def _outside(layout: Layout, side: int, z_m: float) -> float:
    """Metres to the side where somebody is just out of the picture."""
    return layout.edge_m(side, z_m) + side * 0.7


def _walk(layout: Layout, chance: Random, begin: float, z_m: float, side: int | None = None) -> Walker:
    side = side or chance.choice((-1, 1))
    start, end = _outside(layout, side, z_m), _outside(layout, -side, z_m)
    speed = max(chance.uniform(1.25, 1.6), abs(end - start) / 15.5)  # always out before the chapter ends
    return Walker(Way((begin, begin + abs(end - start) / speed), ((start, z_m), (end, z_m))), _look(chance))


def _stand(layout: Layout, chance: Random, begin: float) -> Walker:
    z_m, side = chance.uniform(7.5, 10), chance.choice((-1, 1))
    start, stop = _outside(layout, side, z_m), side * chance.uniform(0.5, 2.2)
    arrive = begin + abs(start - stop) / 1.4
    leave = arrive + chance.uniform(8, 11)
    gone = leave + abs(start - stop) / 1.4
    return Walker(
        Way((begin, arrive, leave, gone), ((start, z_m), (stop, z_m), (stop, z_m), (start, z_m))),
        _look(chance),
    )


def _leave_bag(layout: Layout, chance: Random, begin: float) -> list[Visitor]:
    z_m, side = chance.uniform(8, 10), chance.choice((-1, 1))
    start, spot = _outside(layout, side, z_m), side * chance.uniform(0.4, 2.0)
    one_way = abs(start - spot) / 1.5
    down = begin + one_way
    back = down + 1 + one_way
    again = back + 3
    up = again + one_way
    gone = up + 1 + one_way
    who = _look(chance)
    brings = Way((begin, down, down + 1, back), ((start, z_m), (spot, z_m), (spot, z_m), (start, z_m)))
    fetches = Way((again, up, up + 1, gone), ((start, z_m), (spot, z_m), (spot, z_m), (start, z_m)))
    lies = Way((down + 0.5, up + 0.5), ((spot + 0.3, z_m), (spot + 0.3, z_m)))
    return [Walker(brings, who, begin, down + 0.5), Bag(lies), Walker(fetches, who, up + 0.5, gone)]


def _drive(chance: Random, begin: float) -> Car:
    comes = chance.random() < 0.6
    lane, near, far = (-1.8 if comes else 1.8), 2.2, 120.0
    ends = ((lane, far), (lane, near)) if comes else ((lane, near), (lane, far))
    return Car(Way((begin, begin + (far - near) / chance.uniform(9, 12)), ends), chance.choice(PAINTS), comes)


def pose_of(layout: Layout, walker: Walker, second: float) -> Pose | None:
    """How a walker stands on the picture at a moment."""
    spot = walker.way.at(second)
    if spot is None:
        return None
    across, away = walker.way.course(second)
    speed = math.hypot(across, away)
    x, y = layout.on_picture(spot[0], 0, spot[1])
    high = FOCAL_PX * walker.look.high_m / spot[1]
    stride = None if speed < 0.2 else second * speed * 4.3
    heading = 0.0 if speed < 0.2 else across / speed
    return Pose(x, y, high, stride, heading, bag=walker.bag_from_s <= second < walker.bag_until_s)


def box_of(layout: Layout, visitor: Visitor, second: float) -> Box | None:
    """Where a visitor is on the picture (x, y, width, height as shares of it), or None when out of it."""
    spot = visitor.way.at(second)
    if spot is None:
        return None
    wide_m, high_m = {
        Walker: (0.55, visitor.look.high_m if isinstance(visitor, Walker) else 0.0),
        Bag: (0.5, 0.42),
        Car: (CAR_WIDE_M, CAR_HIGH_M),
    }[type(visitor)]
    left, top = layout.on_picture(spot[0] - wide_m / 2, high_m, spot[1])
    right, bottom = layout.on_picture(spot[0] + wide_m / 2, 0, spot[1])
    left, right = max(0.0, left), min(float(WIDTH), right)
    top, bottom = max(0.0, top), min(float(HEIGHT), bottom)
    if right - left < 2 or bottom - top < 4:
        return None
    return left / WIDTH, top / HEIGHT, (right - left) / WIDTH, (bottom - top) / HEIGHT
