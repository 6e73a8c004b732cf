"""A camera leaves the city; its row stays without its address, and its name is free again."""

from __future__ import annotations

import pytest

from fakes.camera_city import found, gate, told
from safecity.base import NODE, Actor, Node, NotAllowed, NotFound
from safecity.cameras import CameraRemoved, camera, cameras, health, remove


async def test_a_removed_camera_is_found_only_by_who_asks_for_it(node: Node, administrator: Actor):
    await found(node)
    old = await gate(node)
    await remove(node, administrator, old.id)
    assert await cameras(node) == []
    assert await health(node) == {}
    with pytest.raises(NotFound):
        await camera(node, old.id)
    left = await camera(node, old.id, even_removed=True)
    assert (left.name, left.url, left.enabled) == ("Gate 3", "", False)
    assert await told(node, CameraRemoved) == [CameraRemoved(camera=old.id)]


async def test_its_name_is_free_again(node: Node):
    await found(node)
    old = await gate(node)
    await remove(node, NODE, old.id)
    assert (await gate(node)).id != old.id


async def test_nobody_else_may_and_nobody_can_twice(node: Node, operator: Actor):
    await found(node)
    old = await gate(node)
    with pytest.raises(NotAllowed):
        await remove(node, operator, old.id)
    await remove(node, NODE, old.id)
    with pytest.raises(NotFound):
        await remove(node, NODE, old.id)
