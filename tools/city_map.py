"""Draws Lumora, the demo city: roads, buildings, water, parks, bureaus. Invented, always the same, CC0.

Writes the map that the browser shows (PMTiles), and one JSON file twice: for the browser and for the simulator.
    python tools/city_map.py            draw again
    python tools/city_map.py --check    fail if the committed files differ from what would be drawn
"""

import argparse
import gzip
import importlib
import io
import json
import math
import random
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from shapely.geometry import LineString, MultiPoint, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import transform, unary_union, voronoi_diagram
from shapely.strtree import STRtree

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src/safecity/web/static/city"
COPIES = (STATIC / "city.json", ROOT / "src/safecity/simulator/city.json")
TILES = STATIC / "demo.pmtiles"

NAME = "Lumora"
CENTRE_LON, CENTRE_LAT = 20.0, 10.0
ZOOM = 13.4
TIMEZONE = "Etc/UTC"
BLOCK_M = 150
RIVER_M = 130
MAIN = ("a", "p", "m")
TILE_ZOOMS = range(10, 15)

type_xy = tuple[float, float]

STREETS = (
    "Amber Linden Copper Heron Saffron Mill Orchard Quarry Lantern Cedar Juniper Willow Granary Beacon Kestrel "
    "Meadow Foundry Ropewalk Ferry Pearl Salt Weaver Cooper Marble Falcon Ivory Thistle Maple Olive Almond "
    "Harvest Compass Anchor Bellows Clover Dyer Elder Fennel Glass Hazel Indigo Jasper Kiln Larch"
).split()

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


type_layers = dict[str, list[Shape]]


def lon_lat(x: float, y: float) -> tuple[float, float]:
    """Metres east and north of the centre, as WGS 84 with a step of about 0.1 m."""
    lon = CENTRE_LON + x / (111_320 * math.cos(math.radians(CENTRE_LAT)))
    return round(lon, 6), round(CENTRE_LAT + y / 110_574, 6)


def warp(u: float, v: float) -> type_xy:
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


def park_edge(park: tuple[str, int, int, int, int], angle: float, scale: float = 1.0) -> type_xy:
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
        self.ponds = [
            Polygon([park_edge(p, a, 0.34) for a in turn(40)]) for p in PARKS if p[0] in WITH_POND
        ]
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


def runs(points: Iterable[type_xy], keep: Callable[[type_xy, int], bool]) -> Iterable[list[type_xy]]:
    """The stretches of a line that are kept."""
    stretch: list[type_xy] = []
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

            def keep(at: type_xy, n: int, kind: str = kind, line: int = line, axis: int = axis) -> bool:
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
    for radius, kind, name in ((1500, "a", "Inner Ring"), (3000, "p", "Middle Ring"), (4750, "m", "Outer Ring")):
        ring: list[type_xy] = []
        for a in [*turn(180), 0.0]:
            r = radius * (1 + 0.05 * math.sin(3 * a + radius) + 0.03 * math.cos(5 * a))
            ring.append((r * 1.22 * math.cos(a), r * math.sin(a)))
        for stretch in runs(ring, lambda at, _n: not ground.bars("m", *at)):
            yield Shape(LineString(stretch), {"k": kind, "n": name})
    for n, start in enumerate(turn(8)):
        spoke: list[type_xy] = []
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


def draw() -> type_layers:
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


def bureau_areas(layers: type_layers) -> dict[str, Polygon]:
    """The town shared out: each bureau has what is nearest to it, up to the shore."""
    outline = [(0.0, 0.0)] * 72
    for n, a in enumerate(turn(72)):
        r = 250 + 4700 + 500 * math.sin(a * 3)
        outline[n] = (r * 1.25 * math.cos(a), r * math.sin(a))
    lake = layers["water"][0].geometry.intersection(box(3500, -9000, 11_000, 9000))
    town = Polygon(outline).difference(lake.buffer(1))
    seats = MultiPoint([(x, y) for _, _, x, y in BUREAUS])
    areas: dict[str, Polygon] = {}
    for cell in voronoi_diagram(seats, envelope=Polygon(outline).envelope).geoms:
        code = next(c for c, _, x, y in BUREAUS if cell.contains(Point(x, y)))
        parts = cell.intersection(town)
        pieces = [parts] if isinstance(parts, Polygon) else [g for g in parts.geoms if isinstance(g, Polygon)]
        areas[code] = Polygon(max(pieces, key=lambda g: g.area).simplify(12).exterior)
    return areas


def crossings(ground_roads: Sequence[Shape], areas: dict[str, Polygon], most: int = 60) -> list[dict[str, Any]]:
    """Named crossings of large roads, the inner ones first; the bearing is that of the street, from north."""
    names = street_names()
    roads: dict[str, BaseGeometry] = {}
    for name in names.values():
        roads[name] = unary_union([s.geometry for s in ground_roads if s.facts.get("n") == name])
    found: list[tuple[float, dict[str, Any]]] = []
    for (_, i), street in ((k, v) for k, v in names.items() if k[0] == 0):
        for (_, j), avenue in ((k, v) for k, v in names.items() if k[0] == 1):
            x, y = warp(i * BLOCK_M, j * BLOCK_M)
            here = Point(x, y)
            bureau = next((code for code, area in areas.items() if area.buffer(-90).contains(here)), None)
            if bureau is None or roads[street].distance(here) > 1 or roads[avenue].distance(here) > 1:
                continue
            x2, y2 = warp(i * BLOCK_M, j * BLOCK_M + 20)
            bearing = round(math.degrees(math.atan2(x2 - x, y2 - y)) % 360)
            lon, lat = lon_lat(x, y)
            place = {"name": f"{street} / {avenue}", "lon": lon, "lat": lat, "bureau": bureau}
            found.append((round_town(x, y), {**place, "road_bearing_deg": bearing}))
    found.sort(key=lambda each: each[0])
    return [place for _, place in found[:most]]


def line_points(geometry: BaseGeometry, step_m: float) -> list[list[list[float]]]:
    """The lines or rings of a shape as lists of [lon, lat]."""
    plain = geometry.simplify(step_m)
    parts: list[BaseGeometry] = list(getattr(plain, "geoms", [plain]))
    rings = [part.exterior if isinstance(part, Polygon) else part for part in parts]
    return [[list(lon_lat(x, y)) for x, y in ring.coords] for ring in rings if not ring.is_empty]


def walkable(roads: Sequence[Shape]) -> list[list[list[float]]]:
    """Large roads cut at every crossing: pieces that meet share their end point exactly."""
    net = unary_union([s.geometry for s in roads if s.facts["k"] in MAIN])
    pieces = [piece for piece in getattr(net, "geoms", [net]) if piece.length > 25]
    return [line for piece in pieces for line in line_points(piece, 12)]


def facts_of_city(layers: type_layers) -> dict[str, Any]:
    """What the console, the palette, the map without WebGL and the simulator need."""
    areas = bureau_areas(layers)
    return {
        "name": NAME,
        "centre": [CENTRE_LON, CENTRE_LAT],
        "zoom": ZOOM,
        "timezone": TIMEZONE,
        "licence": "CC0-1.0",
        "bureaus": [
            {"code": code, "name": name, "polygon": line_points(areas[code], 1)[0]} for code, name, _, _ in BUREAUS
        ],
        "crossings": crossings(layers["roads"], areas),
        "roads": walkable(layers["roads"]),
        "water": [ring for s in layers["water"] for ring in line_points(s.geometry, 20)],
        "parks": [ring for s in layers["green"] for ring in line_points(s.geometry, 10)],
        "labels": [{**s.facts, "at": list(lon_lat(*s.geometry.coords[0]))} for s in layers["labels"]],
    }


def mercator(x: float, y: float) -> type_xy:
    """Metres from the centre, as a fraction of the world's square."""
    lon, lat = lon_lat(x, y)
    s = math.sin(math.radians(lat))
    return (lon + 180) / 360, 0.5 - math.log((1 + s) / (1 - s)) / (4 * math.pi)


def tile_layers(world: dict[str, tuple[list[Shape], STRtree]], z: int, x: int, y: int) -> list[dict[str, Any]]:
    """What one tile shows."""
    side = 1 / 2**z
    edge = box((x - 0.03) * side, (y - 0.03) * side, (x + 1.03) * side, (y + 1.03) * side)

    def inside(px: float, py: float) -> type_xy:
        return (px - x * side) / side * 4096, (py - y * side) / side * 4096

    layers: list[dict[str, Any]] = []
    for name, (shapes, tree) in world.items():
        if name == "buildings" and z < 13:
            continue
        features: list[dict[str, Any]] = []
        for n in sorted(int(n) for n in tree.query(edge)):
            shape = shapes[n]
            if name == "roads" and z < 12 and shape.facts["k"] == "l":
                continue
            cut = shape.geometry.simplify(side / 2048).intersection(edge)
            if not cut.is_empty:
                features.append({"geometry": map_points(inside, cut), "properties": shape.facts})
        if features:
            layers.append({"name": name, "features": features})
    return layers


def map_points(move: Callable[[float, float], type_xy], geometry: BaseGeometry) -> BaseGeometry:
    """The same shape with every point moved."""

    def each(xs: Any, ys: Any) -> Any:
        moved = [move(x, y) for x, y in zip(xs, ys, strict=True)]
        return [m[0] for m in moved], [m[1] for m in moved]

    return transform(each, geometry)


def tiles(layers: type_layers) -> bytes:
    """The city as one PMTiles archive."""
    mvt: Any = importlib.import_module("mapbox_vector_tile")
    writer: Any = importlib.import_module("pmtiles.writer")
    tile: Any = importlib.import_module("pmtiles.tile")
    world: dict[str, tuple[list[Shape], STRtree]] = {}
    for name, shapes in layers.items():
        moved = [Shape(map_points(mercator, s.geometry), s.facts) for s in shapes]
        world[name] = (moved, STRtree([s.geometry for s in moved]))
    west, south = lon_lat(-9600, -8000)
    east, north = lon_lat(10_600, 8000)
    (x0, y1), (x1, y0) = mercator(-9600, -8000), mercator(10_600, 8000)
    out = io.BytesIO()
    archive = writer.Writer(out)
    spots: list[tuple[int, int, int, int]] = []
    for z in TILE_ZOOMS:
        for x in range(int(x0 * 2**z), int(x1 * 2**z) + 1):
            spots += [(tile.zxy_to_tileid(z, x, y), z, x, y) for y in range(int(y0 * 2**z), int(y1 * 2**z) + 1)]
    for number, z, x, y in sorted(spots):
        if content := tile_layers(world, z, x, y):
            raw = mvt.encode(content, default_options={"y_coord_down": True})
            archive.write_tile(number, gzip.compress(raw, 9, mtime=0))
    header = {"tile_type": tile.TileType.MVT, "tile_compression": tile.Compression.GZIP, "center_zoom": 12}
    for key, degrees in {
        "min_lon": west, "min_lat": south, "max_lon": east, "max_lat": north,
        "center_lon": CENTRE_LON, "center_lat": CENTRE_LAT,
    }.items():  # fmt: skip
        header[f"{key}_e7"] = round(degrees * 1e7)
    about: dict[str, Any] = {"vector_layers": [{"id": name, "fields": {}} for name in world]}
    archive.finalize(header, {**about, "attribution": "Lumora, an invented city, CC0"})
    return out.getvalue()


def main() -> int:
    """Draw the city and write it, or check what is written."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the committed files, write nothing")
    check: bool = parser.parse_args().check
    layers = draw()
    text = json.dumps(facts_of_city(layers), separators=(",", ":"), ensure_ascii=False) + "\n"
    files = {**dict.fromkeys(COPIES, text.encode()), TILES: tiles(layers)}
    stale = [path for path, data in files.items() if not path.is_file() or path.read_bytes() != data]
    for path in stale if not check else ():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[path])
    for path, data in files.items():
        state = "differs" if path in stale and check else "written" if path in stale else "as it was"
        print(f"{path.relative_to(ROOT)}: {len(data) / 1024:.0f} KB, {state}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
