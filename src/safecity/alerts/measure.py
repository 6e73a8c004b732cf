"""How many alerts people are asked to look at (EEMUA 191: about one in ten minutes can be handled for long)."""

from __future__ import annotations

from dataclasses import dataclass

from safecity.alerts.model import Load
from safecity.alerts.rules import load_of
from safecity.alerts.store import SQL
from safecity.base import Node, to_ms


@dataclass(frozen=True)
class _Raised:
    raised_ms: int


async def load(node: Node) -> Load:
    """The load of the last hour. Signs that joined an open alert add nothing: nobody is asked twice."""
    now_ms = to_ms(node.clock.now())
    rows = await node.database.fetch(_Raised, SQL["raised_since"], since=now_ms - 3_600_000)
    return load_of([row.raised_ms for row in rows], now_ms)
