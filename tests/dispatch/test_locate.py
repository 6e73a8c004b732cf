"""Where units are."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, add_patrol, build_town, facts, person
from safecity.base import (
    Actor,
    BadInput,
    Conflict,
    Node,
    NotAllowed,
    NotFound,
    SetClock,
    last_seq,
    to_ms,
)
from safecity.base import moved as gone
from safecity.dispatch import (
    Fix,
    Positions,
    end_shift,
    forget_tracks,
    positions_at,
    recall,
    report_position,
    track,
)

AMINA = person("amina", "officer")


async def test_a_patrol_drives_and_leaves_a_track_every_half_minute(node: Node, clock: SetClock):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",))
    positions = Positions()
    start_ms, since = to_ms(clock.now()), await last_seq(node.database)
    for second in range(91):
        await report_position(
            node, AMINA, positions, unit.id, gone(MARKET, 90, 15.0 * second), heading_deg=90.0
        )
        clock.pass_(seconds=1)
    kept = await track(node, unit.id, from_ms=start_ms, to_ms=to_ms(clock.now()))
    assert [(fix.at_ms - start_ms) // 1000 for fix in kept] == [0, 30, 60, 90]
    assert await facts(node, since) == [], "positions are not facts"
    last = positions.last(unit.id)
    assert last is not None
    assert (last.count, last.heading_deg) == (91, 90.0)


async def test_only_the_units_own_people_and_devices_say_where_it_is(node: Node, operator: Actor):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina", "device:c-1"))
    positions = Positions()
    device = Actor(id="device:c-1", roles=frozenset({"device"}))
    assert await report_position(node, device, positions, unit.id, MARKET) is not None
    for by in (person("brian", "officer"), operator, Actor(id="device:x", roles=frozenset({"device"}))):
        with pytest.raises(NotAllowed):
            await report_position(node, by, positions, unit.id, MARKET)
    with pytest.raises(NotFound, match="no such unit"):
        await report_position(node, AMINA, positions, "nothing", MARKET)


async def test_off_duty_nobody_is_followed(node: Node):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",))
    positions = Positions()
    await end_shift(node, AMINA, unit.id, positions)
    with pytest.raises(Conflict, match="C-1 is off shift; its position is not kept"):
        await report_position(node, AMINA, positions, unit.id, MARKET)
    assert len(positions) == 0


async def test_a_wrong_position_changes_nothing(node: Node, clock: SetClock):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",))
    positions = Positions()
    first = await report_position(node, AMINA, positions, unit.id, MARKET)
    clock.pass_(seconds=10)
    with pytest.raises(BadInput, match="that cannot be"):
        await report_position(node, AMINA, positions, unit.id, gone(MARKET, 0, 5000))
    with pytest.raises(BadInput, match="in the future"):
        await report_position(node, AMINA, positions, unit.id, MARKET, at_ms=to_ms(clock.now()) + 60_000)
    assert positions.last(unit.id) == first
    late = to_ms(clock.now()) - 11_000
    assert await report_position(node, AMINA, positions, unit.id, MARKET, at_ms=late) is None
    assert positions.last(unit.id) == first, "a position that was overtaken on the way is dropped"


async def test_after_a_restart_the_last_places_are_taken_up(node: Node, clock: SetClock):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",))
    await report_position(node, AMINA, Positions(), unit.id, MARKET)
    clock.pass_(seconds=100)
    again = Positions()
    assert await recall(node, again) == 1
    last = again.last(unit.id)
    assert last is not None
    assert last.place == MARKET
    clock.pass_(seconds=21)
    assert await recall(node, Positions()) == 0


async def test_tracks_are_forgotten_in_time(
    node: Node, clock: SetClock, administrator: Actor, operator: Actor
):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",))
    await report_position(node, AMINA, Positions(), unit.id, MARKET)
    now_ms = to_ms(clock.now())
    with pytest.raises(NotAllowed):
        await forget_tracks(node, operator, before_ms=now_ms)
    assert await forget_tracks(node, administrator, before_ms=now_ms) == 0
    assert await forget_tracks(node, administrator, before_ms=now_ms + 1) == 1
    assert await track(node, unit.id, from_ms=0, to_ms=now_ms) == []


def test_a_viewer_asks_only_for_what_is_new():
    positions = Positions()
    for at_ms, unit in enumerate(("a", "b", "a"), start=1):
        positions.take(Fix(unit=unit, place=MARKET, at_ms=at_ms), 1000)
    count, all_of_them = positions.since(0)
    assert (count, [fix.unit for fix in all_of_them]) == (3, ["a", "b"])
    assert [fix.unit for fix in positions.since(2)[1]] == ["a"]
    assert positions.since(3) == (3, [])
    positions.forget("a")
    assert len(positions) == 1
    positions.forget("a")


async def test_where_units_were_at_a_moment_is_told_from_their_tracks(node: Node, clock: SetClock):
    await build_town(node)
    unit = await add_patrol(node, "C-1", ("person:amina",))
    positions, start_ms = Positions(), to_ms(clock.now())
    for minute in range(3):
        await report_position(node, AMINA, positions, unit.id, gone(MARKET, 90, 600.0 * minute))
        clock.pass_(minutes=1)

    async def places(at_ms: int) -> list[int]:
        return [fix.at_ms - start_ms for fix in await positions_at(node, at_ms)]

    assert await places(start_ms - 1) == []
    assert await places(start_ms + 59_999) == [0]
    assert await places(start_ms + 60_000) == [60_000]
    assert await places(start_ms + 240_000) == [120_000]
    assert await places(start_ms + 240_001) == [], "two minutes later nobody knows"
