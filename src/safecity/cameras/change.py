"""Changes a camera: its name, place, address, zones, or whether it is on."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Unpack

from safecity.access import Action, allow
from safecity.base import Actor, Change, Node, Place
from safecity.cameras.add import Details, bureau_codes, check_camera
from safecity.cameras.events import CameraChanged
from safecity.cameras.model import Camera, Regime, Signal
from safecity.cameras.store import SQL, check_name_is_free, columns, present, signal_health


class Changes(Details, total=False):
    """What can be changed; what is left out stays as it is."""

    name: str
    url: str
    bureau: str
    place: Place
    controller: str
    regime: Regime


async def change(
    node: Node, by: Actor, camera: str, *, allow_files: bool = False, **changes: Unpack[Changes]
) -> Camera:
    """Changes a camera. Raises NotAllowed, NotFound, BadInput, Conflict as `add` does; no difference, no fact."""
    allow(by, Action.MANAGE_CAMERAS)
    codes = await bureau_codes(node)

    async def work(transaction: Change) -> Camera:
        old = await present(transaction, camera)
        new = replace(old, **changes)
        check_camera(new, codes, allow_files=allow_files)
        await update(transaction, old, new)
        return new

    return await node.change(by, work)


async def update(change: Change, old: Camera, new: Camera) -> bool:
    """Writes what differs and tells the fact; returns whether anything did. Raises Conflict for a taken name."""
    differing = tuple(
        field.name for field in fields(Camera) if getattr(old, field.name) != getattr(new, field.name)
    )
    if not differing:
        return False
    await check_name_is_free(change, new)
    await change.execute(SQL["update_camera"], **columns(new))
    change.tell(CameraChanged(camera=new.id, fields=differing))
    if old.enabled != new.enabled:
        signal = Signal.SWITCHED_ON if new.enabled else Signal.SWITCHED_OFF
        await signal_health(change, new.id, signal, "" if new.enabled else "Switched off here.")
    elif old.url != new.url:
        await signal_health(change, new.id, Signal.READDRESSED, "")
    return True
