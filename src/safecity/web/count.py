"""How complete footage is, counted beside the site's work and kept for a while: a large city's count takes seconds.

A count is kept for 200 times as long as it took, so that counting takes half a per cent of a core: half a minute where
there is little footage, ten minutes at most.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from safecity.base import Node, from_ms, to_ms
from safecity.cameras import cameras
from safecity.footage import SETTLED_MS, Archive, Cause, Completeness, summed, tally

DAY_MS = 86_400_000
LEAST_KEPT_S, MOST_KEPT_S = 30.0, 600.0
KEPT_TIMES = 200


class CompleteView(msgspec.Struct):
    """How complete one camera's footage is, or the city's; times in seconds.

    `percent` is recorded time of the time in which it could be recorded, None where that was never; `lost_s` is by
    cause; `unexplained_s` must be 0. `damaged` pictures were recorded though something on the way to them was lost.
    """

    percent: float | None
    span_s: float
    online_s: float
    recorded_s: float
    unexplained_s: float
    brief_s: float
    lost_s: dict[str, float]
    gaps: int
    damaged: int


class CameraCompleteView(msgspec.Struct):
    """A camera's count."""

    camera: str
    name: str
    bureau: str
    count: CompleteView


class CompletenessView(msgspec.Struct):
    """The count of a span: the city's, and each camera's, the least complete first; and when it was counted."""

    counted_at: datetime
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    city: CompleteView
    cameras: list[CameraCompleteView]


@dataclass
class Counting:
    """The counts of a node's footage, one at a time. Lives in one event loop.

    Each is kept up to a moment of the clock that only goes forward.
    """

    node: Node
    archive: Archive
    _kept: dict[int, tuple[CompletenessView, float]] = field(
        default_factory=dict[int, tuple[CompletenessView, float]]
    )
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def of_days(self, days: int) -> CompletenessView:
        """The count of so many days up to now. Raises IndexAway."""
        async with self._turn:
            kept = self._kept.get(days)
            now_s = self.node.clock.monotonic()
            if kept is not None and now_s < kept[1]:
                return kept[0]
            found = await self._count(days)
            done_s = self.node.clock.monotonic()
            keeps_s = min(MOST_KEPT_S, max(LEAST_KEPT_S, (done_s - now_s) * KEPT_TIMES))
            self._kept[days] = found, done_s + keeps_s
            return found

    async def _count(self, days: int) -> CompletenessView:
        end_ms = to_ms(self.node.clock.now()) - SETTLED_MS
        start_ms = end_ms - days * DAY_MS
        sums: list[Completeness] = []
        views: list[CameraCompleteView] = []
        for each in await cameras(self.node):
            one = tally(self.archive, each.id, start_ms, end_ms)
            sums.append(one)
            views.append(CameraCompleteView(each.id, each.name, each.bureau, complete_view(one)))
            await asyncio.sleep(0)  # a camera takes milliseconds: let the others have their turn
        views.sort(key=lambda each: (-each.count.unexplained_s, _percent(each), each.name))
        return CompletenessView(
            counted_at=self.node.clock.now(),
            start=from_ms(start_ms),
            end=from_ms(end_ms),
            city=complete_view(summed(sums)),
            cameras=views,
        )


def _percent(each: CameraCompleteView) -> float:
    """For the order. A camera of which all is lost comes first; one that nobody wanted recorded, last."""
    if each.count.percent is not None:
        return each.count.percent
    return -1.0 if any(cause != Cause.PLANNED for cause in each.count.lost_s) else 101.0


def complete_view(one: Completeness) -> CompleteView:
    """A count, in seconds and per cent."""
    return CompleteView(
        percent=None if one.share is None else one.share * 100,
        span_s=one.span_ms / 1000,
        online_s=one.online_ms / 1000,
        recorded_s=one.recorded_ms / 1000,
        unexplained_s=one.unexplained_ms / 1000,
        brief_s=one.brief_ms / 1000,
        lost_s={str(cause): lost_ms / 1000 for cause, lost_ms in one.lost_ms.items()},
        gaps=one.gaps,
        damaged=one.damaged,
    )
