"""Links further alerts and cameras to an incident."""

from __future__ import annotations

from safecity.access import Action, allow
from safecity.alerts import attach
from safecity.base import Actor, Change, Conflict, Node
from safecity.cameras import camera as find_camera
from safecity.incidents.events import AlertLinked, CameraLinked
from safecity.incidents.model import Incident, State
from safecity.incidents.store import SQL, one


async def link_alert(node: Node, by: Actor, incident: str, alert: str) -> Incident:
    """Links an alert; one that is linked already changes nothing. Raises Conflict where either is settled."""
    allow(by, Action.LINK)

    async def work(change: Change) -> Incident:
        found = await _workable(change, incident)
        if alert in found.alerts:
            return found
        linked = await attach(change, alert, incident)
        await change.execute(SQL["add_alert"], incident=incident, alert=alert)
        change.tell(AlertLinked(incident=incident, alert=alert, alert_reference=linked.reference))
        return await one(change, incident)

    return await node.change(by, work)


async def link_camera(node: Node, by: Actor, incident: str, camera: str) -> Incident:
    """Links a camera; one that is linked already changes nothing. Raises Conflict where the incident is closed."""
    allow(by, Action.LINK)
    await find_camera(node, camera)

    async def work(change: Change) -> Incident:
        found = await _workable(change, incident)
        if camera in found.cameras:
            return found
        await change.execute(SQL["add_camera"], incident=incident, camera=camera)
        change.tell(CameraLinked(incident=incident, camera=camera))
        return await one(change, incident)

    return await node.change(by, work)


async def _workable(change: Change, incident: str) -> Incident:
    found = await one(change, incident)
    if found.state is State.MERGED:
        raise Conflict(f"Incident {found.reference} was merged into another; please go on with that one.")
    if found.state is State.CLOSED:
        raise Conflict(f"Incident {found.reference} is closed; reopen it before linking anything to it.")
    return found
