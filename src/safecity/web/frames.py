"""Positions on the wire: binary frames of the units that moved.

Frame: `b"P"`, u8 version 1, u16 count, then for each unit u32 number, i32 latitude and i32 longitude in millionths of
a degree, u8 heading (256 steps to the full circle, clockwise from north), u8 status (0 available, 1 dispatched or on
the way, 2 on scene, 3 other, 4 off duty). Little endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping

from safecity.dispatch import Fix, Unit, UnitStatus, units
from safecity.web.house import House
from safecity.web.tell import Seat

HEAD = struct.Struct("<cBH")
ROW = struct.Struct("<IiiBB")
VERSION = 1
MOST_IN_A_FRAME = 4000
STATUS = {
    UnitStatus.AVAILABLE: 0,
    UnitStatus.DISPATCHED: 1,
    UnitStatus.EN_ROUTE: 1,
    UnitStatus.ON_SCENE: 2,
    UnitStatus.CLEARED: 3,
    UnitStatus.OUT_OF_SERVICE: 4,
}


def frames_of(rows: Iterable[bytes]) -> Iterator[bytes]:
    """Packed rows as frames; none where there are no rows."""
    rest = list(rows)
    for start in range(0, len(rest), MOST_IN_A_FRAME):
        part = rest[start : start + MOST_IN_A_FRAME]
        yield HEAD.pack(b"P", VERSION, len(part)) + b"".join(part)


def row_of(unit: Unit, fix: Fix) -> bytes:
    """One unit, packed."""
    return ROW.pack(
        unit.number,
        round(fix.place.lat * 1e6),
        round(fix.place.lon * 1e6),
        round((fix.heading_deg or 0.0) * 256 / 360) % 256,
        STATUS[unit.status],
    )


class Frames:
    """What was sent of the units already. One for all sockets: everyone of a seat gets the same frames."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._units: Mapping[str, Unit] = {}
        self._count = 0
        self._fresh: list[Fix] = []
        self._shown: dict[str, UnitStatus] = {}

    async def refresh(self) -> None:
        """Learns which units moved, or changed what they do, since it was last asked."""
        self._units = {each.id: each for each in await units(self._house.node)}
        self._count, fixes = self._house.positions.since(self._count)
        fresh = {fix.unit: fix for fix in fixes}
        for id_, unit in self._units.items():
            if self._shown.get(id_) is not unit.status:
                self._shown[id_] = unit.status
                fix = self._house.positions.last(id_)
                if fix is not None:
                    fresh[id_] = fix
        self._fresh = list(fresh.values())

    def moved(self, bureau: str | None) -> list[bytes]:
        """The frames of the units that moved, of one bureau or of the city."""
        return self._frames(self._fresh, bureau)

    def all_units(self, seat: Seat, bureau: str | None) -> list[bytes]:
        """The first frames: every unit whose place is known, for those who are told places."""
        if seat not in {Seat.CITY, Seat.BUREAU}:
            return []
        known = (self._house.positions.last(id_) for id_ in self._units)
        return self._frames([fix for fix in known if fix], bureau if seat is Seat.BUREAU else None)

    def _frames(self, fixes: Iterable[Fix], bureau: str | None) -> list[bytes]:
        rows = (
            row_of(unit, fix)
            for fix in fixes
            if (unit := self._units.get(fix.unit)) and (bureau is None or unit.bureau == bureau)
        )
        return list(frames_of(rows))
