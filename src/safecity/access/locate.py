"""Says which bureau answers for a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import msgspec

from safecity.access.allow import allow
from safecity.access.events import BureauAdded
from safecity.access.model import Action, Bureau
from safecity.access.rules import checked_code, checked_name, checked_polygon
from safecity.access.store import SQL, BureauRow
from safecity.base import Actor, Change, Database, Node, Place, contains


@dataclass(frozen=True)
class _Ground:
    """A bureau with the box around it, which is looked at first."""

    bureau: Bureau
    south: float
    north: float
    west: float
    east: float

    def holds(self, place: Place) -> bool:
        boxed = self.south <= place.lat <= self.north and self.west <= place.lon <= self.east
        return boxed and contains(self.bureau.polygon, place)


@dataclass(frozen=True)
class _Stamp:
    """What changes whenever a bureau does, in this process or another."""

    many: int
    changed_ms: int


# Read once for each database, and again after a bureau was added or changed.
_known: WeakKeyDictionary[Database, tuple[_Stamp, list[_Ground]]] = WeakKeyDictionary()


async def add_bureau(node: Node, by: Actor, *, code: str, name: str, polygon: Sequence[Place]) -> Bureau:
    """Adds a bureau, or changes the name and ground of one. Raises NotAllowed, BadInput."""
    allow(by, Action.MANAGE_BUREAUS)
    bureau = Bureau(code=checked_code(code), name=checked_name(name), polygon=checked_polygon(polygon))
    corners = [(corner.lat, corner.lon) for corner in bureau.polygon]

    async def work(change: Change) -> Bureau:
        await change.execute(
            SQL["put_bureau"],
            code=code,
            name=bureau.name,
            polygon_json=msgspec.json.encode(corners).decode(),
            changed_ms=change.now_ms,
        )
        change.tell(BureauAdded(bureau=code))
        return bureau

    await node.change(by, work)
    _known.pop(node.database, None)  # a set clock may stand still
    return bureau


async def bureaus(node: Node) -> list[Bureau]:
    """All bureaus, by code."""
    return [ground.bureau for ground in await _grounds(node)]


async def bureau_at(node: Node, place: Place) -> Bureau | None:
    """The bureau that answers for a place, or None outside all of them."""
    return next((ground.bureau for ground in await _grounds(node) if ground.holds(place)), None)


async def _grounds(node: Node) -> list[_Ground]:
    stamp = (await node.database.fetch(_Stamp, SQL["bureaus_stamp"]))[0]
    known = _known.get(node.database)
    if known is None or known[0] != stamp:
        rows = await node.database.fetch(BureauRow, SQL["bureaus"])
        known = stamp, [_ground(row.bureau()) for row in rows]
        _known[node.database] = known
    return known[1]


def _ground(bureau: Bureau) -> _Ground:
    lats = [corner.lat for corner in bureau.polygon]
    lons = [corner.lon for corner in bureau.polygon]
    return _Ground(bureau, min(lats), max(lats), min(lons), max(lons))
