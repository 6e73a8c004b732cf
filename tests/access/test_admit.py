"""Devices and their tokens."""

from __future__ import annotations

import pytest

from safecity.access import device_of, issue_device_token, revoke_device
from safecity.base import Actor, BadInput, Node, NotAllowed, NotFound, read_entries


async def test_a_button_speaks_with_its_token(node: Node, administrator: Actor):
    token = await issue_device_token(node, administrator, "button-7", bureau="CEN")
    device = await device_of(node, token)
    assert device is not None
    assert (device.id, device.roles, device.bureau) == ("device:button-7", frozenset({"device"}), "CEN")
    assert token not in repr(await read_entries(node.database, 0))


async def test_a_stolen_phone_is_silenced(node: Node, administrator: Actor):
    tokens = [await issue_device_token(node, administrator, "phone-1") for _ in range(2)]
    await revoke_device(node, administrator, "phone-1")
    assert [await device_of(node, token) for token in tokens] == [None, None]
    with pytest.raises(NotFound, match="phone-1"):
        await revoke_device(node, administrator, "phone-1")


async def test_a_device_is_never_a_person(node: Node, administrator: Actor):
    with pytest.raises(BadInput, match="only role"):
        await issue_device_token(node, administrator, "box", ["operator"])


@pytest.mark.parametrize("name", ["", "has space", "x" * 65])
async def test_a_bad_name_is_refused(node: Node, administrator: Actor, name: str):
    with pytest.raises(BadInput, match="device's name"):
        await issue_device_token(node, administrator, name)


async def test_operators_admit_no_devices(node: Node, operator: Actor):
    with pytest.raises(NotAllowed):
        await issue_device_token(node, operator, "button-7")
    with pytest.raises(NotAllowed):
        await revoke_device(node, operator, "button-7")
    assert await device_of(node, "made-up") is None
