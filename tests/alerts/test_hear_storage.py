"""A disk in trouble is an alert, most urgent where nothing takes over."""

from __future__ import annotations

import pytest

from safecity.alerts.hear_storage import hear_storage
from safecity.base import Node, Place
from safecity.footage import ShortageForeseen, StorageTrouble

HOME = Place(-1.28, 36.82)


@pytest.mark.parametrize(
    ("goes_on", "priority", "words"), [(True, 3, "takes over"), (False, 1, "Nothing is recorded")]
)
async def test_a_disk_in_trouble_is_an_alert(node: Node, goes_on: bool, priority: int, words: str):
    told = StorageTrouble(recorder="recorder-0", store="", words="The footage disk is full.", goes_on=goes_on)
    alert = await hear_storage(node, told, HOME, "fact-1")
    assert (alert.kind, alert.priority, alert.place) == ("storage", priority, HOME)
    assert "recorder-0, first folder: The footage disk is full." in alert.details
    assert words in alert.details
    assert (await hear_storage(node, told, HOME, "fact-1")).count == 1


async def test_a_shortage_to_come_is_one_too(node: Node):
    told = ShortageForeseen(
        city="hub", words="There is room for 3 days.", short_ms=1, reach_days=3, wanted_days=14
    )
    alert = await hear_storage(node, told, HOME, "fact-2")
    assert (alert.priority, alert.details) == (3, "There is room for 3 days.")
