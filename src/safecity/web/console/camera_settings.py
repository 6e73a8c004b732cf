"""The page of one camera's settings: its streams, what is recorded and for how long, what nobody may see.

Private areas are written as corners in per cent of the picture, and drawn beside the text. Whoever manages cameras sees
no pictures (see the policy), so they are drawn on an empty one.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from starlette.responses import Response

from safecity.access import Action, allow, bureaus
from safecity.base import BadInput, Place
from safecity.cameras import Camera, Regime, Shape, Transport, camera, change, remove
from safecity.footage import hiding_cost, retake_plate
from safecity.web.ask import Ask
from safecity.web.console.camera_scene import scene_lines
from safecity.web.given import Latitude, Longitude
from safecity.web.pages import PageDoor, Paint, back
from safecity.web.sentences import shown

GIGABYTE = 1_000_000_000
MOST_AREAS, MOST_CORNERS = 32, 64
Tick = Literal["", "on"]
Short = Annotated[str, msgspec.Meta(max_length=120)]
Address = Annotated[str, msgspec.Meta(max_length=500)]
Figure = Annotated[str, msgspec.Meta(max_length=20)]


class SettingsForm(msgspec.Struct):
    """All settings of a camera. An address that is left empty stays as it is; a tick that is not set is not sent."""

    name: Annotated[str, msgspec.Meta(max_length=80)]
    bureau: Annotated[str, msgspec.Meta(max_length=20)]
    lat: Latitude
    lon: Longitude
    bearing_deg: Annotated[float, msgspec.Meta(ge=0, le=360)]
    view_deg: Annotated[float, msgspec.Meta(ge=1, le=360)]
    range_m: Annotated[float, msgspec.Meta(ge=1, le=5000)]
    controller: Short
    regime: Regime
    transport: Transport
    url: Address = ""
    sub_url: Address = ""
    no_sub: Tick = ""
    enabled: Tick = ""
    record: Tick = ""
    audio: Tick = ""
    hide_in_recording: Tick = ""
    privacy_areas: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    retention: Annotated[str, msgspec.Meta(min_length=1, max_length=40)] = "standard"
    keep_days: Figure = ""
    keep_gigabytes: Figure = ""


async def settings_page(ask: Ask, paint: Paint) -> Response:
    """One camera's settings."""
    allow(ask.by, Action.MANAGE_CAMERAS)
    found = await camera(ask.house.node, ask.id())
    return paint.page(
        "camera_settings.html",
        ask,
        hiding_cost=hiding_cost(),
        camera=found,
        bureaus=await bureaus(ask.house.node),
        transports=list(Transport),
        areas=areas_text(found.privacy_areas),
        scenes=await scene_lines(ask, paint),
        keep_gigabytes="" if found.keep_bytes is None else f"{found.keep_bytes / GIGABYTE:g}",
    )


async def change_it(ask: Ask, given: SettingsForm) -> Response:
    """Changes the camera."""
    old = await camera(ask.house.node, ask.id())
    await change(
        ask.house.node,
        ask.by,
        old.id,
        name=given.name,
        bureau=given.bureau,
        place=Place(given.lat, given.lon),
        bearing_deg=given.bearing_deg,
        view_deg=given.view_deg,
        range_m=given.range_m,
        controller=given.controller,
        regime=given.regime,
        transport=given.transport,
        url=given.url or old.url,
        sub_url=_sub_url(given, old),
        enabled=bool(given.enabled),
        record=bool(given.record),
        audio=bool(given.audio),
        hide_in_recording=bool(given.hide_in_recording),
        privacy_areas=areas_of(given.privacy_areas),
        retention=given.retention,
        keep_days=_days(given.keep_days),
        keep_bytes=bytes_of(given.keep_gigabytes),
    )
    return back(f"/cameras/{old.id}")


async def remove_it(ask: Ask) -> Response:
    """Takes the camera out of the register; its footage stays for as long as the law says."""
    await remove(ask.house.node, ask.by, ask.id())
    return back("/cameras")


async def retake_it(ask: Ask) -> Response:
    """Has the camera's empty scene learned anew, on the administrator's word that nobody is in the picture."""
    await retake_plate(ask.house.node, ask.by, ask.id())
    return back(f"/cameras/{ask.id()}")


def areas_text(areas: tuple[Shape, ...]) -> str:
    """Areas as people write them: a line each, corners as `x,y` in per cent of the picture."""
    return "\n".join(" ".join(f"{x * 100:g},{y * 100:g}" for x, y in area) for area in areas)


def areas_of(text: str) -> tuple[Shape, ...]:
    """The areas of such a text. Raises BadInput with the line that is none."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_AREAS:
        raise BadInput(f"A camera has at most {MOST_AREAS} private areas.")
    return tuple(_area(line) for line in lines)


def _area(line: str) -> Shape:
    try:
        pairs = [corner.split(",") for corner in line.split()]
        corners = tuple((float(x) / 100, float(y) / 100) for x, y in pairs)
    except ValueError:
        corners = ()
    if not 3 <= len(corners) <= MOST_CORNERS or any(
        not 0 <= each <= 1 for corner in corners for each in corner
    ):
        raise BadInput(
            f"The line {shown(line)} is no area: write three corners or more, such as 0,0 50,0 0,50, in per cent."
        )
    return corners


def _sub_url(given: SettingsForm, old: Camera) -> str | None:
    return None if given.no_sub else given.sub_url or old.sub_url


def _days(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise BadInput("The days to keep footage are a whole number, or empty for as long as its class says.")
    return int(text)


def bytes_of(text: str) -> int | None:
    """So many gigabytes of a form, in bytes; None for an empty field. Raises BadInput."""
    if not text:
        return None
    try:
        figure = float(text)
    except ValueError:
        figure = -1.0
    if not 0.001 <= figure <= 1_000_000:
        raise BadInput("The gigabytes to keep are a number such as 200, or empty for no limit of its own.")
    return round(figure * GIGABYTE)


PAGES = (
    PageDoor("GET", "/cameras/{id}/settings", settings_page),
    PageDoor("POST", "/cameras/{id}/settings", change_it),
    PageDoor("POST", "/cameras/{id}/plate", retake_it),
    PageDoor("POST", "/cameras/{id}/remove", remove_it),
)
