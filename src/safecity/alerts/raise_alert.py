"""Raises alerts from signs: groups them, counts them, and never hides an urgent one.

What must be looked up elsewhere (the camera's place, the bureau) is looked up before the transaction; grouping is
decided inside it, so that two signs that come at once cannot both raise an alert for the same thing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from safecity.access import Action, allow, bureau_at
from safecity.alerts.events import AlertGrouped, AlertRaised, AlertRose
from safecity.alerts.model import Alert, Move, Sign, Source, State
from safecity.alerts.rules import (
    Arrival,
    Join,
    Raise,
    Rise,
    check,
    decide,
    joined_details,
    moved,
    priority_of,
    title_of,
)
from safecity.alerts.store import SQL, SignRow, joined_row, near, new_row, next_reference, one
from safecity.base import Actor, BadInput, Change, Node, Place
from safecity.cameras import Camera

ACTIONS = {Source.PANIC: Action.PANIC, Source.REPORT: Action.REPORT}
MAX_SIGNS = 1000


@dataclass(frozen=True, kw_only=True)
class _Placed:
    """A sign, with where it is in words and whose ground that is."""

    sign: Sign
    place: Place
    place_name: str
    bureau: str | None


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
        known = await _known(change, by, signs)
        return [await _take(change, by, each, known) for each in placed]

    return await node.change(by, work)


async def _placed(node: Node, signs: Sequence[Sign]) -> list[_Placed]:
    from safecity.cameras import camera

    seen = {name: await camera(node, name) for name in {sign.camera for sign in signs} if name is not None}
    return [await _place(node, sign, seen[sign.camera] if sign.camera else None) for sign in signs]


async def _place(node: Node, sign: Sign, seen_by: Camera | None) -> _Placed:
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
    return _Placed(sign=sign, place=place, place_name=name, bureau=bureau)


def _key(by: Actor, sign_id: str) -> str:
    # Whoever sends signs names them, so that no device can use up another's ids.
    return f"{by.id}/{sign_id}"


async def _known(change: Change, by: Actor, signs: Sequence[Sign]) -> dict[str, str]:
    keys = [_key(by, sign.id) for sign in signs if sign.id]
    if not keys:
        return {}
    rows = await change.fetch(SignRow, SQL["known_signs"], ids=json.dumps(keys))
    return {row.id: row.alert for row in rows}


async def _take(change: Change, by: Actor, placed: _Placed, known: dict[str, str]) -> Alert:
    sign = placed.sign
    key = _key(by, sign.id) if sign.id else f"{by.id}/{change.new_id()}"
    if key in known:
        return await one(change, known[key])
    arrival = Arrival(
        kind=sign.kind,
        source=sign.source,
        priority=sign.priority or priority_of(sign.source, sign.kind),
        camera=sign.camera,
        place=placed.place,
        by=by.id,
        at_ms=change.now_ms,
    )
    match decide(await near(change, arrival), arrival):
        case Raise(due_ms):
            alert = await _raise(change, placed, arrival, due_ms)
        case (Join() | Rise()) as command:
            alert = await _join(change, placed, arrival, command)
    known[key] = alert.id
    await change.execute(
        SQL["keep_sign"], id=key, alert=alert.id, at_ms=change.now_ms, contact=sign.contact.strip()
    )
    return alert


async def _raise(change: Change, placed: _Placed, arrival: Arrival, due_ms: int) -> Alert:
    sign = placed.sign
    alert = Alert(
        id=change.new_id(),
        reference=await next_reference(change, placed.bureau),
        kind=sign.kind,
        title=title_of(sign),
        priority=arrival.priority,
        state=State.RAISED,
        source=sign.source,
        camera=sign.camera,
        cameras=(sign.camera,) if sign.camera else (),
        place=placed.place,
        place_name=placed.place_name,
        bureau=placed.bureau,
        count=1,
        raised_by=arrival.by,
        raised_ms=change.now_ms,
        last_ms=change.now_ms,
        due_ms=due_ms,
        acknowledged_by=None,
        acknowledged_ms=None,
        dismissed_reason=None,
        dismissed_words="",
        incident=None,
        sighting=sign.sighting,
        details=sign.details.strip(),
    )
    await change.execute(SQL["insert"], **new_row(alert))
    change.tell(
        AlertRaised(
            alert=alert.id,
            reference=alert.reference,
            alert_kind=alert.kind,
            source=alert.source,
            priority=alert.priority,
            bureau=alert.bureau,
            camera=alert.camera,
            lat=alert.place.lat,
            lon=alert.place.lon,
            sighting=alert.sighting,
            due_ms=alert.due_ms,
        )
    )
    return alert


async def _join(change: Change, placed: _Placed, arrival: Arrival, command: Join | Rise) -> Alert:
    sign, alert = placed.sign, command.alert
    cameras = alert.cameras
    if sign.camera and sign.camera not in cameras:
        cameras = (*cameras, sign.camera)
    after = replace(
        alert,
        count=command.count,
        last_ms=max(alert.last_ms, arrival.at_ms),
        cameras=cameras,
        camera=alert.camera or sign.camera,
        sighting=alert.sighting or sign.sighting,
        details=joined_details(alert.details, sign.details),
    )
    change.tell(
        AlertGrouped(
            alert=alert.id,
            reference=alert.reference,
            count=command.count,
            source=sign.source,
            camera=sign.camera,
            sighting=sign.sighting,
        )
    )
    if isinstance(command, Rise):
        state = moved(alert, Move.RISE)
        after = replace(after, priority=command.priority, due_ms=command.due_ms, state=state)
        change.tell(
            AlertRose(
                alert=alert.id, reference=alert.reference, priority=command.priority, due_ms=command.due_ms
            )
        )
    await change.execute(SQL["join_sign"], **joined_row(after))
    return after
