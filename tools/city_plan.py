"""The plan of Lumora, the demo city, in metres from its centre. Invented, always the same, CC0."""

import math
import random
from collections.abc import Callable, Iterable
from typing import NamedTuple

from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union

CENTRE_LON, CENTRE_LAT = 20.0, 10.0
BLOCK_M = 150
RIVER_M = 130

XY = tuple[float, float]

STREETS = (
    "Amber", "Linden", "Copper", "Heron", "Saffron", "Mill", "Orchard", "Quarry", "Lantern", "Cedar",
    "Juniper", "Willow", "Granary", "Beacon", "Kestrel", "Meadow", "Foundry", "Ropewalk", "Ferry", "Pearl",
    "Salt", "Weaver", "Cooper", "Marble", "Falcon", "Ivory", "Thistle", "Maple", "Olive", "Almond",
    "Harvest", "Compass", "Anchor", "Bellows", "Clover", "Dyer", "Elder", "Fennel", "Glass", "Hazel",
    "Indigo", "Jasper", "Kiln", "Larch",
)  # fmt: skip

BUREAUS = (
    ("OLD", "Old Town", -300, 700),
    ("MKT", "Market", -3400, 900),
    ("HIL", "Hillside", -900, 3100),
    ("STA", "Station", 2300, 2500),
    ("HAR", "Harbour", 3700, -700),
    ("RIV", "Riverside", -1300, -2500),
)

PARKS = (
    ("Cloud Hill", -2500, 1700, 620, 430),
    ("Lake Park", 2100, 1400, 430, 520),
    ("South Commons", 500, -2500, 700, 380),
    ("West Woods", -4300, -1700, 520, 600),
    ("Breakwater Green", 4350, -1500, 420, 360),
    ("Town Garden", -300, 450, 300, 210),
    ("Observatory Park", 2900, 3200, 600, 400),
    ("Old Quarry", -5000, 3000, 560, 500),
)
WITH_POND = ("Lake Park", "Breakwater Green")


class Shape(NamedTuple):
    """One thing on the map, in metres from the centre."""

    geometry: BaseGeometry
    facts: dict[str, str | int]


Layers = dict[str, list[Shape]]


def lon_lat(x: float, y: float) -> tuple[float, float]:
    """Metres east and north of the centre, as WGS 84 with a step of about 0.1 m."""
    lon = CENTRE_LON + x / (111_320 * math.cos(math.radians(CENTRE_LAT)))
    return round(lon, 6), round(CENTRE_LAT + y / 110_574, 6)


def warp(u: float, v: float) -> XY:
    """Bend the street grid, as hills and history do."""
    a = 0.16 + 0.10 * math.sin(u / 5200) + 0.06 * math.cos(v / 4100)
    x = u * math.cos(a) - v * math.sin(a) + 230 * math.sin(v / 1700) + 120 * math.sin((u + v) / 2300)
    y = u * math.sin(a) + v * math.cos(a) + 260 * math.sin(u / 2100 + 1) + 110 * math.cos((u - v) / 1900)
    return x, y


def river_y(x: float) -> float:
    """The middle of the river at x."""
    return -900 + 700 * math.sin(x / 3300) + 260 * math.sin(x / 1250 + 0.7)


def shore_x(y: float) -> float:
    """Where the lake begins at y."""
    return 5150 + 420 * math.sin(y / 1500 + 0.6) + 140 * math.sin(y / 520)


def park_edge(park: tuple[str, int, int, int, int], angle: float, scale: float = 1.0) -> XY:
    """The edge of a park in one direction."""
    _, cx, cy, rx, ry = park
    k = scale * (1 + 0.12 * math.sin(3 * angle + cx) + 0.07 * math.cos(5 * angle + cy))
    return cx + rx * k * math.cos(angle), cy + ry * k * math.sin(angle)


def turn(steps: int) -> list[float]:
    """Angles once around."""
    return [2 * math.pi * n / steps for n in range(steps)]


def round_town(x: float, y: float) -> float:
    """How far out a point is, with the town wider than high."""
    return math.hypot(x / 1.25, y)


def town_edge(x: float, y: float) -> float:
    """How far out the town goes in that direction."""
    return 4700 + 500 * math.sin(math.atan2(y, x) * 3)


class Ground:
    """Water and parks, and whether a point is in them."""

    def __init__(self) -> None:
        xs = [-9500 + 100 * n for n in range(155)]
        top = [(x, river_y(x) + RIVER_M * (1 + 0.25 * math.sin(x / 700))) for x in xs]
        low = [(x, river_y(x) - RIVER_M * (1 + 0.2 * math.cos(x / 900))) for x in reversed(xs)]
        ys = [-8000 + 80 * n for n in range(201)]
        lake = Polygon([(shore_x(y), y) for y in ys] + [(10_500, 8000), (10_500, -8000)])
        self.water = unary_union([Polygon(top + low), lake])
        self.parks = [Polygon([park_edge(p, a) for a in turn(48)]) for p in PARKS]
        self.ponds = [Polygon([park_edge(p, a, 0.34) for a in turn(40)]) for p in PARKS if p[0] in WITH_POND]
        self._bank = self.water.buffer(45)
        self._green = unary_union(self.parks)
        self._deep_green = self._green.buffer(-60)
        self._lake = lake.buffer(30)

    def bars(self, kind: str, x: float, y: float) -> bool:
        """Whether a road of this kind stops here: small ones at any water, large ones only at the lake."""
        here = Point(x, y)
        if kind == "l":
            return self._bank.contains(here) or self._green.contains(here)
        return self._lake.contains(here) or (kind == "a" and self._deep_green.contains(here))

    def buildable(self, x: float, y: float) -> bool:
        """Whether a house may stand here."""
        here = Point(x, y)
        return not (self._bank.buffer(35).contains(here) or self._green.buffer(40).contains(here))


def kind_of(line: int) -> str:
    """Which roads of the grid are the large ones."""
    if line % 16 == 0:
        return "p"
    return "a" if line % 6 == 0 else "l"


def street_names() -> dict[tuple[int, int], str]:
    """A name for every large road of the grid: streets run north, avenues run east."""
    names: dict[tuple[int, int], str] = {}
    fresh = iter(STREETS)
    large = sorted((n for n in range(-42, 43) if kind_of(n) != "l"), key=abs)
    for line in large:
        for axis, suffix in ((0, "Street"), (1, "Avenue")):
            if (name := next(fresh, None)) is not None:
                names[axis, line] = f"{name} {suffix}"
    return names


def runs(points: Iterable[XY], keep: Callable[[XY, int], bool]) -> Iterable[list[XY]]:
    """The stretches of a line that are kept."""
    stretch: list[XY] = []
    for n, point in enumerate(points):
        if keep(point, n):
            stretch.append(point)
            continue
        if len(stretch) > 1:
            yield stretch
        stretch = []
    if len(stretch) > 1:
        yield stretch


def grid_roads(ground: Ground, names: dict[tuple[int, int], str]) -> Iterable[Shape]:
    """The bent grid, with gaps, so that it looks grown."""
    half = {0: 60, 1: 47}
    for axis in (0, 1):
        for line in range(-half[axis], half[axis] + 1):
            kind = kind_of(line)
            along = half[1 - axis] * 2
            spots = [(line * BLOCK_M, j * BLOCK_M / 2) for j in range(-along, along + 1)]
            points = [warp(*(spot if axis == 0 else spot[::-1])) for spot in spots]

            def keep(at: XY, n: int, kind: str = kind, line: int = line, axis: int = axis) -> bool:
                reach = 1.3 if kind == "p" else 1.0
                if round_town(*at) >= town_edge(*at) * reach or ground.bars(kind, *at):
                    return False
                gap = (line + 500) * 7919 + (n // 3 + 900) * 104_729 + axis * 31
                return kind != "l" or gap % 97 >= 13

            name = names.get((axis, line))
            facts: dict[str, str | int] = {"k": kind, "n": name} if name else {"k": kind}
            for stretch in runs(points, keep):
                yield Shape(LineString(stretch), facts)


def great_roads(ground: Ground) -> Iterable[Shape]:
    """Three rings and eight roads out of town."""
    for radius, kind, name in (
        (1500, "a", "Inner Ring"),
        (3000, "p", "Middle Ring"),
        (4750, "m", "Outer Ring"),
    ):
        ring: list[XY] = []
        for a in [*turn(180), 0.0]:
            r = radius * (1 + 0.05 * math.sin(3 * a + radius) + 0.03 * math.cos(5 * a))
            ring.append((r * 1.22 * math.cos(a), r * math.sin(a)))
        for stretch in runs(ring, lambda at, _n: not ground.bars("m", *at)):
            yield Shape(LineString(stretch), {"k": kind, "n": name})
    for n, start in enumerate(turn(8)):
        spoke: list[XY] = []
        for step in range(40):
            r = 1450 + step * 138
            a = start + 0.10 * math.sin(r / 1500 + start * 2) + 0.35
            spoke.append((r * 1.2 * math.cos(a), r * math.sin(a)))
        facts: dict[str, str | int] = {"k": "m" if n % 3 == 0 else "p", "n": f"{STREETS[-1 - n]} Road"}
        for stretch in runs(spoke, lambda at, _n: not ground.bars("m", *at)):
            yield Shape(LineString(stretch), facts)


def houses(ground: Ground, dice: random.Random) -> Iterable[Shape]:
    """Two to six houses in a block, fewer outside."""
    for i in range(-60, 60):
        for j in range(-47, 47):
            x, y = warp((i + 0.5) * BLOCK_M, (j + 0.5) * BLOCK_M)
            out = round_town(x, y)
            if out > 3600 or not ground.buildable(x, y) or dice.random() < 0.06:
                continue
            yield from block(i, j, 1.0 if out < 1800 else 0.75, dice)


def block(i: int, j: int, density: float, dice: random.Random) -> Iterable[Shape]:
    """The houses of one block."""
    wide, deep = (3, 2) if dice.random() < 0.5 else (2, 2)
    if dice.random() < 0.12:
        wide, deep = 1, 1
    for a in range(wide):
        for b in range(deep):
            if dice.random() > density:
                continue
            u, v = (i + 0.13 + 0.74 * a / wide) * BLOCK_M, (j + 0.13 + 0.74 * b / deep) * BLOCK_M
            du = 0.74 / wide * BLOCK_M * dice.uniform(0.6, 0.9)
            dv = 0.74 / deep * BLOCK_M * dice.uniform(0.55, 0.9)
            corners = [warp(u, v), warp(u + du, v), warp(u + du, v + dv), warp(u, v + dv)]
            yield Shape(Polygon(corners), {})


def draw() -> Layers:
    """The whole city, by layer."""
    ground = Ground()
    labels = [Shape(Point(p[1], p[2]), {"t": p[0], "c": "park"}) for p in PARKS]
    labels += [Shape(Point(x, y), {"t": name.upper(), "c": "district"}) for _, name, x, y in BUREAUS]
    labels += [Shape(Point(6600, 600), {"t": "Lake Lumen", "c": "water"})]
    return {
        "water": [Shape(g, {}) for g in (ground.water, *ground.ponds)],
        "green": [Shape(g, {}) for g in ground.parks],
        "buildings": list(houses(ground, random.Random(7))),
        "roads": [*grid_roads(ground, street_names()), *great_roads(ground)],
        "labels": labels,
    }
