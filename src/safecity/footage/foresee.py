"""Foresees when there is no room for all the footage that is wanted, and tells it a day ahead."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass

from safecity.base import NODE, Change, Node, to_ms
from safecity.footage.events import ShortageForeseen
from safecity.footage.folders import room_left
from safecity.footage.forecast import WEEK, Forecast, foresee
from safecity.footage.hold import read_holds
from safecity.footage.keeping import RuleBook, rule_book
from safecity.footage.model import DayBytes
from safecity.footage.play import Archive
from safecity.footage.retain import retention
from safecity.footage.store import SQL

DAY_MS = 86_400_000
LOOK_EVERY_S = 3600.0
AGAIN_MS = DAY_MS


async def forecast(node: Node, archive: Archive, *, min_free_bytes: int = 0) -> Forecast:
    """What will become of the room for footage, by the rules that stand. Raises OSError, IndexAway, Unreadable."""
    book = rule_book({each.subject: each for each in await retention(node)})
    now_ms = to_ms(node.clock.now())
    days = [each for index in archive.indexes.values() for each in index.day_bytes()]
    oldest = [each.start_ms for index in archive.indexes.values() for each in index.oldest(1)]
    held = {
        (each.store, each.path): each.bytes
        for hold in read_holds(archive.data)
        for index in archive.indexes.values()
        for each in index.segments(hold.camera, hold.start_ms, hold.end_ms)
    }
    roots = [root for root in (archive.root, archive.reserve) if root is not None and root.is_dir()]
    left = await asyncio.to_thread(lambda: {root.stat().st_dev: room_left(root) for root in roots})
    free_bytes = sum(max(0, each - min_free_bytes) for each in left.values())
    kept = sum(each.bytes for each in days)
    if book.city.bytes is not None:
        free_bytes = min(free_bytes, max(0, book.city.bytes - kept))
    return foresee(
        days,
        free_bytes=free_bytes,
        held_bytes=sum(held.values()),
        wanted_days=wanted_days(days, book, now_ms),
        since_ms=min(oldest, default=now_ms),
        now_ms=now_ms,
    )


def wanted_days(days: list[DayBytes], book: RuleBook, now_ms: int) -> float:
    """For how many days footage is wanted: the cameras' own days, each by its share of the bytes of the last week."""
    since = now_ms // DAY_MS - WEEK
    rates: dict[str, int] = {}
    for each in days:
        if each.day >= since:
            rates[each.camera] = rates.get(each.camera, 0) + each.bytes
    total = sum(rates.values())
    if total == 0:
        return math.inf if book.city.days is None else book.city.days
    return sum(rate * book.days(camera) for camera, rate in rates.items()) / total


async def keep_foreseeing(node: Node, archive: Archive, *, min_free_bytes: int) -> None:
    """Looks once an hour, for ever; tells a shortage that is a day away, and again every day while it is."""
    while True:
        now_ms = to_ms(node.clock.now())
        seen = await forecast(node, archive, min_free_bytes=min_free_bytes)
        if seen.warns(now_ms) and not await _was_told(node, now_ms):
            await _tell(node, seen, now_ms)
        await node.clock.sleep(LOOK_EVERY_S)


@dataclass(frozen=True)
class _Told:
    at_ms: int


async def _was_told(node: Node, now_ms: int) -> bool:
    """Whether it was told within a day, also by a process that ended meanwhile."""
    rows = await node.database.fetch(_Told, SQL["shortage_told"])
    return any(0 <= now_ms - each.at_ms < AGAIN_MS for each in rows)


async def _tell(node: Node, seen: Forecast, now_ms: int) -> None:
    async def work(change: Change) -> None:
        change.tell(
            ShortageForeseen(
                city=node.name,
                words=seen.sentence(),
                short_ms=seen.short_ms or 0,
                reach_days=seen.reach_days or 0.0,
                wanted_days=seen.wanted_days if math.isfinite(seen.wanted_days) else 0.0,
            )
        )
        await change.execute(SQL["tell_shortage"], at_ms=now_ms)

    await node.change(NODE, work)
