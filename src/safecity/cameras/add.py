"""Adds a camera to the city."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict, Unpack

from safecity.access import Action, allow, bureaus
from safecity.base import Actor, BadInput, Change, Node, Place, uuid7
from safecity.cameras.events import CameraAdded
from safecity.cameras.model import Camera, Regime, Shape, Transport
from safecity.cameras.rules import check_address
from safecity.cameras.store import SQL, check_name_is_free, columns, first_health, put_health


class Details(TypedDict, total=False):
    """What need not be said of a camera; `Camera` has the defaults."""

    sub_url: str | None
    bearing_deg: float
    view_deg: float
    range_m: float
    privacy_areas: tuple[Shape, ...]
    zones: tuple[Shape, ...]
    masks: tuple[Shape, ...]
    record: bool
    enabled: bool
    hide_in_recording: bool
    audio: bool
    transport: Transport
    retention: str
    keep_days: int | None
    keep_bytes: int | None


async def add(
    node: Node,
    by: Actor,
    *,
    name: str,
    url: str,
    bureau: str,
    place: Place,
    controller: str,
    regime: Regime,
    allow_files: bool = False,
    **details: Unpack[Details],
) -> Camera:
    """Adds a camera. `allow_files` lets a file: address stand for a camera, for tests and exercises.

    Raises NotAllowed; BadInput for an address, bureau or value that cannot be; Conflict for a name that is taken.
    """
    allow(by, Action.MANAGE_CAMERAS)
    camera = Camera(
        id=uuid7(node.clock.now()),
        name=name,
        url=url,
        bureau=bureau,
        place=place,
        controller=controller,
        regime=regime,
        **details,
    )
    check_camera(camera, await bureau_codes(node), allow_files=allow_files)

    async def work(change: Change) -> Camera:
        await insert(change, camera)
        return camera

    return await node.change(by, work)


async def bureau_codes(node: Node) -> list[str]:
    """The codes of the bureaus that a camera can belong to."""
    return [bureau.code for bureau in await bureaus(node)]


def check_camera(camera: Camera, known: Iterable[str], *, allow_files: bool) -> None:
    """Raises BadInput where the address or the bureau cannot be."""
    check_address(camera.url, allow_files=allow_files)
    if camera.sub_url is not None:
        check_address(camera.sub_url, allow_files=allow_files)
    codes = sorted(known)
    if camera.bureau not in codes:
        words = f"known are {', '.join(codes)[:200]}" if codes else "add a bureau first"
        raise BadInput(f"There is no bureau {camera.bureau[:20]!r}; {words}.")


async def insert(change: Change, camera: Camera) -> None:
    """Writes a new camera and its health, and tells the fact. Raises Conflict for a name that is taken."""
    await check_name_is_free(change, camera)
    await change.execute(SQL["insert_camera"], now_ms=change.now_ms, **columns(camera))
    await put_health(change, first_health(camera, change.now_ms))
    change.tell(
        CameraAdded(
            camera=camera.id,
            name=camera.name,
            bureau=camera.bureau,
            lat=camera.place.lat,
            lon=camera.place.lon,
            controller=camera.controller,
            regime=camera.regime,
        )
    )
