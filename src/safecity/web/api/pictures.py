"""Pictures over HTTP: snapshots, always masked, each look in the journal before the first byte; and the timeline."""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec
from starlette.responses import Response

from safecity.access import Action, allow
from safecity.base import BadInput, BlobMissing, NotFound, from_ms, to_ms
from safecity.cameras import camera
from safecity.detection import sighting, sightings
from safecity.footage import holds, see_snapshot, take_snapshot, timeline
from safecity.web.ask import Ask
from safecity.web.compose import moment
from safecity.web.doors import Media, get
from safecity.web.given import Id, Limit
from safecity.web.views import GapView, SightingView, SpanView, TimelineView

REVIEW = "review"
LONGEST = timedelta(days=7)


class TimelineQuery(msgspec.Struct, forbid_unknown_fields=True):
    """A span of time, at most seven days; without one, the last hour."""

    start: datetime | None = msgspec.field(name="from", default=None)
    end: datetime | None = msgspec.field(name="to", default=None)
    limit: Limit = 500


class SnapshotQuery(msgspec.Struct, forbid_unknown_fields=True):
    """A permit to see the camera without its mask."""

    permit: Id | None = None


async def snapshot_of_sighting(ask: Ask) -> Response:
    """The masked picture of a sighting."""
    allow(ask.by, Action.LOOK)
    node = ask.house.node
    found = await sighting(node, ask.id("sighting"))
    if found.snapshot is None:
        raise NotFound("No picture of this sighting could be masked, so none was kept.")
    try:
        return jpeg(
            await see_snapshot(
                node,
                ask.by,
                camera=found.camera,
                key=found.snapshot,
                at_ms=found.started_ms,
                purpose=REVIEW,
            )
        )
    except BlobMissing:
        raise NotFound("The picture of this sighting was forgotten.") from None


async def snapshot_of_now(ask: Ask, given: SnapshotQuery) -> Response:
    """A picture of now, masked unless a permit to unmask the camera is named."""
    allow(ask.by, Action.LOOK)
    node = ask.house.node
    name = (await camera(node, ask.id())).id
    return jpeg(
        await take_snapshot(node, ask.by, ask.house.eyes, camera=name, purpose=REVIEW, permit=given.permit)
    )


async def show_timeline(ask: Ask, given: TimelineQuery) -> TimelineView:
    """What there is of a camera in a span: footage, gaps with their causes, sightings, holds."""
    allow(ask.by, Action.READ_CAMERAS)
    name = (await camera(ask.house.node, ask.id())).id
    end = given.end or ask.house.node.clock.now()
    start = given.start or end - timedelta(hours=1)
    return await timeline_of(ask, name, start, end, given.limit)


async def timeline_of(ask: Ask, name: str, start: datetime, end: datetime, limit: int = 500) -> TimelineView:
    """The timeline of a camera. Raises BadInput for a span that is none."""
    if start.tzinfo is None or end.tzinfo is None:
        raise BadInput("Please give times with their zone, such as 2026-11-22T21:47:06Z.")
    if not start < end or end - start > LONGEST:
        raise BadInput("A timeline begins before it ends, and spans at most seven days.")
    house, (from_ms_, to_ms_) = ask.house, (to_ms(start), to_ms(end))
    lane = timeline(house.archive, name, from_ms_, to_ms_)
    seen = await sightings(house.node, name, from_ms_, to_ms_, limit=limit)
    kept = await holds(house.node, camera=name, from_ms=from_ms_, to_ms=to_ms_)
    return TimelineView(
        segments=[(from_ms(first), from_ms(last)) for first, last in lane.segments],
        gaps=[
            GapView(start=from_ms(each.start_ms), end=moment(each.end_ms), cause=each.cause, words=each.words)
            for each in lane.gaps
        ],
        sightings=[
            SightingView(
                id=each.id,
                start=from_ms(each.started_ms),
                end=moment(each.ended_ms),
                box=(each.box.x, each.box.y, each.box.w, each.box.h),
            )
            for each in seen
        ],
        holds=[SpanView(id=each.id, start=from_ms(each.start_ms), end=from_ms(each.end_ms)) for each in kept],
        damaged=lane.damaged,
    )


def jpeg(data: bytes) -> Response:
    """A picture, which no one on the way keeps."""
    return Response(data, media_type=Media.JPEG.value, headers={"cache-control": "no-store"})


DOORS = (
    get("/api/snapshots/{sighting}.jpg", snapshot_of_sighting, media=Media.JPEG),
    get("/api/cameras/{id}/snapshot.jpg", snapshot_of_now, media=Media.JPEG),
    get("/api/cameras/{id}/timeline", show_timeline),
)
