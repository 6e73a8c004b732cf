"""An incident's way, from the first sign to the end, becomes figures."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from safecity.alerts import AlertAcknowledged, AlertDismissed, AlertRaised
from safecity.base import NODE, Actor, Change, Event, Node, SetClock, read_entries, to_ms
from safecity.footage import LookForm, PictureLooked
from safecity.incidents import IncidentDeclared, IncidentMoved
from safecity.oversight import Response, Times, keep_times, looks, response_times
from safecity.oversight.keep_times import place_of, take

DAY_MS = 86_400_000


async def tell(node: Node, event: Event, by: Actor = NODE) -> None:
    async def work(change: Change) -> None:
        change.tell(event)

    await node.change(by, work)


async def fold(node: Node) -> None:
    for entry in await read_entries(node.database, await place_of(node)):
        await take(node, entry.fact())


def raised(alert: str) -> AlertRaised:
    return AlertRaised(
        alert=alert, reference="A-1", alert_kind="fight", source="call", priority=1, bureau="CEN", camera=None, lat=0,
        lon=0,
        sighting=None, due_ms=0,
    )  # fmt: skip


def declared(incident: str, *alerts: str, bureau: str = "CEN", priority: int = 1) -> IncidentDeclared:
    return IncidentDeclared(
        incident=incident,
        reference="I-1",
        incident_kind="fight",
        cameras=(),
        priority=priority,
        bureau=bureau,
        lat=0,
        lon=0,
        alerts=alerts,
    )


def moved(incident: str, move: str, state: str) -> IncidentMoved:
    return IncidentMoved(
        incident=incident,
        reference="I-1",
        bureau="CEN",
        priority=1,
        move=move,
        before="",
        state=state,
        note=None,
    )


async def rows(node: Node) -> list[Response]:
    from safecity.oversight.store import SQL

    return await node.database.fetch(Response, SQL["responses"], from_ms=0, to_ms=10**15)


async def day(node: Node) -> Times:
    now = to_ms(node.clock.now())
    return await response_times(node, from_ms=now - DAY_MS, to_ms=now + 1)


async def test_the_way_of_an_incident(node: Node, clock: SetClock):
    start = to_ms(clock.now())
    await tell(node, raised("a1"))
    clock.pass_(seconds=20)
    await tell(node, raised("a2"))
    clock.pass_(seconds=20)
    await tell(node, AlertAcknowledged(alert="a1", reference="A-1"))
    clock.pass_(seconds=20)
    await tell(node, declared("i1", "a1", "a2"))
    for seconds, move, state in (
        (30, "dispatch", "dispatched"),
        (240, "arrive", "on_scene"),
        (600, "resolve", "resolved"),
    ):
        clock.pass_(seconds=seconds)
        await tell(node, moved("i1", move, state))
    await fold(node)
    (one,) = await rows(node)
    offsets = (
        one.raised_ms,
        one.answered_ms,
        one.declared_ms,
        one.dispatched_ms,
        one.on_scene_ms,
        one.resolved_ms,
    )
    assert [None if each is None else (each - start) // 1000 for each in offsets] == [0, 40, 60, 90, 330, 930]
    figures = {figure.span: figure.p50_s for figure in (await day(node)).city.figures}
    assert figures == {"answer": 40.0, "assign": 30.0, "arrive": 270.0, "resolve": 870.0}


async def test_declaring_is_an_answer_too(node: Node, clock: SetClock):
    await tell(node, raised("a1"))
    clock.pass_(seconds=15)
    await tell(node, declared("i1", "a1"))
    await fold(node)
    (one,) = await rows(node)
    assert one.answered_ms == one.declared_ms


async def test_only_the_first_dispatch_and_arrival_count_but_the_last_settling(node: Node, clock: SetClock):
    await tell(node, declared("i1"))
    for move, state in (
        ("dispatch", "dispatched"), ("stand_down", "declared"), ("dispatch", "dispatched"), ("arrive", "on_scene"),
        ("resolve", "resolved"), ("reopen", "declared"), ("arrive", "on_scene"), ("resolve", "resolved"),
        ("close", "closed"),
    ):  # fmt: skip
        clock.pass_(minutes=1)
        await tell(node, moved("i1", move, state))
    await fold(node)
    (one,) = await rows(node)
    reached = [one.dispatched_ms, one.on_scene_ms, one.resolved_ms]
    assert [(each or 0) - one.declared_ms for each in reached] == [60_000, 240_000, 480_000]


async def test_an_incident_without_an_alert_has_no_answer_time(node: Node):
    await tell(node, declared("i1"))
    await fold(node)
    assert (await rows(node))[0].raised_ms is None


async def test_merged_incidents_are_counted_where_they_went_on(node: Node):
    await tell(node, declared("i1"))
    await tell(node, declared("i2"))
    await tell(node, moved("i2", "merge", "merged"))
    await fold(node)
    assert len(await rows(node)) == 1


async def test_dismissed_alerts_are_forgotten(node: Node):
    await tell(node, raised("a1"))
    await tell(node, AlertDismissed(alert="a1", reference="A-1", reason_code="false_alarm"))
    await tell(node, declared("i1", "a1"))
    await fold(node)
    assert (await rows(node))[0].raised_ms is None


async def test_a_fact_heard_twice_counts_once(node: Node, operator: Actor):
    look = PictureLooked(camera="c1", form=LookForm.LIVE)
    for purpose in ("incident:i1", "incident:i2", "wall"):
        await tell(node, look, operator.for_purpose(purpose))
    facts = [entry.fact() for entry in await read_entries(node.database, 0)]
    for fact in [*facts, *facts]:
        await take(node, fact)
    now = to_ms(node.clock.now())
    counts = await looks(node, from_ms=now, to_ms=now + 1)
    assert {(each.purpose, each.kind, each.masked): each.looks for each in counts} == {
        ("incident", "live", True): 2,
        ("wall", "live", True): 1,
    }


async def test_the_listener_goes_on_where_it_stopped(node: Node):
    async def until(count: int) -> None:
        task = asyncio.get_running_loop().create_task(keep_times(node))
        async with asyncio.timeout(10):
            while len(await rows(node)) < count:
                await asyncio.sleep(0.005)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    await tell(node, declared("i1"))
    await until(1)
    await tell(node, declared("i2"))
    await until(2)
    assert await place_of(node) == 2
