"""Which bureau answers for a place."""

from __future__ import annotations

import pytest

from safecity.access import add_bureau, bureau_at, bureaus
from safecity.base import Actor, BadInput, Node, NotAllowed, Place


def box(south: float, west: float, size: float = 0.01) -> list[Place]:
    return [
        Place(south, west), Place(south, west + size), Place(south + size, west + size), Place(south + size, west)
    ]  # fmt: skip


async def test_a_place_belongs_to_the_bureau_around_it(node: Node, administrator: Actor):
    central = await add_bureau(node, administrator, code="CEN", name="Central", polygon=box(-1.29, 36.82))
    west = await add_bureau(node, administrator, code="WES", name="West", polygon=box(-1.29, 36.81))
    assert await bureaus(node) == [central, west]
    assert await bureau_at(node, Place(-1.285, 36.825)) == central
    assert await bureau_at(node, Place(-1.285, 36.815)) == west
    assert await bureau_at(node, Place(0, 0)) is None


async def test_a_slanted_border_is_followed(node: Node, administrator: Actor):
    corners = [Place(0, 0), Place(0, 0.02), Place(0.02, 0)]
    await add_bureau(node, administrator, code="TRI", name="Triangle", polygon=corners)
    assert await bureau_at(node, Place(0.005, 0.005))
    assert await bureau_at(node, Place(0.018, 0.018)) is None, "inside the box, outside the border"


async def test_a_bureau_that_moved_answers_from_its_new_ground(node: Node, administrator: Actor):
    await add_bureau(node, administrator, code="CEN", name="Central", polygon=box(0, 0))
    assert await bureau_at(node, Place(0.005, 0.005))
    moved = await add_bureau(node, administrator, code="CEN", name="Central", polygon=box(1, 1))
    assert await bureau_at(node, Place(0.005, 0.005)) is None
    assert await bureau_at(node, Place(1.005, 1.005)) == moved


async def test_bureaus_are_the_administrators(node: Node, operator: Actor, administrator: Actor):
    with pytest.raises(NotAllowed):
        await add_bureau(node, operator, code="CEN", name="Central", polygon=box(0, 0))
    with pytest.raises(BadInput):
        await add_bureau(node, administrator, code="CEN", name="Central", polygon=box(0, 0)[:2])
    assert await bureaus(node) == []
