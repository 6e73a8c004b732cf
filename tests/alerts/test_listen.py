"""Detection saw something; an alert is raised, once."""

from __future__ import annotations

import asyncio

from fakes.precinct import build_town
from safecity.alerts import alerts, hear, hear_clock, listen
from safecity.base import NODE, Change, Event, Node
from safecity.detection import Box, SightingStarted
from safecity.footage import CameraClockRight, CameraClockWrong


def sighting(name: str, camera: str) -> SightingStarted:
    return SightingStarted(sighting=name, camera=camera, started_ms=0, box=Box(0.1, 0.1, 0.2, 0.3))


async def tell(node: Node, *events: Event) -> None:
    async def work(change: Change) -> None:
        for event in events:
            change.tell(event)

    await node.change(NODE, work)


async def until_count(node: Node, count: int) -> None:
    """Waits for the journal to hold alerts with so many signs; every fact wakes it, nothing is slept away."""
    async for _ in node.bus.subscribe(0):
        if sum(each.count for each in await alerts(node)) >= count:
            return


async def heard(node: Node, count: int) -> None:
    listener = asyncio.get_running_loop().create_task(listen(node))
    await asyncio.wait_for(until_count(node, count), 10)
    listener.cancel()
    await asyncio.gather(listener, return_exceptions=True)


async def test_a_listener_that_was_stopped_misses_none_and_doubles_none(node: Node):
    town = await build_town(node)
    await tell(node, sighting("s1", town.market.id), sighting("s2", town.station.id))
    await heard(node, 2)
    await tell(node, sighting("s3", town.market.id))
    await heard(node, 3)
    found = {each.camera: each.count for each in await alerts(node)}
    assert found == {town.market.id: 2, town.station.id: 1}


async def test_a_listener_that_forgot_where_it_was_doubles_nothing(node: Node):
    town = await build_town(node)
    again = sighting("s1", town.market.id)
    first, second = await hear(node, again), await hear(node, again)
    assert first == second
    assert first is not None
    assert first.raised_by == "node"


async def test_a_camera_that_was_removed_meanwhile_is_no_error(node: Node):
    await build_town(node)
    assert await hear(node, sighting("s1", "gone")) is None


async def test_a_cameras_wrong_clock_is_one_alert_until_somebody_sees_to_it(node: Node):
    town = await build_town(node)
    wrong = CameraClockWrong(camera=town.market.id, offset_ms=7_380_000)
    await tell(node, wrong, CameraClockRight(camera=town.market.id, offset_ms=5), wrong)
    await heard(node, 3)
    (alert,) = await alerts(node)
    assert (alert.kind, alert.priority, alert.count) == ("camera_clock", 4, 3)
    assert alert.title == "A camera's clock is wrong"
    assert "its clock is 2 h 3 min ahead. Set its time server." in alert.details
    assert "its clock is right again." in alert.details


async def test_a_clock_that_is_right_again_alone_is_no_alert(node: Node):
    town = await build_town(node)
    right = CameraClockRight(camera=town.market.id, offset_ms=5)
    assert await hear_clock(node, right, "f1") is None
    assert await hear_clock(node, CameraClockWrong(camera="gone", offset_ms=5_000), "f2") is None
