"""Knows where units are: the last fix of each in memory, and a track on disk about every 30 s.

Positions are not facts: 2,600 units tell theirs every second, and an officer's path is kept for its time only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from safecity.access import Action, allow
from safecity.base import Actor, Conflict, Grid, Node, NotFound, Place, Transaction, to_ms
from safecity.dispatch.model import Fix, UnitStatus
from safecity.dispatch.rules import FRESH_MS, SAMPLE_MS, check_fix
from safecity.dispatch.store import SQL, BoundRow, TrackRow


class Positions:
    """The last fix of each unit. Lives in one event loop; fixes are numbered so that viewers ask for what is new."""

    def __init__(self) -> None:
        self._fixes: dict[str, Fix] = {}  # in the order they came, the newest last
        self._grid: Grid[str] = Grid()
        self._sampled_ms: dict[str, int] = {}
        self._count = 0

    def __len__(self) -> int:
        return len(self._fixes)

    def take(self, fix: Fix, now_ms: int) -> Fix | None:
        """Believes a fix, or raises BadInput with the reason. None where a newer one is known already."""
        last = self._fixes.get(fix.unit)
        check_fix(fix, last, now_ms)
        if last is not None and fix.at_ms < last.at_ms:
            return None
        self._count += 1
        self._fixes.pop(fix.unit, None)
        kept = self._fixes[fix.unit] = replace(fix, count=self._count)
        self._grid.put(fix.unit, fix.place)
        return kept

    def is_due(self, fix: Fix) -> bool:
        """Whether this fix belongs on the unit's track; asked once for each fix."""
        last_ms = self._sampled_ms.get(fix.unit)
        if last_ms is not None and fix.at_ms - last_ms < SAMPLE_MS:
            return False
        self._sampled_ms[fix.unit] = fix.at_ms
        return True

    def last(self, unit: str) -> Fix | None:
        """Where a unit was last."""
        return self._fixes.get(unit)

    def since(self, count: int) -> tuple[int, list[Fix]]:
        """The number of the newest fix, and all fixes that came after `count`, newest first; 0 gives all."""
        found: list[Fix] = []
        for fix in reversed(self._fixes.values()):
            if fix.count <= count:
                break
            found.append(fix)
        return self._count, found

    def nearest(self, place: Place, count: int, suits: Callable[[str], bool]) -> list[tuple[float, str]]:
        """The nearest units that suit, as (metres, unit)."""
        return self._grid.nearest(place, count, suits)

    def forget(self, unit: str) -> None:
        """Forgets where a unit is."""
        self._fixes.pop(unit, None)
        self._sampled_ms.pop(unit, None)
        self._grid.remove(unit)


async def report_position(
    node: Node,
    by: Actor,
    positions: Positions,
    unit: str,
    place: Place,
    *,
    at_ms: int | None = None,
    accuracy_m: float | None = None,
    heading_deg: float | None = None,
) -> Fix | None:
    """Tells where a unit is, by one of its own crew or its own device; `at_ms` is when, if not now.

    None where a newer position is known. Raises NotAllowed for anyone else, Conflict off shift, and BadInput for a
    position that is in the future, too old, or impossibly far from the last.
    """
    bound = await node.database.fetch(BoundRow, SQL["bound"], unit=unit, person=by.id)
    if not bound:
        raise NotFound("There is no such unit.")
    allow(by, Action.POSITION, own=bound[0].person is not None)
    if bound[0].status is UnitStatus.OUT_OF_SERVICE:
        raise Conflict(f"{bound[0].call_sign} is off shift; its position is not kept.")
    now_ms = to_ms(node.clock.now())
    fix = Fix(
        unit=unit,
        place=place,
        at_ms=now_ms if at_ms is None else at_ms,
        accuracy_m=accuracy_m,
        heading_deg=heading_deg,
    )
    kept = positions.take(fix, now_ms)
    if kept is not None and positions.is_due(kept):
        await _keep_track(node, kept)
    return kept


async def _keep_track(node: Node, fix: Fix) -> None:
    async def work(transaction: Transaction) -> None:
        await transaction.execute(
            SQL["add_track"], unit=fix.unit, at_ms=fix.at_ms, lat=fix.place.lat, lon=fix.place.lon
        )

    await node.database.transact(work)


async def recall(node: Node, positions: Positions) -> int:
    """Takes up, after a restart, where units were in the last two minutes. Returns how many are known."""
    now_ms = to_ms(node.clock.now())
    rows = await node.database.fetch(TrackRow, SQL["last_tracks"], since=now_ms - FRESH_MS)
    for row in rows:
        positions.take(Fix(unit=row.unit, place=Place(row.lat, row.lon), at_ms=row.at_ms), now_ms)
    return len(rows)


async def track(node: Node, unit: str, *, from_ms: int, to_ms: int) -> list[Fix]:
    """Where a unit was in a span, oldest first."""
    rows = await node.database.fetch(TrackRow, SQL["track"], unit=unit, from_ms=from_ms, to_ms=to_ms)
    return [Fix(unit=row.unit, place=Place(row.lat, row.lon), at_ms=row.at_ms) for row in rows]


async def positions_at(node: Node, at_ms: int) -> list[Fix]:
    """Where units were at a moment of the past, as far as their tracks say: the last fix of the two minutes before."""
    rows = await node.database.fetch(TrackRow, SQL["tracks_at"], at_ms=at_ms, since=at_ms - FRESH_MS)
    return [Fix(unit=row.unit, place=Place(row.lat, row.lon), at_ms=row.at_ms) for row in rows]


async def forget_tracks(node: Node, by: Actor, *, before_ms: int) -> int:
    """Forgets where units were before a moment. Returns how many fixes went."""
    allow(by, Action.MANAGE_SETTINGS)

    async def work(transaction: Transaction) -> int:
        return await transaction.execute(SQL["forget_tracks"], before=before_ms)

    return await node.database.transact(work)
