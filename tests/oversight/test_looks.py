"""How many times pictures were looked at."""

from __future__ import annotations

from fakes.intruder import tamper
from safecity.base import Node
from safecity.oversight import looks

DAY_MS = 86_400_000


async def test_looks_are_told_by_day(node: Node):
    sql = "INSERT INTO look_count VALUES (:day, 'wall', 'live', 1, 3)"
    for day in ("1970-01-01", "1970-01-02", "1970-01-03"):
        await tamper(node.database, sql, day=day)
    assert [each.day for each in await looks(node, from_ms=0, to_ms=2 * DAY_MS)] == [
        "1970-01-01",
        "1970-01-02",
    ]
    assert [each.day for each in await looks(node, from_ms=DAY_MS, to_ms=DAY_MS)] == ["1970-01-02"]
    (first,) = await looks(node, from_ms=0, to_ms=1)
    assert (first.purpose, first.kind, first.masked, first.looks) == ("wall", "live", True, 3)
