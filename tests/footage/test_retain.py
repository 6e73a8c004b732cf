"""Retention as people change it: what keeps less waits for a day and for a second person."""

from __future__ import annotations

import pytest

from fakes.camera_city import found, gate, told
from safecity.access import Role, ask_permit, grant_permit
from safecity.base import NODE, Actor, Conflict, Node, NotAllowed, SetClock
from safecity.cameras import change, remove
from safecity.footage.events import (
    RetentionChanged,
    RetentionClassSet,
    RetentionShorteningAgreed,
    RetentionShorteningAsked,
)
from safecity.footage.keeping import Keep, RetentionClass
from safecity.footage.retain import PERMIT, agree_shortening, classes, retention, set_class, settle_retention

CITY = Keep(days=14)
ADMINISTRATOR = Actor(id="person:admin", roles=frozenset({Role.ADMINISTRATOR}))
ADA = Actor(id="person:ada", roles=frozenset({Role.OPERATOR}))
BEN = Actor(id="person:ben", roles=frozenset({Role.OPERATOR}))


async def agree(node: Node, subject: str) -> None:
    permit = await ask_permit(node, ADA, PERMIT, subject, "data_protection", "The commissioner asked for it.")
    await grant_permit(node, BEN, permit.id)
    await agree_shortening(node, ADA, subject)


async def test_the_citys_days_are_shortened_by_two_persons_and_a_day(node: Node, clock: SetClock):
    await settle_retention(node, CITY)
    assert (await settle_retention(node, Keep(days=7))).city.days == 14
    (waiting,) = [each for each in await retention(node) if each.waiting]
    assert waiting.subject == "city"
    clock.pass_(hours=25)
    assert (await settle_retention(node, Keep(days=7))).city.days == 14
    with pytest.raises(NotAllowed):
        await agree_shortening(node, ADA, "city")
    await agree(node, "city")
    assert (await settle_retention(node, Keep(days=7))).city.days == 7
    facts = await told(node, RetentionShorteningAsked, RetentionShorteningAgreed, RetentionChanged)
    assert [type(each).__name__ for each in facts] == [
        "RetentionShorteningAsked", "RetentionShorteningAgreed", "RetentionChanged",
    ]  # fmt: skip
    with pytest.raises(Conflict, match="No shorter rule waits"):
        await agree_shortening(node, ADA, "city")


async def test_a_class_is_set_and_cameras_follow_it(node: Node):
    await found(node)
    await set_class(node, ADMINISTRATOR, name="traffic", keep_days=30)
    camera = await gate(node, retention="traffic")
    assert (await settle_retention(node, CITY)).days(camera.id) == 30
    await set_class(node, ADMINISTRATOR, name="traffic", keep_days=3)
    assert await classes(node) == [
        RetentionClass(name="standard"), RetentionClass(name="traffic", keep_days=3),
    ]  # fmt: skip
    assert (await settle_retention(node, CITY)).days(camera.id) == 30
    await agree(node, "class:traffic")
    assert len(await told(node, RetentionClassSet)) == 2
    with pytest.raises(NotAllowed):
        await set_class(node, ADA, name="traffic", keep_days=2)


async def test_a_camera_that_is_changed_or_leaves_keeps_its_footage_meanwhile(node: Node, clock: SetClock):
    await found(node)
    camera = await gate(node, keep_days=60)
    assert (await settle_retention(node, CITY)).days(camera.id) == 60
    await change(node, NODE, camera.id, keep_days=20)
    assert (await settle_retention(node, CITY)).days(camera.id) == 60
    await agree(node, f"camera:{camera.id}")
    clock.pass_(hours=24)
    assert (await settle_retention(node, CITY)).days(camera.id) == 20
    await remove(node, NODE, camera.id)
    clock.pass_(hours=240)
    assert (await settle_retention(node, CITY)).days(camera.id) == 20
