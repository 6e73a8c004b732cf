"""A person decides that something is happening. No machine does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from safecity.access import Action, allow, bureau_at
from safecity.alerts import alerts_by_id, attach
from safecity.base import Actor, Change, Node, NotFound, Place
from safecity.cameras import cameras
from safecity.incidents.events import IncidentDeclared
from safecity.incidents.model import Incident, State
from safecity.incidents.rules import Draft, cameras_for, drafted
from safecity.incidents.store import SQL, next_reference, one


async def declare(
    node: Node,
    by: Actor,
    *,
    alerts: Sequence[str] = (),
    kind: str | None = None,
    title: str | None = None,
    priority: int | None = None,
    place: Place | None = None,
    place_name: str | None = None,
    bureau: str | None = None,
) -> Incident:
    """Declares an incident out of alerts, or out of a kind and a place; what is not given comes from the alerts.

    Incident and alerts change together: an alert that a colleague took in the same moment refuses the whole. The
    nearest cameras are linked. Raises NotAllowed, BadInput, NotFound, Conflict.
    """
    allow(by, Action.DECLARE)
    wanted = tuple(dict.fromkeys(alerts))
    found = await alerts_by_id(node, wanted)
    if len(found) != len(wanted):
        raise NotFound("There is no such alert.")
    draft = drafted(
        found, kind=kind, title=title, priority=priority, place=place, place_name=place_name, bureau=bureau
    )
    if draft.bureau is None:
        ground = await bureau_at(node, draft.place)
        draft = replace(draft, bureau=ground.code if ground else None)
    linked = cameras_for(await cameras(node), draft.place, draft.cameras)
    draft = replace(draft, cameras=linked)

    async def work(change: Change) -> Incident:
        return await _declare(change, by, draft, wanted)

    return await node.change(by, work)


async def _declare(change: Change, by: Actor, draft: Draft, alerts: Sequence[str]) -> Incident:
    incident, reference = change.new_id(), await next_reference(change, draft.bureau)
    await change.execute(
        SQL["insert"],
        id=incident,
        reference=reference,
        kind=draft.kind,
        title=draft.title,
        priority=draft.priority,
        state=State.DECLARED,
        lat=draft.place.lat,
        lon=draft.place.lon,
        place_name=draft.place_name,
        bureau=draft.bureau,
        owner=by.id,
        declared_ms=change.now_ms,
    )
    change.tell(
        IncidentDeclared(
            incident=incident,
            reference=reference,
            incident_kind=draft.kind,
            priority=draft.priority,
            bureau=draft.bureau,
            lat=draft.place.lat,
            lon=draft.place.lon,
            alerts=tuple(alerts),
            cameras=draft.cameras,
        )
    )
    for alert in alerts:
        await attach(change, alert, incident)
        await change.execute(SQL["add_alert"], incident=incident, alert=alert)
    for camera in draft.cameras:
        await change.execute(SQL["add_camera"], incident=incident, camera=camera)
    return await one(change, incident)
