"""Cameras over HTTP: the list and their health; adding, changing and removing them, one by one or by a CSV file."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from safecity.access import Action, allow
from safecity.base import BadInput
from safecity.cameras import Regime, Transport, add, change, import_csv, remove
from safecity.web.ask import Ask
from safecity.web.doors import Door, Media, get, post
from safecity.web.given import PlaceGiven
from safecity.web.show import Show
from safecity.web.views import CameraView

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
Address = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Days = Annotated[int, msgspec.Meta(ge=1, le=3650)]
Bytes = Annotated[int, msgspec.Meta(ge=1_000_000, le=1 << 50)]
Retention = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
Corner = tuple[Annotated[float, msgspec.Meta(ge=0, le=1)], Annotated[float, msgspec.Meta(ge=0, le=1)]]
Shapes = Annotated[
    list[Annotated[list[Corner], msgspec.Meta(min_length=3, max_length=64)]], msgspec.Meta(max_length=32)
]


class AddCamera(msgspec.Struct, forbid_unknown_fields=True):
    """A camera. Angles in degrees clockwise from north, range in metres, shapes as shares of the picture."""

    name: Name
    url: Address
    bureau: Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
    place: PlaceGiven
    controller: Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
    regime: Regime = Regime.POLICE
    sub_url: Address | None = None
    bearing_deg: Annotated[float, msgspec.Meta(ge=0, le=360)] = 0.0
    view_deg: Annotated[float, msgspec.Meta(ge=1, le=360)] = 90.0
    range_m: Annotated[float, msgspec.Meta(ge=1, le=5000)] = 60.0
    privacy_areas: Shapes = msgspec.field(default_factory=list[Any])
    zones: Shapes = msgspec.field(default_factory=list[Any])
    masks: Shapes = msgspec.field(default_factory=list[Any])
    hide_in_recording: bool = False
    record: bool = True
    audio: bool = False
    transport: Transport = Transport.AUTO
    retention: Retention = "standard"
    keep_days: Days | None = None
    keep_bytes: Bytes | None = None


class ChangeCamera(msgspec.Struct, forbid_unknown_fields=True):
    """What is to be different; what is left out stays as it is."""

    name: Name | msgspec.UnsetType = msgspec.UNSET
    url: Address | msgspec.UnsetType = msgspec.UNSET
    sub_url: Address | msgspec.UnsetType | None = msgspec.UNSET
    bureau: Annotated[str, msgspec.Meta(min_length=1, max_length=20)] | msgspec.UnsetType = msgspec.UNSET
    place: PlaceGiven | msgspec.UnsetType = msgspec.UNSET
    controller: Annotated[str, msgspec.Meta(min_length=1, max_length=120)] | msgspec.UnsetType = msgspec.UNSET
    regime: Regime | msgspec.UnsetType = msgspec.UNSET
    bearing_deg: Annotated[float, msgspec.Meta(ge=0, le=360)] | msgspec.UnsetType = msgspec.UNSET
    view_deg: Annotated[float, msgspec.Meta(ge=1, le=360)] | msgspec.UnsetType = msgspec.UNSET
    range_m: Annotated[float, msgspec.Meta(ge=1, le=5000)] | msgspec.UnsetType = msgspec.UNSET
    privacy_areas: Shapes | msgspec.UnsetType = msgspec.UNSET
    zones: Shapes | msgspec.UnsetType = msgspec.UNSET
    masks: Shapes | msgspec.UnsetType = msgspec.UNSET
    hide_in_recording: bool | msgspec.UnsetType = msgspec.UNSET
    record: bool | msgspec.UnsetType = msgspec.UNSET
    audio: bool | msgspec.UnsetType = msgspec.UNSET
    transport: Transport | msgspec.UnsetType = msgspec.UNSET
    retention: Retention | msgspec.UnsetType = msgspec.UNSET
    enabled: bool | msgspec.UnsetType = msgspec.UNSET
    keep_days: Days | msgspec.UnsetType | None = msgspec.UNSET
    keep_bytes: Bytes | msgspec.UnsetType | None = msgspec.UNSET


class CamerasView(msgspec.Struct):
    """All cameras."""

    cameras: list[CameraView]


class RefusedRow(msgspec.Struct):
    """A row of a CSV file that could not be taken, and why."""

    line: int
    error: str


class ImportView(msgspec.Struct):
    """What came of a CSV file."""

    added: int
    changed: int
    refused: list[RefusedRow]


async def list_cameras(ask: Ask) -> CamerasView:
    """All cameras and how they are."""
    allow(ask.by, Action.READ_CAMERAS)
    return CamerasView(await Show(ask.house).cameras())


async def show_camera(ask: Ask) -> CameraView:
    """One camera and how it is."""
    allow(ask.by, Action.READ_CAMERAS)
    return await Show(ask.house).camera(ask.id())


async def add_camera(ask: Ask, given: AddCamera) -> CameraView:
    """Adds a camera."""
    values = values_of(given)
    return await Show(ask.house).camera((await add(ask.house.node, ask.by, **values)).id)


async def change_camera(ask: Ask, given: ChangeCamera) -> CameraView:
    """Changes a camera."""
    values = values_of(given)
    if not values:
        raise BadInput("Please say what is to be changed.")
    await change(ask.house.node, ask.by, ask.id(), **values)
    return await Show(ask.house).camera(ask.id())


async def remove_camera(ask: Ask) -> None:
    """Removes a camera; its footage stays for as long as the law says."""
    await remove(ask.house.node, ask.by, ask.id())


async def take_csv(ask: Ask, given: bytes) -> ImportView:
    """Adds and changes cameras by a CSV file; rows that cannot be taken are named, the others are taken."""
    allow(ask.by, Action.MANAGE_CAMERAS)
    done = await import_csv(ask.house.node, ask.by, given)
    return ImportView(
        added=done.added,
        changed=done.changed,
        refused=[RefusedRow(line=each.line, error=each.error) for each in done.refused],
    )


def values_of(given: AddCamera | ChangeCamera) -> dict[str, Any]:
    """What was given, in the words of the cameras' room."""
    found = {name: getattr(given, name) for name in given.__struct_fields__}
    values = {name: value for name, value in found.items() if value is not msgspec.UNSET}
    if "place" in values:
        values["place"] = values["place"].place
    for shapes in {"privacy_areas", "zones", "masks"} & values.keys():
        values[shapes] = tuple(tuple(shape) for shape in values[shapes])
    return values


DOORS = (
    get("/api/cameras", list_cameras),
    post("/api/cameras", add_camera, status=201),
    Door("POST", "/api/cameras/import", take_csv, csv=True),
    get("/api/cameras/{id}", show_camera),
    Door("PATCH", "/api/cameras/{id}", change_camera),
    Door("DELETE", "/api/cameras/{id}", remove_camera, status=204, media=Media.NONE),
)
