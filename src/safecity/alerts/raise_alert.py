"""Raises alerts from signs: groups them, counts them, and never hides an urgent one.

What must be looked up elsewhere (the camera's place, the bureau) is looked up before the transaction; grouping is
decided inside it, so that two signs that come at once cannot both raise an alert for the same thing.
"""

from __future__ import annotations

from collections.abc import Sequence

from safecity.access import Action, allow, bureau_at
from safecity.alerts.group import Placed, group
from safecity.alerts.model import Alert, Sign, Source
from safecity.alerts.rules import check
from safecity.base import Actor, BadInput, Change, Node, Place
from safecity.cameras import Camera, camera

ACTIONS = {Source.PANIC: Action.PANIC, Source.REPORT: Action.REPORT}
MAX_SIGNS = 1000


async def raise_alert(
    node: Node,
    by: Actor,
    *,
    kind: str,
    source: Source,
    title: str = "",
    priority: int | None = None,
    place: Place | None = None,
    camera: str | None = None,
    place_name: str = "",
    details: str = "",
    contact: str = "",
    sighting: str | None = None,
    id: str | None = None,  # noqa: A002 - it is called so everywhere
) -> Alert:
    """Raises an alert, or adds a sign to the open one it belongs to. Raises BadInput, NotAllowed, NotFound."""
    sign = Sign(
        kind=kind,
        source=source,
        title=title,
        priority=priority,
        place=place,
        camera=camera,
        place_name=place_name,
        details=details,
        contact=contact,
        sighting=sighting,
        id=id,
    )
    return (await raise_alerts(node, by, [sign]))[0]


async def raise_alerts(node: Node, by: Actor, signs: Sequence[Sign]) -> list[Alert]:
    """Takes up to 1,000 signs in one transaction, and returns the alert that each one belongs to.

    All are taken or none. A sign whose `id` the same actor sent before is not counted again.
    """
    if len(signs) > MAX_SIGNS:
        raise BadInput(f"At most {MAX_SIGNS} alerts can be sent at once, not {len(signs)}.")
    for source in {sign.source for sign in signs}:
        allow(by, ACTIONS.get(source, Action.RAISE_ALERT))
    for sign in signs:
        check(sign)
    placed = await _placed(node, signs)

    async def work(change: Change) -> list[Alert]:
        return await group(change, by, placed)

    return await node.change(by, work)


async def _placed(node: Node, signs: Sequence[Sign]) -> list[Placed]:
    seen = {name: await camera(node, name) for name in {sign.camera for sign in signs} if name is not None}
    return [await _place(node, sign, seen[sign.camera] if sign.camera else None) for sign in signs]


async def _place(node: Node, sign: Sign, seen_by: Camera | None) -> Placed:
    place = sign.place or (seen_by.place if seen_by else None)
    if place is None:
        raise BadInput("An alert needs a place, or the camera that saw it.")
    if seen_by is not None and sign.place is None:
        bureau = seen_by.bureau
    else:
        ground = await bureau_at(node, place)
        bureau = ground.code if ground else (seen_by.bureau if seen_by else None)
    name = sign.place_name.strip() or (
        f"near {seen_by.name}" if seen_by else f"{place.lat:.5f}, {place.lon:.5f}"
    )
    return Placed(sign=sign, place=place, place_name=name, bureau=bureau)
