"""Response times of a span."""

from __future__ import annotations

import pytest

from fakes.intruder import tamper
from safecity.base import BadInput, Node
from safecity.oversight import response_times

ADD = (
    "INSERT INTO response (incident, bureau, kind, priority, declared_ms, on_scene_ms)"
    " VALUES (:incident, 'CEN', 'fight', 1, :at, :there)"
)


async def test_only_incidents_declared_in_the_span_count(node: Node):
    for at in (999, 1000, 1999, 2000):
        await tamper(node.database, ADD, incident=f"i{at}", at=at, there=at + 5000)
    found = await response_times(node, from_ms=1000, to_ms=2000)
    assert found.city.incidents == 2
    assert (found.from_ms, found.to_ms) == (1000, 2000)


async def test_a_span_that_ends_before_it_begins_is_refused(node: Node):
    with pytest.raises(BadInput):
        await response_times(node, from_ms=2000, to_ms=2000)


async def test_a_quiet_day_has_no_figures(node: Node):
    found = await response_times(node, from_ms=0, to_ms=1)
    assert (found.city.incidents, found.bureaus, found.cells) == (0, (), ())
    assert all(figure.p50_s is None for figure in found.city.figures)
