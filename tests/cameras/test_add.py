"""A camera joins the city: who may, what is refused, and what stands in the journal."""

from __future__ import annotations

from typing import Any

import pytest

from fakes.camera_city import GATE_URL, HARBOUR, found, gate, journal, told
from safecity.base import NODE, Actor, BadInput, Conflict, Node, NotAllowed
from safecity.cameras import CameraAdded, HealthState, Regime, add, camera, cameras, health


async def test_a_camera_is_added_and_waits_for_its_first_call(node: Node, administrator: Actor):
    await found(node)
    added = await add(
        node,
        administrator,
        name="Gate 3",
        url=GATE_URL,
        bureau="CEN",
        place=HARBOUR,
        controller="City police",
        regime=Regime.POLICE,
        privacy_areas=(((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)),),
    )
    assert await camera(node, added.id) == added
    assert await cameras(node) == [added]
    assert (await health(node))[added.id].state is HealthState.CONNECTING
    assert await told(node, CameraAdded) == [
        CameraAdded(
            camera=added.id,
            name="Gate 3",
            bureau="CEN",
            lat=HARBOUR.lat,
            lon=HARBOUR.lon,
            controller="City police",
            regime=Regime.POLICE,
        )
    ]


async def test_no_password_and_no_address_stands_in_the_journal(node: Node):
    await found(node)
    await gate(node)
    text = await journal(node)
    assert "s3cret" not in text
    assert "10.0.0.5" not in text


async def test_a_camera_may_be_added_switched_off(node: Node):
    await found(node)
    added = await gate(node, enabled=False)
    assert (await health(node))[added.id].state is HealthState.OFF


async def test_only_who_manages_cameras_may(node: Node, operator: Actor):
    await found(node)
    with pytest.raises(NotAllowed):
        await add(
            node,
            operator,
            name="Gate 3",
            url=GATE_URL,
            bureau="CEN",
            place=HARBOUR,
            controller="City police",
            regime=Regime.POLICE,
        )
    assert await cameras(node) == []


async def test_two_cameras_of_one_name_would_be_confused(node: Node):
    await found(node)
    await gate(node)
    with pytest.raises(Conflict, match="named Gate 3 already"):
        await gate(node, url="rtsp://10.0.0.6/live")
    assert len(await cameras(node)) == 1


@pytest.mark.parametrize(
    ("different", "words"),
    [
        ({"bureau": "NOWHERE"}, "no bureau 'NOWHERE'; known are CEN, WEST"),
        ({"url": "ftp://admin:s3cret@10.0.0.5/"}, "begins with rtsp"),
        ({"url": "file:///etc/passwd"}, "begins with rtsp"),
        ({"sub_url": "nonsense"}, "begins with rtsp"),
        ({"name": ""}, "name"),
        ({"view_deg": 400}, "angle of view"),
    ],
)
async def test_a_camera_that_cannot_be_is_refused(node: Node, different: dict[str, Any], words: str):
    await found(node)
    with pytest.raises(BadInput, match=words) as refused:
        await gate(node, **different)
    assert "s3cret" not in refused.value.sentence
    assert await cameras(node) == []


async def test_a_city_without_bureaus_says_what_comes_first(node: Node):
    with pytest.raises(BadInput, match="add a bureau first"):
        await gate(node)


async def test_a_file_stands_for_a_camera_where_that_is_allowed(node: Node):
    await found(node)
    added = await gate(node, url="file:///tmp/street.mp4", allow_files=True)
    assert added.url == "file:///tmp/street.mp4"
    assert NODE.id == "node"
