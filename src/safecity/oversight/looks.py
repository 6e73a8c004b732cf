"""How many times pictures were looked at, by day and purpose. Every look is a fact before a picture is shown."""

from __future__ import annotations

from safecity.base import Node
from safecity.base import from_ms as moment
from safecity.oversight.model import LookCount
from safecity.oversight.store import SQL


async def looks(node: Node, *, from_ms: int, to_ms: int) -> list[LookCount]:
    """Counts of the days (UTC) that a span touches."""
    days = {
        "from_day": f"{moment(from_ms):%Y-%m-%d}",
        "to_day": f"{moment(max(from_ms, to_ms - 1)):%Y-%m-%d}",
    }
    return await node.database.fetch(LookCount, SQL["looks"], **days)
