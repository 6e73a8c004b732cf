"""The pages of cameras: how they are, and one camera's pictures, footage, gaps and sightings by time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import msgspec
from starlette.responses import Response

from safecity.access import Action, allow, bureaus
from safecity.base import BadInput, to_ms
from safecity.cameras import Regime, add, camera
from safecity.detection import finders
from safecity.footage import clock_sentence, hiding_cost, present_offset
from safecity.web.api.pictures import timeline_of
from safecity.web.ask import Ask
from safecity.web.console.camera_scene import scene_lines
from safecity.web.console.incidents import local_text, moment_given
from safecity.web.given import Latitude, Longitude, PlaceGiven
from safecity.web.pages import PageDoor, Paint, back
from safecity.web.show import Show
from safecity.web.views import TimelineView

SPAN = timedelta(hours=1)
WIDE = 1000.0
WRONG_MS = 1_000  # where the recorder raises an alert
Spans = Iterable[tuple[datetime, datetime | None]]


class CameraQuery(msgspec.Struct):
    """From which moment to play, in the city's time; until when the timeline reaches."""

    at: str = ""
    until: datetime | None = None


class CameraForm(msgspec.Struct):
    """A new camera."""

    name: Annotated[str, msgspec.Meta(max_length=80)]
    url: Annotated[str, msgspec.Meta(max_length=500)]
    bureau: Annotated[str, msgspec.Meta(max_length=20)]
    lat: Latitude
    lon: Longitude
    controller: Annotated[str, msgspec.Meta(max_length=120)]
    regime: Regime = Regime.POLICE


async def cameras_page(ask: Ask, paint: Paint) -> Response:
    """All cameras and how they are."""
    allow(ask.by, Action.READ_CAMERAS)
    found = await Show(ask.house).cameras()
    live = sum(each.state == "live" for each in found)
    return paint.page("cameras.html", ask, cameras=found, live=live, bureaus=await bureaus(ask.house.node))


async def camera_page(ask: Ask, paint: Paint, given: CameraQuery) -> Response:
    """One camera."""
    allow(ask.by, Action.READ_CAMERAS)
    node, zone = ask.house.node, ZoneInfo(ask.house.city.timezone)
    found = await camera(node, ask.id())
    at = moment_given(given.at, zone) if given.at else None
    end = given.until or (at + SPAN / 2 if at else node.clock.now())
    if end.tzinfo is None:
        raise BadInput("Please give times with their zone, such as 2026-11-22T21:47:06Z.")
    line = await timeline_of(ask, found.id, end - SPAN, end)
    offset_ms = present_offset(ask.house.archive, found.id, to_ms(node.clock.now()))
    return paint.page(
        "camera.html",
        ask,
        camera=await Show(ask.house).camera(found.id),
        streams=found,
        clock_words=clock_sentence(offset_ms),
        is_clock_wrong=offset_ms is not None and abs(offset_ms) > WRONG_MS,
        hiding_cost=hiding_cost(),
        finders=await finders(node),
        scenes=await scene_lines(ask, paint),
        controller=found.controller,
        regime=found.regime,
        at=at,
        at_local=local_text(at or node.clock.now() - timedelta(minutes=5), zone),
        start=end - SPAN,
        end=end,
        timeline=line,
        bands=bands_of(line, end - SPAN, end),
    )


async def add_camera(ask: Ask, given: CameraForm) -> Response:
    """Adds a camera."""
    added = await add(
        ask.house.node,
        ask.by,
        name=given.name,
        url=given.url,
        bureau=given.bureau,
        place=PlaceGiven(given.lat, given.lon).place,
        controller=given.controller,
        regime=given.regime,
    )
    return back(f"/cameras/{added.id}")


def bands_of(line: TimelineView, start: datetime, end: datetime) -> dict[str, list[tuple[float, float]]]:
    """Where the spans lie on a band a thousand units wide, as (left, width)."""
    return {
        "have": laid(line.segments, start, end),
        "gap": laid(((each.start, each.end) for each in line.gaps), start, end),
        "seen": laid(((each.start, each.end) for each in line.sightings), start, end),
        "held": laid(((each.start, each.end) for each in line.holds), start, end),
    }


def laid(spans: Spans, start: datetime, end: datetime) -> list[tuple[float, float]]:
    """Spans on the band, cut to it; one that lasts reaches its end, and the shortest is still seen."""
    whole = (end - start).total_seconds()
    found: list[tuple[float, float]] = []
    for first, last in spans:
        left = max(0.0, (first - start).total_seconds() / whole)
        right = min(1.0, ((last or end) - start).total_seconds() / whole)
        if right > left:
            found.append((round(left * WIDE, 1), round(max(1.5, (right - left) * WIDE), 1)))
    return found


PAGES = (
    PageDoor("GET", "/cameras", cameras_page),
    PageDoor("POST", "/cameras", add_camera),
    PageDoor("GET", "/cameras/{id}", camera_page),
)
