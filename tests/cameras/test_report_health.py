"""How a camera is follows the table; only what is new becomes a fact."""

from __future__ import annotations

import pytest

from fakes.camera_city import found, gate, told
from safecity.base import NODE, Actor, Node, NotAllowed, NotFound, SetClock
from safecity.cameras import CameraHealthChanged, HealthState, Signal, change, health, remove, report_health


async def test_the_story_of_a_camera_that_was_lost_and_came_back(node: Node, clock: SetClock):
    await found(node)
    gate_id = (await gate(node)).id
    for signal, reason in (
        (Signal.DIALLED, ""),
        (Signal.SEEN, ""),
        (Signal.SEEN, ""),
        (Signal.LOST, "Nothing answers at 10.0.0.5 within 10 s."),
        (Signal.LOST, "Nothing answers at 10.0.0.5 within 10 s."),
        (Signal.DIALLED, ""),
        (Signal.SEEN, ""),
    ):
        clock.pass_(seconds=1)
        await report_health(node, NODE, gate_id, signal, reason)
    assert await told(node, CameraHealthChanged) == [
        CameraHealthChanged(camera=gate_id, state=HealthState.LIVE, reason=""),
        CameraHealthChanged(
            camera=gate_id, state=HealthState.LOST, reason="Nothing answers at 10.0.0.5 within 10 s."
        ),
        CameraHealthChanged(camera=gate_id, state=HealthState.LIVE, reason=""),
    ]
    now = (await health(node))[gate_id]
    assert (now.state, now.since_ms) == (HealthState.LIVE, 1_893_456_007_000)


async def test_a_new_reason_is_told_but_the_camera_is_lost_for_as_long_as_before(node: Node, clock: SetClock):
    await found(node)
    gate_id = (await gate(node)).id
    first = await report_health(node, NODE, gate_id, Signal.LOST, "It ended its stream.")
    clock.pass_(minutes=1)
    second = await report_health(node, NODE, gate_id, Signal.LOST, "The connection is refused.")
    assert (second.reason, second.since_ms) == ("The connection is refused.", first.since_ms)
    assert len(await told(node, CameraHealthChanged)) == 2


async def test_a_camera_that_is_off_stays_off_whatever_a_late_recorder_says(node: Node):
    await found(node)
    gate_id = (await gate(node)).id
    await change(node, NODE, gate_id, enabled=False)
    said = await report_health(node, NODE, gate_id, Signal.LOST, "It ended its stream.")
    assert (said.state, said.reason) == (HealthState.OFF, "Switched off here.")


async def test_only_the_node_and_devices_report(node: Node, operator: Actor):
    await found(node)
    gate_id = (await gate(node)).id
    with pytest.raises(NotAllowed):
        await report_health(node, operator, gate_id, Signal.SEEN)


async def test_a_camera_that_left_is_not_reported(node: Node):
    await found(node)
    gate_id = (await gate(node)).id
    await remove(node, NODE, gate_id)
    for wanted in (gate_id, "no-such-camera"):
        with pytest.raises(NotFound):
            await report_health(node, NODE, wanted, Signal.SEEN)
