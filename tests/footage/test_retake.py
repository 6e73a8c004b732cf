"""Taking a camera's empty scene anew: an administrator's word, and a fact."""

from __future__ import annotations

import pytest

from fakes.camera_city import found, gate
from safecity.base import Actor, Node, NotAllowed, NotFound, read_entries
from safecity.footage import PlateRetaken, retake_plate, retaken_plates


async def test_an_administrator_has_a_plate_learned_anew_and_the_last_word_counts(
    node: Node, administrator: Actor
):
    await found(node)
    added = await gate(node)
    assert await retaken_plates(node) == {}
    for _ in range(2):
        await retake_plate(node, administrator, added.id)
    entry = (await read_entries(node.database, 0))[-1]
    assert entry.fact().event == PlateRetaken(camera=added.id)
    assert list(await retaken_plates(node)) == [added.id]


async def test_nobody_else_may_and_a_camera_that_is_not_there_has_no_plate(
    node: Node, operator: Actor, administrator: Actor
):
    with pytest.raises(NotAllowed):
        await retake_plate(node, operator, "gate")
    with pytest.raises(NotFound):
        await retake_plate(node, administrator, "gate")
    assert await retaken_plates(node) == {}
