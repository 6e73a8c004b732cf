"""Draws Lumora, the demo city, and writes it down. Invented, always the same, CC0.

Writes the map that the browser shows (PMTiles), and one JSON file twice: for the browser and the simulator.
    python tools/city_map.py            draw again
    python tools/city_map.py --check    fail if the committed files differ from what would be drawn
"""

import argparse
import gzip
import importlib
import io
import json
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import unary_union, voronoi_diagram
from shapely.strtree import STRtree

from city_plan import (
    BLOCK_M,
    BUREAUS,
    CENTRE_LAT,
    CENTRE_LON,
    XY,
    Layers,
    Shape,
    draw,
    lon_lat,
    round_town,
    street_names,
    turn,
    warp,
)

ROOT = Path(__file__).resolve().parent.parent
STATIC = ROOT / "src/safecity/web/static/city"
COPIES = (STATIC / "city.json", ROOT / "src/safecity/simulator/city.json")
TILES = STATIC / "demo.pmtiles"

NAME = "Lumora"
ZOOM = 13.4
TIMEZONE = "Etc/UTC"
MAIN = ("a", "p", "m")
TILE_ZOOMS = range(10, 15)


def parts_of(geometry: BaseGeometry) -> list[BaseGeometry]:
    """A shape of many parts, part by part."""
    return list(getattr(geometry, "geoms", [geometry]))


def simplest(area: Polygon, step_m: float) -> Polygon:
    """The area with fewer corners."""
    plain = area.simplify(step_m)
    return plain if isinstance(plain, Polygon) else area


def bureau_areas(layers: Layers) -> dict[str, Polygon]:
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
        pieces = [g for g in parts_of(cell.intersection(town)) if isinstance(g, Polygon)]
        areas[code] = Polygon(simplest(max(pieces, key=lambda g: g.area), 12).exterior)
    return areas


def crossings(
    ground_roads: Sequence[Shape], areas: dict[str, Polygon], most: int = 60
) -> list[dict[str, Any]]:
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
    parts = parts_of(geometry.simplify(step_m))
    rings = [part.exterior if isinstance(part, Polygon) else part for part in parts]
    return [[list(lon_lat(x, y)) for x, y in ring.coords] for ring in rings if not ring.is_empty]


def walkable(roads: Sequence[Shape]) -> list[list[list[float]]]:
    """Large roads cut at every crossing: pieces that meet share their end point exactly."""
    net = unary_union([s.geometry for s in roads if s.facts["k"] in MAIN])
    pieces = [piece for piece in parts_of(net) if piece.length > 25]
    return [line for piece in pieces for line in line_points(piece, 12)]


def facts_of_city(layers: Layers) -> dict[str, Any]:
    """What the console, the palette, the map without WebGL and the simulator need."""
    areas = bureau_areas(layers)
    return {
        "name": NAME,
        "centre": [CENTRE_LON, CENTRE_LAT],
        "zoom": ZOOM,
        "timezone": TIMEZONE,
        "licence": "CC0-1.0",
        "bureaus": [
            {"code": code, "name": name, "polygon": line_points(areas[code], 1)[0]}
            for code, name, _, _ in BUREAUS
        ],
        "crossings": crossings(layers["roads"], areas),
        "roads": walkable(layers["roads"]),
        "water": [ring for s in layers["water"] for ring in line_points(s.geometry, 20)],
        "parks": [ring for s in layers["green"] for ring in line_points(s.geometry, 10)],
        "labels": [{**s.facts, "at": list(lon_lat(*s.geometry.coords[0]))} for s in layers["labels"]],
    }


def mercator(x: float, y: float) -> XY:
    """Metres from the centre, as a fraction of the world's square."""
    lon, lat = lon_lat(x, y)
    s = math.sin(math.radians(lat))
    return (lon + 180) / 360, 0.5 - math.log((1 + s) / (1 - s)) / (4 * math.pi)


def tile_layers(
    world: dict[str, tuple[list[Shape], STRtree]], z: int, x: int, y: int
) -> list[dict[str, Any]]:
    """What one tile shows."""
    side = 1 / 2**z
    edge = box((x - 0.03) * side, (y - 0.03) * side, (x + 1.03) * side, (y + 1.03) * side)

    def inside(px: float, py: float) -> XY:
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


def map_points(move: Callable[[float, float], XY], geometry: BaseGeometry) -> BaseGeometry:
    """The same shape with every point moved."""

    def each(points: Any) -> Any:
        return np.array([move(x, y) for x, y in points])

    return shapely.transform(geometry, each)


def tiles(layers: Layers) -> bytes:
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
            spots += [
                (tile.zxy_to_tileid(z, x, y), z, x, y) for y in range(int(y0 * 2**z), int(y1 * 2**z) + 1)
            ]
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
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--check", action="store_true", help="compare with the committed files, write nothing"
    )
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
