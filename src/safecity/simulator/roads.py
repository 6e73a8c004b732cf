"""The city's roads as a net: the shortest way from one place to another, and where one is on it. Pure.

Distances are metres. Whoever starts or ends away from the roads goes straight to the nearest corner of them.
"""

from __future__ import annotations

import bisect
import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random

from safecity.base import Grid, Place, bearing_deg, distance_m


@dataclass(frozen=True)
class Trip:
    """A way through the city: its corners and how many metres from the start each of them is."""

    corners: tuple[Place, ...]
    metres: tuple[float, ...]

    @property
    def length_m(self) -> float:
        """How long the way is."""
        return self.metres[-1]

    def at(self, gone_m: float) -> tuple[Place, float]:
        """The place after so many metres, and the heading in degrees clockwise from north."""
        gone_m = min(max(gone_m, 0.0), self.length_m)
        right = min(max(bisect.bisect_right(self.metres, gone_m), 1), len(self.corners) - 1)
        start, end = self.corners[right - 1], self.corners[right]
        span = self.metres[right] - self.metres[right - 1]
        share = (gone_m - self.metres[right - 1]) / span if span else 0.0
        place = Place(start.lat + (end.lat - start.lat) * share, start.lon + (end.lon - start.lon) * share)
        return place, bearing_deg(start, end)


def trip_of(corners: Sequence[Place]) -> Trip:
    """A trip along corners, in order; there are two at least."""
    steps = (distance_m(a, b) for a, b in pairwise(corners))
    return Trip(tuple(corners), tuple(accumulate(steps, initial=0.0)))


class Roads:
    """The net of roads. Corners that roads share are where one can turn."""

    def __init__(self, roads: Sequence[Sequence[Place]]) -> None:
        links: dict[Place, dict[Place, float]] = {}
        for road in roads:
            for a, b in pairwise(road):
                links.setdefault(a, {})[b] = links.setdefault(b, {})[a] = distance_m(a, b)
        self._links = _largest(links)
        self._corners: Grid[Place] = Grid(cell_m=400.0)
        for corner in self._links:
            self._corners.put(corner, corner)

    def corner_near(self, place: Place) -> Place:
        """The corner of the roads nearest to a place."""
        return self._corners.nearest(place, 1)[0][1]

    def stroll(self, beat: Place, within_m: float, chance: Random) -> Place:
        """Some corner not too far from a beat."""
        near = [corner for away, corner in self._corners.nearest(beat, 40) if away <= within_m]
        return chance.choice(near) if near else self.corner_near(beat)

    def trip(self, start: Place, goal: Place) -> Trip:
        """The shortest way by road (A*), with the first and the last metres off it."""
        corners = [start, *self._shortest(self.corner_near(start), self.corner_near(goal)), goal]
        kept = [corners[0], *(b for a, b in pairwise(corners) if distance_m(a, b) > 0.5)]
        return trip_of(kept if len(kept) > 1 else [start, goal])

    def _shortest(self, start: Place, goal: Place) -> list[Place]:
        came: dict[Place, Place] = {}
        best = {start: 0.0}
        # The count breaks ties, since places have no order.
        queue = [(distance_m(start, goal), 0, start)]
        count = 0
        while queue:
            _, _, here = heapq.heappop(queue)
            if here == goal:
                break
            for there, metres in self._links[here].items():
                length = best[here] + metres
                if length < best.get(there, float("inf")):
                    best[there], came[there] = length, here
                    count += 1
                    heapq.heappush(queue, (length + distance_m(there, goal), count, there))
        way = [goal]
        while way[-1] != start:
            way.append(came[way[-1]])
        return way[::-1]


def _largest(links: dict[Place, dict[Place, float]]) -> dict[Place, dict[Place, float]]:
    """The largest part of the net that hangs together; a lane that leads nowhere is left out."""
    left, largest = set(links), set[Place]()
    while left:
        found, edge = set[Place](), [left.pop()]
        while edge:
            here = edge.pop()
            found.add(here)
            edge += [there for there in links[here] if there not in found]
        left -= found
        largest = max(largest, found, key=len)
    return {here: there for here, there in links.items() if here in largest}
