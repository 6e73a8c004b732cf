"""Positions on the wire."""

from __future__ import annotations

import struct
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some

from fakes.website import MARKET, open_town
from safecity.base import Node, Place
from safecity.dispatch import Fix, Unit, UnitKind, UnitStatus, end_shift, report_position
from safecity.web.frames import HEAD, MOST_IN_A_FRAME, ROW, Frames, frames_of, row_of
from safecity.web.tell import Seat


def a_unit(status: UnitStatus = UnitStatus.AVAILABLE) -> Unit:
    return Unit(id="u", number=7, call_sign="C", kind=UnitKind.CAR, bureau="CEN", status=status)


def read(frame: bytes) -> list[tuple[int, int, int, int, int]]:
    """As a browser reads it."""
    mark, version, count = struct.unpack_from("<cBH", frame)
    assert (mark, version) == (b"P", 1)
    assert len(frame) == 4 + 14 * count
    return [struct.unpack_from("<IiiBB", frame, 4 + 14 * n) for n in range(count)]


@given(
    lat=some.floats(-90, 90),
    lon=some.floats(-180, 180),
    heading=some.none() | some.floats(0, 360),
    status=some.sampled_from(UnitStatus),
)
def test_a_unit_is_packed_to_a_tenth_of_a_metre(
    lat: float, lon: float, heading: float | None, status: UnitStatus
):
    fix = Fix(unit="u", place=Place(lat, lon), at_ms=0, heading_deg=heading)
    (frame,) = frames_of([row_of(a_unit(status), fix)])
    ((number, north, east, turn, code),) = read(frame)
    assert number == 7
    assert abs(north / 1e6 - lat) < 1e-6
    assert abs(east / 1e6 - lon) < 1e-6
    assert abs((turn * 360 / 256 - (heading or 0) + 180) % 360 - 180) < 1
    assert 0 <= code <= 4


def test_many_units_make_several_frames_and_none_makes_none():
    row = b"x" * ROW.size
    sizes = [len(frame) for frame in frames_of([row] * (MOST_IN_A_FRAME + 1))]
    assert sizes == [HEAD.size + MOST_IN_A_FRAME * ROW.size, HEAD.size + ROW.size]
    assert list(frames_of([])) == []


async def test_only_what_moved_or_changed_is_sent_again(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        frames, positions = Frames(town.house), town.house.positions
        by = town.people["officer"].actor
        await frames.refresh()
        assert frames.moved(None) == []
        await report_position(node, by, positions, town.unit.id, MARKET, heading_deg=90)
        await frames.refresh()
        (frame,) = frames.moved(None)
        assert read(frame) == [(town.unit.number, 50_000, 50_000, 64, 0)]
        assert frames.moved("CEN") == [frame]
        assert frames.moved("EST") == []
        assert frames.all_units(Seat.CITY, None) == [frame]
        assert frames.all_units(Seat.AUDIT, None) == []
        await frames.refresh()
        assert frames.moved(None) == []
        await end_shift(node, by, town.unit.id)
        await frames.refresh()
        (frame,) = frames.moved(None)
        assert read(frame)[0][-1] == 4
