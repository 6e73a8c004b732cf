"""Signs come in; alerts stand there, and the journal says why."""

from __future__ import annotations

import asyncio

import pytest

from fakes.precinct import EAST_MARKET, MARKET, Town, build_town, facts
from safecity.alerts import (
    AlertRaised,
    Sign,
    Source,
    State,
    acknowledge,
    alert,
    alerts,
    contacts,
    raise_alert,
    raise_alerts,
)
from safecity.base import (
    NODE,
    PUBLIC,
    Actor,
    BadInput,
    Node,
    NotAllowed,
    NotFound,
    SetClock,
    last_seq,
    read_entries,
)
from safecity.base import moved as gone

DEVICE = Actor(id="device:gate", roles=frozenset({"device"}))


async def motion(node: Node, town: Town, name: str):
    return await raise_alert(
        node, NODE, kind="movement", source=Source.SIGHTING, camera=town.market.id, sighting=name, id=name
    )


async def test_what_a_camera_saw_becomes_an_alert_of_its_bureau(node: Node):
    town = await build_town(node)
    since = await last_seq(node.database)
    raised = await motion(node, town, "s1")
    assert raised == await alert(node, raised.id)
    assert raised.reference == "A-CEN-0101-0001"
    assert (raised.priority, raised.state, raised.bureau) == (3, State.RAISED, "CEN")
    assert raised.place == town.market.place
    assert raised.place_name == "near Market St, east"
    assert raised.due_ms == raised.raised_ms + 600_000
    (entry,) = await read_entries(node.database, since)
    fact = entry.fact().event
    assert isinstance(fact, AlertRaised)
    assert (fact.alert, fact.alert_kind, fact.sighting) == (raised.id, "movement", "s1")


async def test_what_goes_on_moving_is_one_alert_with_a_count(node: Node, clock: SetClock):
    town = await build_town(node)
    since = await last_seq(node.database)
    for number in range(3):
        await motion(node, town, f"s{number}")
        clock.pass_(minutes=4)
    found = await motion(node, town, "s3")
    clock.pass_(minutes=4)
    assert found.count == 4
    assert found.sighting == "s0"
    assert await facts(node, since) == ["AlertRaised", "AlertGrouped", "AlertGrouped", "AlertGrouped"]
    clock.pass_(minutes=2)
    assert (await motion(node, town, "late")).reference == "A-CEN-0101-0002"


async def test_a_sighting_that_is_told_twice_counts_once(node: Node):
    town = await build_town(node)
    first = await motion(node, town, "s1")
    since = await last_seq(node.database)
    assert await motion(node, town, "s1") == first
    assert await facts(node, since) == []


async def test_two_signs_in_the_same_moment_are_one_alert(node: Node):
    town = await build_town(node)
    first, second = await asyncio.gather(motion(node, town, "s1"), motion(node, town, "s2"))
    assert first.id == second.id
    assert [each.count for each in await alerts(node)] == [2]


async def test_an_urgent_sign_lifts_the_alert_it_joins_and_wakes_it(node: Node, operator: Actor):
    await build_town(node)
    quiet = await raise_alert(node, operator, kind="fire", source=Source.OPERATOR, priority=3, place=MARKET)
    await acknowledge(node, operator, quiet.id)
    since = await last_seq(node.database)
    loud = await raise_alert(
        node, operator, kind="fire", source=Source.CALL, priority=1, place=gone(MARKET, 10, 50)
    )
    assert (loud.id, loud.priority, loud.state, loud.count) == (quiet.id, 1, State.RAISED, 2)
    assert await facts(node, since) == ["AlertGrouped", "AlertRose"]
    assert await alert(node, quiet.id) == loud


async def test_the_most_urgent_alert_is_listed_first(node: Node, operator: Actor):
    await build_town(node)
    for priority, kind in ((4, "noise"), (1, "violence"), (2, "fire")):
        await raise_alert(node, operator, kind=kind, source=Source.OPERATOR, priority=priority, place=MARKET)
    assert [each.priority for each in await alerts(node)] == [1, 2, 4]


async def test_a_place_decides_whose_ground_it_is(node: Node, operator: Actor):
    await build_town(node)
    east = await raise_alert(node, operator, kind="fire", source=Source.OPERATOR, place=EAST_MARKET)
    assert (east.bureau, east.place_name) == ("EAS", "-1.28500, 36.86000")
    assert [each.id for each in await alerts(node, bureau="EAS")] == [east.id]
    nowhere = await raise_alert(
        node, operator, kind="fire", source=Source.OPERATOR, place=gone(EAST_MARKET, 90, 90_000)
    )
    assert (nowhere.bureau, nowhere.reference) == (None, "A-CITY-0101-0001")


async def test_what_a_citizen_writes_never_stands_in_a_fact(node: Node, operator: Actor, auditor: Actor):
    await build_town(node)
    reported = await raise_alert(
        node,
        PUBLIC,
        kind="theft",
        source=Source.REPORT,
        place=MARKET,
        details="My neighbour Joseph took it",
        contact="+254 700 000001",
    )
    assert reported.details == "My neighbour Joseph took it"
    assert await contacts(node, operator, reported.id) == ["+254 700 000001"]
    with pytest.raises(NotAllowed):
        await contacts(node, auditor, reported.id)
    journal = "".join(entry.body for entry in await read_entries(node.database, 0))
    assert "Joseph" not in journal
    assert "000001" not in journal


async def test_a_thousand_come_in_one_transaction_or_none(node: Node):
    await build_town(node)
    signs = [
        Sign(kind=f"kind{n}", source=Source.SENSOR, place=MARKET, id=f"d-{n}", priority=4)
        for n in range(1000)
    ]
    since = await last_seq(node.database)
    raised = await raise_alerts(node, DEVICE, signs)
    assert len({each.id for each in raised}) == 1000
    assert await raise_alerts(node, DEVICE, signs) == raised
    assert await last_seq(node.database) - since == 1000
    with pytest.raises(BadInput, match="place, or the camera"):
        await raise_alerts(
            node,
            DEVICE,
            [Sign(kind="a", source=Source.SENSOR, place=MARKET), Sign(kind="b", source=Source.SENSOR)],
        )
    with pytest.raises(BadInput, match="At most 1000"):
        await raise_alerts(node, DEVICE, [*signs, signs[0]])
    assert await last_seq(node.database) - since == 1000


async def test_a_sign_twice_in_one_post_counts_once(node: Node):
    await build_town(node)
    sign = Sign(kind="door", source=Source.SENSOR, place=MARKET, id="d-1")
    first, second = await raise_alerts(node, DEVICE, [sign, sign])
    assert first == second
    assert first.count == 1


async def test_no_device_can_use_up_anothers_ids(node: Node):
    town = await build_town(node)
    await raise_alert(node, DEVICE, kind="door", source=Source.SENSOR, place=MARKET, id="s1")
    assert (await motion(node, town, "s1")).kind == "movement"


async def test_only_those_who_may_raise_do(node: Node, officer: Actor, auditor: Actor):
    await build_town(node)
    panic = await raise_alert(node, officer, kind="panic", source=Source.PANIC, place=MARKET)
    assert (panic.priority, panic.title) == (1, "Officer calls for help")
    for by, source in ((officer, Source.OPERATOR), (auditor, Source.CALL), (PUBLIC, Source.PANIC)):
        with pytest.raises(NotAllowed):
            await raise_alert(node, by, kind="fire", source=source, place=MARKET)


async def test_a_camera_that_is_not_there_is_a_sentence(node: Node):
    await build_town(node)
    with pytest.raises(NotFound):
        await raise_alert(node, NODE, kind="movement", source=Source.SIGHTING, camera="nowhere")
