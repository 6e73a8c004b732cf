"""Offers the units that could go, nearest first. A person chooses."""

from __future__ import annotations

from safecity.base import Node, Place, to_ms
from safecity.dispatch.locate import Positions
from safecity.dispatch.model import Candidate, UnitStatus
from safecity.dispatch.rules import is_free, is_fresh, offered, offered_unseen
from safecity.dispatch.store import read_units


async def nearest(
    node: Node,
    positions: Positions,
    place: Place,
    count: int = 3,
    *,
    bureau: str | None = None,
    only: str | None = None,
) -> list[Candidate]:
    """Up to `count` units that are on shift and free; those whose place is not known now come last, and say so.

    `bureau` is the incident's, for the words "own bureau"; `only` leaves out units of any other bureau.
    """
    now_ms = to_ms(node.clock.now())
    free = {
        unit.id: unit
        for unit in await read_units(node.database, bureau=only, status=UnitStatus.AVAILABLE)
        if is_free(unit)
    }
    seen = {name for name in free if (fix := positions.last(name)) is not None and is_fresh(fix, now_ms)}
    found = positions.nearest(place, min(count, len(seen)), seen.__contains__) if seen else []
    known = [offered(free[name], metres, bureau) for metres, name in found]
    unseen = [
        offered_unseen(unit, positions.last(name), now_ms, bureau)
        for name, unit in free.items()
        if name not in seen
    ]
    return [*known, *unseen][:count]
