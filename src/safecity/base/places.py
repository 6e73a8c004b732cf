"""Places on the ground: WGS 84 points, distances, polygons and a grid that finds the nearest."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from safecity.base.errors import BadInput

EARTH_RADIUS_M = 6_371_008.8  # mean radius of WGS 84 (IUGG)
K = TypeVar("K")


@dataclass(frozen=True)
class Place:
    """A point in degrees, WGS 84. Raises BadInput where it lies off the earth."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.lat) and math.isfinite(self.lon)):
            raise BadInput("A place needs a latitude and a longitude in degrees.")
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise BadInput(f"Latitude {self.lat}, longitude {self.lon} is not on the earth.")


Polygon = Sequence[Place]


def distance_m(a: Place, b: Place) -> float:
    """Great-circle distance in metres (haversine)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat = math.sin((lat_b - lat_a) / 2)
    half_lon = math.sin(math.radians(b.lon - a.lon) / 2)
    square = half_lat * half_lat + math.cos(lat_a) * math.cos(lat_b) * half_lon * half_lon
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(square)))


def bearing_deg(a: Place, b: Place) -> float:
    """The initial course from `a` to `b` in degrees clockwise from north, 0 to 360."""
    lat_a, lat_b, turn = math.radians(a.lat), math.radians(b.lat), math.radians(b.lon - a.lon)
    east = math.sin(turn) * math.cos(lat_b)
    north = math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(turn)
    return math.degrees(math.atan2(east, north)) % 360


def moved(place: Place, bearing: float, metres: float) -> Place:
    """The point so many metres away on a course; good for distances within a city."""
    north = metres * math.cos(math.radians(bearing))
    east = metres * math.sin(math.radians(bearing))
    lat = place.lat + math.degrees(north / EARTH_RADIUS_M)
    lon = place.lon + math.degrees(east / (EARTH_RADIUS_M * math.cos(math.radians(place.lat))))
    return Place(lat, (lon + 180) % 360 - 180)


def contains(polygon: Polygon, place: Place) -> bool:
    """Whether a place lies in a polygon (ray casting, even-odd; the border may fall on either side)."""
    inside = False
    previous = polygon[-1]
    for corner in polygon:
        if (corner.lat > place.lat) != (previous.lat > place.lat):
            share = (place.lat - corner.lat) / (previous.lat - corner.lat)
            if place.lon < corner.lon + share * (previous.lon - corner.lon):
                inside = not inside
        previous = corner
    return inside


class Grid(Generic[K]):
    """Things that move, in square cells, so that the nearest are found without looking at all of them."""

    def __init__(self, cell_m: float = 1000.0) -> None:
        self._cell_deg = math.degrees(cell_m / EARTH_RADIUS_M)
        self._cell_m = cell_m
        self._places: dict[K, Place] = {}
        self._cells: defaultdict[tuple[int, int], set[K]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._places)

    def _cell(self, place: Place) -> tuple[int, int]:
        # One degree of longitude is shorter away from the equator; rings are widened for that in `_rings`.
        return math.floor(place.lat / self._cell_deg), math.floor(place.lon / self._cell_deg)

    def put(self, key: K, place: Place) -> None:
        """Sets or moves a thing."""
        self.remove(key)
        self._places[key] = place
        self._cells[self._cell(place)].add(key)

    def remove(self, key: K) -> None:
        """Forgets a thing; one that is not there is no error."""
        old = self._places.pop(key, None)
        if old is not None:
            self._cells[self._cell(old)].discard(key)

    def place_of(self, key: K) -> Place | None:
        """Where a thing is."""
        return self._places.get(key)

    def nearest(
        self, place: Place, count: int, suits: Callable[[K], bool] = lambda _: True
    ) -> list[tuple[float, K]]:
        """The nearest `count` things that suit, as (metres, key), nearest first."""
        found: list[tuple[float, K]] = []
        seen = 0
        for ring_m, keys in self._rings(place):
            seen += len(keys)
            for key in keys:
                if suits(key):
                    found.append((distance_m(place, self._places[key]), key))
            found.sort(key=lambda pair: pair[0])
            if seen == len(self._places) or (len(found) >= count and found[count - 1][0] <= ring_m):
                break
        return found[:count]

    def _rings(self, place: Place) -> Iterator[tuple[float, list[K]]]:
        """Rings of cells around a place: everything closer than the distance given has been yielded."""
        row, column = self._cell(place)
        narrow = max(0.01, math.cos(math.radians(place.lat)))
        for radius in range(math.ceil(360 / self._cell_deg) + 1):
            edge = [
                (row + i, column + j)
                for i in range(-radius, radius + 1)
                for j in (range(-radius, radius + 1) if abs(i) == radius else (-radius, radius))
            ]
            keys = [key for cell in edge if cell in self._cells for key in self._cells[cell]]
            yield radius * self._cell_m * narrow, keys
