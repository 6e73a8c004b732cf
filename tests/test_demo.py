"""The demo city, planted into a node."""

from __future__ import annotations

from safecity import access, cameras, dispatch, simulator
from safecity.base import Actor, Node, last_seq
from safecity.demo import plant_city


async def test_the_whole_city_is_planted_once(node: Node, administrator: Actor):
    city = simulator.plan_city()
    await plant_city(node, administrator, city, 8554)
    counts = [
        len(await each(node)) for each in (access.bureaus, access.people, cameras.cameras, dispatch.units)
    ]
    assert counts[0] == 6
    assert counts[2] == 24
    assert sum("officer" in person.roles for person in await access.people(node)) == 60
    planted = await cameras.cameras(node)
    assert sum(each.audio for each in planted) == 2
    assert sum(each.sub_url is not None for each in planted) == 1
    before = await last_seq(node.database)
    await plant_city(node, administrator, city, 8554)
    assert await last_seq(node.database) == before


async def test_cameras_that_moved_to_another_port_are_found_there(node: Node, administrator: Actor):
    city = simulator.plan_city()
    await plant_city(node, administrator, city, 8554)
    await plant_city(node, administrator, city, 9554)
    assert all(":955" in camera.url for camera in await cameras.cameras(node))
    assert all(":955" in (camera.sub_url or ":955") for camera in await cameras.cameras(node))
