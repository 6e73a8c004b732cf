"""The timelines of several cameras on one time axis, as fine as a screen can show them.

Times are ISO 8601 in UTC; the screen shows the city's time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

import msgspec

from safecity.access import Action, may
from safecity.alerts import alerts_between
from safecity.base import Actor, from_ms, to_ms
from safecity.cameras import Camera
from safecity.detection import sightings
from safecity.footage import holds, timeline
from safecity.incidents import incidents_between
from safecity.web.coarse import coarse_gaps, coarse_spans
from safecity.web.compose import moment
from safecity.web.house import House

MOST_SIGHTINGS = 5_000
MOST_MARKS = 300


class CoarseGapView(msgspec.Struct):
    """A span without footage, and why; several that cannot be told apart are one, with the words of the longest."""

    start: datetime = msgspec.field(name="from")
    end: datetime | None = msgspec.field(name="to")
    cause: str
    words: str
    count: int
    missing_s: float


class LaneHoldView(msgspec.Struct):
    """A span that is held as evidence."""

    id: str
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")


class MarkView(msgspec.Struct):
    """An alert that was raised, or an incident that was declared, and the cameras that belong to it."""

    kind: str
    id: str
    reference: str
    title: str
    what: str
    priority: int
    at: datetime
    cameras: list[str]


class LaneView(msgspec.Struct):
    """One camera's timeline: footage, gaps, sightings and holds, each oldest first.

    `more_sightings` says that there were more than are listed. `damaged` pictures are recorded though something on the
    way to them was lost; they are counted by whole files, of all that touch the span.
    """

    camera: str
    segments: list[tuple[datetime, datetime]]
    gaps: list[CoarseGapView]
    sightings: list[tuple[datetime, datetime]]
    more_sightings: bool
    holds: list[LaneHoldView]
    damaged: int


class LanesView(msgspec.Struct):
    """Several cameras between two moments; what is closer than `resolution_ms` is joined."""

    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    resolution_ms: int
    now: datetime
    lanes: list[LaneView]
    marks: list[MarkView]


async def lanes_of(
    house: House, by: Actor, cameras: Sequence[Camera], span: tuple[datetime, datetime], *, resolution_ms: int
) -> LanesView:
    """The timelines. Raises IndexAway."""
    now, (start, end) = house.node.clock.now(), span
    found: list[LaneView] = []
    for camera in cameras:
        found.append(await _lane(house, camera.id, to_ms(start), to_ms(end), resolution_ms))
        await asyncio.sleep(0)  # a month of a camera takes milliseconds: let the others have their turn
    return LanesView(
        start=start,
        end=end,
        resolution_ms=resolution_ms,
        now=now,
        lanes=found,
        marks=await _marks(house, by, [each.id for each in cameras], to_ms(start), to_ms(end)),
    )


async def _lane(house: House, camera: str, from_ms_: int, to_ms_: int, resolution_ms: int) -> LaneView:
    now_ms = to_ms(house.node.clock.now())
    until_ms = min(to_ms_, max(now_ms, from_ms_ + 1))
    line = timeline(house.archive, camera, from_ms_, until_ms)
    seen = await sightings(house.node, camera, from_ms_, to_ms_, limit=MOST_SIGHTINGS)
    kept = await holds(house.node, camera=camera, from_ms=from_ms_, to_ms=to_ms_)
    spans = [(each.started_ms, each.ended_ms or min(now_ms, to_ms_)) for each in seen]
    return LaneView(
        camera=camera,
        segments=[
            (from_ms(first), from_ms(last)) for first, last in coarse_spans(line.segments, resolution_ms)
        ],
        gaps=[
            CoarseGapView(
                start=from_ms(each.start_ms),
                # The archive cuts a gap that lasts to the span; here it has no end, since it has none yet.
                end=None if until_ms == now_ms and each.end_ms == now_ms else moment(each.end_ms),
                cause=each.longest.cause,
                words=each.longest.words,
                count=each.count,
                missing_s=each.missing_ms / 1000,
            )
            for each in coarse_gaps(line.gaps, resolution_ms, now_ms)
        ],
        sightings=[(from_ms(first), from_ms(last)) for first, last in coarse_spans(spans, resolution_ms)],
        more_sightings=len(seen) == MOST_SIGHTINGS,
        holds=[
            LaneHoldView(id=each.id, start=from_ms(each.start_ms), end=from_ms(each.end_ms)) for each in kept
        ],
        damaged=line.damaged,
    )


async def _marks(
    house: House, by: Actor, cameras: Sequence[str], from_ms_: int, to_ms_: int
) -> list[MarkView]:
    """Alerts and incidents of these cameras, newest first, for those who may read them."""
    if not may(by, Action.READ_HISTORY):
        return []
    declared = await incidents_between(house.node, cameras, from_ms_, to_ms_, limit=MOST_MARKS)
    raised = await alerts_between(house.node, cameras, from_ms_, to_ms_, limit=MOST_MARKS)
    marks = [
        MarkView("incident", each.id, each.reference, each.title, each.kind, each.priority,
                 from_ms(each.declared_ms), list(each.cameras))
        for each in declared
    ] + [
        MarkView("alert", each.id, each.reference, each.title, each.kind, each.priority,
                 from_ms(each.raised_ms), list(each.cameras))
        for each in raised
        if each.incident is None
    ]  # fmt: skip
    return sorted(marks, key=lambda each: each.at, reverse=True)
