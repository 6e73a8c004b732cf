"""Cameras are found by id, and listed by name."""

from __future__ import annotations

import pytest

from fakes.camera_city import found, gate
from safecity.base import Node, NotFound
from safecity.cameras import camera, cameras, health


async def test_cameras_are_listed_by_name(node: Node):
    await found(node)
    for name in ("West", "Arch", "Mole"):
        await gate(node, name=name)
    assert [each.name for each in await cameras(node)] == ["Arch", "Mole", "West"]
    assert set(await health(node)) == {each.id for each in await cameras(node)}


async def test_a_camera_that_is_not_there(node: Node):
    with pytest.raises(NotFound, match="no such camera"):
        await camera(node, "no-such-camera")
