"""Who could go."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fakes.precinct import MARKET, add_patrol, build_town, person
from safecity.base import Actor, Node, Place, SetClock, distance_m
from safecity.base import moved as gone
from safecity.dispatch import Fix, Positions, UnitKind, assign, nearest, report_position
from safecity.incidents import declare


async def test_the_nearest_free_units_are_offered_and_those_unseen_come_last(
    node: Node, clock: SetClock, operator: Actor
):
    await build_town(node)
    positions = Positions()
    far = await add_patrol(node, "C-1", ("person:1",))
    near = await add_patrol(node, "C-2", ("person:2",), kind=UnitKind.FOOT)
    busy = await add_patrol(node, "C-3", ("person:3",))
    away = await add_patrol(node, "C-4", ("person:4",), on_shift=False)
    silent = await add_patrol(node, "C-5", ("person:5",))
    lost = await add_patrol(node, "E-6", ("person:6",), bureau="EAS", kind=UnitKind.MOTORCYCLE)
    await report_position(node, person("6", "officer"), positions, lost.id, MARKET)
    clock.pass_(minutes=3)
    for unit, metres in ((far, 1500), (near, 400), (busy, 10)):
        officer = person(unit.call_sign[-1], "officer")
        await report_position(node, officer, positions, unit.id, gone(MARKET, 45, metres))
    declared = await declare(node, operator, kind="fire", place=MARKET)
    await assign(node, operator, declared.id, busy.id)
    offered = await nearest(node, positions, MARKET, 10, bureau="CEN")
    assert [(each.unit.call_sign, each.reason) for each in offered] == [
        ("C-2", "0.4 km away, foot patrol, own bureau"),
        ("C-1", "1.5 km away, patrol car, own bureau"),
        ("C-5", "no position yet, patrol car, own bureau"),
        ("E-6", "last position is 3 min old, motorcycle, from bureau EAS"),
    ]
    assert [each.unit.id for each in await nearest(node, positions, MARKET)] == [near.id, far.id, silent.id]
    assert [each.unit.id for each in await nearest(node, positions, MARKET, only="EAS")] == [lost.id]
    assert away.id not in {each.unit.id for each in offered}


async def test_an_empty_city_offers_nobody(node: Node):
    await build_town(node)
    assert await nearest(node, Positions(), MARKET) == []


PLACES = st.builds(Place, st.floats(-1.45, -1.15), st.floats(36.65, 37.05))


@given(
    units=st.lists(PLACES, max_size=60),
    place=PLACES,
    count=st.integers(1, 5),
    busy=st.sets(st.integers(0, 59)),
)
def test_the_grid_finds_what_looking_at_everyone_finds(
    units: list[Place], place: Place, count: int, busy: set[int]
):
    positions = Positions()
    for number, where in enumerate(units):
        positions.take(Fix(unit=str(number), place=where, at_ms=0), 0)
    free = [(distance_m(place, where), str(n)) for n, where in enumerate(units) if n not in busy]
    found = positions.nearest(place, count, lambda unit: int(unit) not in busy)
    assert [metres for metres, _ in found] == [metres for metres, _ in sorted(free)[:count]]
