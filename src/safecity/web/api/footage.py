"""Footage over HTTP: several cameras on one time axis, small pictures along it, and the city at a past moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

import msgspec
from starlette.responses import Response

from safecity.access import Action, allow, bureaus, may
from safecity.base import BadInput, from_ms, to_ms
from safecity.cameras import Camera, camera
from safecity.detection import sightings
from safecity.dispatch import positions_at, units
from safecity.footage import Scrubbing
from safecity.web.api.begin import city_view
from safecity.web.api.pictures import jpeg
from safecity.web.ask import Ask
from safecity.web.compose import bureau_view, me_view
from safecity.web.doors import Door, Media, get
from safecity.web.given import Ids, Purpose
from safecity.web.house import House
from safecity.web.lanes import LanesView, lanes_of
from safecity.web.show import Show, bureau_shown
from safecity.web.views import BureauView, CameraView, CityView, MeView, PlaceView, place_view

LONGEST = timedelta(days=31)
HALF = timedelta(minutes=30)
THUMBNAIL_PX = 160


class FootageView(msgspec.Struct):
    """What the footage page begins with; `looks`, `units` and `exports` say what this person may see and do there."""

    now: datetime
    me: MeView
    city: CityView
    bureaus: list[BureauView]
    cameras: list[CameraView]
    looks: bool
    units: bool
    exports: bool


class LanesQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Up to nine cameras, with commas, and a span of at most 31 days. `resolution_ms` is what a pixel stands for."""

    cameras: Ids
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    resolution_ms: Annotated[int, msgspec.Meta(ge=1, le=86_400_000)] = 1_000


class ThumbnailQuery(msgspec.Struct, forbid_unknown_fields=True):
    """A moment, and the span that is being looked through; without one, the hour around it. `width` in pixels."""

    at: datetime
    start: datetime | None = msgspec.field(name="from", default=None)
    end: datetime | None = msgspec.field(name="to", default=None)
    purpose: Purpose = "review"
    width: Annotated[int, msgspec.Meta(ge=64, le=640)] = THUMBNAIL_PX


class MomentQuery(msgspec.Struct, forbid_unknown_fields=True):
    """A moment, and the cameras whose sightings are wanted."""

    at: datetime
    cameras: Ids


class UnitThenView(msgspec.Struct):
    """Where a unit was; its track is sampled about every 30 s."""

    unit: str
    call_sign: str
    kind: str
    place: PlaceView
    at: datetime


class MomentView(msgspec.Struct):
    """The city at a moment: where units were, and which cameras saw something, with its box in the picture."""

    at: datetime
    units: list[UnitThenView]
    sightings: dict[str, tuple[float, float, float, float]]


class Footage:
    """The doors of the footage page; keeps who scrubs through what."""

    def __init__(self, house: House) -> None:
        self._scrubbing = Scrubbing(house.node, house.eyes)

    async def thumbnail(self, ask: Ask, given: ThumbnailQuery) -> Response:
        """A masked picture of a recorded moment, 160 pixels wide or wider where asked; one look for a span."""
        allow(ask.by, Action.LOOK)
        name = (await camera(ask.house.node, ask.id())).id
        check_moment(given.at)
        start, end = given.start or given.at - HALF, given.end or given.at + HALF
        check_span(start, end)
        data = await self._scrubbing.picture(
            ask.by.for_purpose(given.purpose),
            viewer=ask.csrf or ask.by.id,
            camera=name,
            at_ms=to_ms(given.at),
            span=(to_ms(start), to_ms(end)),
            width=given.width,
        )
        return jpeg(data)

    def doors(self) -> tuple[Door, ...]:
        """All of them."""
        return (
            get("/api/footage", begin),
            get("/api/timeline", show_lanes),
            get("/api/moment", show_moment),
            get("/api/cameras/{id}/thumbnail", self.thumbnail, media=Media.JPEG),
        )


async def begin(ask: Ask) -> FootageView:
    """What the footage page begins with."""
    allow(ask.by, Action.READ_CAMERAS)
    if ask.session is None:
        raise BadInput("The footage page is for people.")
    return FootageView(
        now=ask.house.node.clock.now(),
        me=me_view(ask.session),
        city=city_view(ask.house),
        bureaus=[bureau_view(each) for each in await bureaus(ask.house.node)],
        cameras=await Show(ask.house).cameras(),
        looks=may(ask.by, Action.LOOK),
        units=may(ask.by, Action.READ_CONSOLE),
        exports=may(ask.by, Action.EXPORT, bureau=ask.by.bureau),
    )


async def show_lanes(ask: Ask, given: LanesQuery) -> LanesView:
    """Up to nine cameras on one time axis: footage, gaps with their causes, sightings, holds, alerts and incidents."""
    allow(ask.by, Action.READ_CAMERAS)
    check_span(given.start, given.end)
    return await lanes_of(
        ask.house,
        ask.by,
        await _cameras(ask, given.cameras),
        (given.start, given.end),
        resolution_ms=given.resolution_ms,
    )


async def show_moment(ask: Ask, given: MomentQuery) -> MomentView:
    """Where units were at a moment of the past, and which of these cameras saw something."""
    allow(ask.by, Action.READ_CONSOLE)
    check_moment(given.at)
    node, at_ms = ask.house.node, to_ms(given.at)
    known = {each.id: each for each in await units(node, bureau=bureau_shown(ask.by))}
    seen: dict[str, tuple[float, float, float, float]] = {}
    for each in await _cameras(ask, given.cameras):
        for one in await sightings(node, each.id, at_ms, at_ms + 1, limit=1):
            seen[each.id] = one.box.x, one.box.y, one.box.w, one.box.h
    return MomentView(
        at=given.at,
        units=[
            UnitThenView(
                unit=fix.unit,
                call_sign=known[fix.unit].call_sign,
                kind=known[fix.unit].kind,
                place=place_view(fix.place),
                at=from_ms(fix.at_ms),
            )
            for fix in await positions_at(node, at_ms)
            if fix.unit in known
        ],
        sightings=seen,
    )


def check_moment(at: datetime) -> None:
    """Raises BadInput for a time without a zone, and for one in which nobody has footage."""
    if at.tzinfo is None:
        raise BadInput("Please give times with their zone, such as 2026-11-22T21:47:06Z.")
    if not 1970 < at.year < 9000:
        raise BadInput("There is no footage of that year.")


def check_span(start: datetime, end: datetime) -> None:
    """Raises BadInput also for a span that is none, or longer than 31 days."""
    check_moment(start)
    check_moment(end)
    if not start < end or end - start > LONGEST:
        raise BadInput("A span begins before it ends, and lasts at most 31 days.")


async def _cameras(ask: Ask, ids: str) -> list[Camera]:
    """The cameras, each once, in their order. Raises NotFound."""
    return [await camera(ask.house.node, each) for each in dict.fromkeys(ids.split(","))]
