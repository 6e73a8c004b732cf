"""A camera is changed: the fact names what, never the values, and its health follows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fakes.camera_city import HARBOUR, found, gate, journal, told
from safecity.base import NODE, BadInput, Conflict, Node, NotAllowed, NotFound, Place, SetClock
from safecity.base.actors import Actor
from safecity.cameras import (
    CameraChanged,
    CameraHealthChanged,
    HealthState,
    Signal,
    camera,
    change,
    health,
    remove,
    report_health,
)


async def test_what_is_changed_stays_changed_and_the_rest_as_it_was(node: Node, administrator: Actor):
    await found(node)
    old = await gate(node)
    new = await change(node, administrator, old.id, name="Gate 4", place=Place(-1.3, 36.9), keep_days=3)
    assert new == replace(old, name="Gate 4", place=Place(-1.3, 36.9), keep_days=3)
    assert await camera(node, old.id) == new
    assert await told(node, CameraChanged) == [
        CameraChanged(camera=old.id, fields=("name", "place", "keep_days"))
    ]


async def test_no_difference_is_no_fact(node: Node):
    await found(node)
    old = await gate(node)
    await change(node, NODE, old.id, place=HARBOUR, name="Gate 3")
    assert await told(node, CameraChanged, CameraHealthChanged) == []


async def test_a_new_password_is_tried_anew_and_told_to_nobody(node: Node):
    await found(node)
    old = await gate(node)
    await report_health(node, NODE, old.id, Signal.REFUSED, "It refuses our password.")
    await change(node, NODE, old.id, url="rtsp://admin:n3w@10.0.0.5/live")
    assert (await health(node))[old.id].state is HealthState.CONNECTING
    assert "n3w" not in await journal(node)


async def test_a_camera_is_switched_off_and_on_again(node: Node, clock: SetClock):
    await found(node)
    old = await gate(node)
    clock.pass_(seconds=5)
    await change(node, NODE, old.id, enabled=False)
    off = (await health(node))[old.id]
    assert (off.state, off.since_ms) == (HealthState.OFF, 1_893_456_005_000)
    await change(node, NODE, old.id, enabled=True)
    assert (await health(node))[old.id].state is HealthState.CONNECTING


async def test_a_name_that_is_taken_is_refused(node: Node):
    await found(node)
    await gate(node)
    other = await gate(node, name="Gate 4")
    with pytest.raises(Conflict):
        await change(node, NODE, other.id, name="Gate 3")


async def test_what_cannot_be_is_refused_and_nothing_is_changed(node: Node, operator: Actor):
    await found(node)
    old = await gate(node)
    with pytest.raises(BadInput):
        await change(node, NODE, old.id, bearing_deg=900)
    with pytest.raises(BadInput):
        await change(node, NODE, old.id, url="file:///etc/passwd")
    with pytest.raises(NotAllowed):
        await change(node, operator, old.id, name="Mine")
    assert await camera(node, old.id) == old


async def test_a_camera_that_is_not_there_or_gone_is_not_changed(node: Node):
    await found(node)
    old = await gate(node)
    await remove(node, NODE, old.id)
    for wanted in (old.id, "no-such-camera"):
        with pytest.raises(NotFound):
            await change(node, NODE, wanted, name="Gate 4")
