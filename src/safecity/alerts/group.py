"""Groups signs within one change: reads once what is open around them, decides in memory, writes once.

A batch of a thousand costs three reads and four writes; what a sign does to an alert is seen by the next.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from safecity.alerts.events import AlertGrouped, AlertRaised, AlertRose
from safecity.alerts.model import Alert, Move, Sign, State
from safecity.alerts.rules import (
    Arrival,
    Join,
    OpenAlerts,
    Raise,
    Rise,
    decide,
    joined_details,
    moved,
    priority_of,
    title_of,
)
from safecity.alerts.store import SQL, AlertRow, References, SignRow, counted_row, joined_row, near, new_row
from safecity.base import Actor, Change, Place, Value


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A checked sign, with where it is in words and whose ground that is."""

    sign: Sign
    place: Place
    place_name: str
    bureau: str | None


async def group(change: Change, by: Actor, placed: Sequence[Placed]) -> list[Alert]:
    """Takes signs and returns the alert that each belongs to, as it stands after all of them."""
    known = await _known(change, by, placed)
    arrivals = [_arrival(change, by, each) for each in placed]
    grouping = _Grouping(change, OpenAlerts(await near(change, arrivals)))
    names: list[str] = []
    for each, arrival in zip(placed, arrivals, strict=True):
        key = _key(by, each.sign.id or change.new_id())
        if key not in known:
            known[key] = await grouping.take(key, each, arrival)
        names.append(known[key])
    await grouping.keep()
    before = await _several(change, [name for name in names if name not in grouping.alerts])
    return [grouping.alerts.get(name) or before[name] for name in names]


def _key(by: Actor, sign_id: str) -> str:
    # Whoever sends signs names them, so that no device can use up another's ids.
    return f"{by.id}/{sign_id}"


async def _known(change: Change, by: Actor, placed: Sequence[Placed]) -> dict[str, str]:
    keys = [_key(by, each.sign.id) for each in placed if each.sign.id]
    if not keys:
        return {}
    rows = await change.fetch(SignRow, SQL["known_signs"], ids=json.dumps(keys))
    return {row.id: row.alert for row in rows}


async def _several(change: Change, names: Sequence[str]) -> dict[str, Alert]:
    if not names:
        return {}
    rows = await change.fetch(AlertRow, SQL["several"], ids=json.dumps(names))
    return {row.id: row.alert() for row in rows}


def _arrival(change: Change, by: Actor, placed: Placed) -> Arrival:
    sign = placed.sign
    return Arrival(
        kind=sign.kind,
        source=sign.source,
        priority=sign.priority or priority_of(sign.source, sign.kind),
        camera=sign.camera,
        place=placed.place,
        by=by.id,
        at_ms=change.now_ms,
    )


class _Grouping:
    """What a change has made of the signs so far. `alerts` are those it touched, as they are now."""

    def __init__(self, change: Change, open_alerts: OpenAlerts) -> None:
        self._change = change
        self._open = open_alerts
        self._references = References(change)
        self._new: set[str] = set()
        self._changed: set[str] = set()  # in more than their count
        self._signs: list[dict[str, Value]] = []
        self.alerts: dict[str, Alert] = {}

    async def take(self, key: str, placed: Placed, arrival: Arrival) -> str:
        """Raises an alert for a sign or adds it to one; returns that alert's id."""
        match decide(self._open.around(arrival), arrival):
            case Raise(due_ms):
                alert = await self._raise(placed, arrival, due_ms)
            case (Join() | Rise()) as command:
                alert = self._join(placed.sign, arrival, command)
        self.alerts[alert.id] = alert
        self._open.put(alert)
        contact = placed.sign.contact.strip()
        if placed.sign.id or contact:
            self._signs.append({"id": key, "alert": alert.id, "at_ms": arrival.at_ms, "contact": contact})
        return alert.id

    async def keep(self) -> None:
        """Writes the rows of everything that was taken."""
        change = self._change
        new = [alert for name, alert in self.alerts.items() if name in self._new]
        rest = [alert for name, alert in self.alerts.items() if name not in self._new]
        changed = [alert for alert in rest if alert.id in self._changed]
        counted = [alert for alert in rest if alert.id not in self._changed]
        if new:
            await self._references.keep()
            await change.execute_many(SQL["insert"], [new_row(alert) for alert in new])
        if changed:
            await change.execute_many(SQL["join_sign"], [joined_row(alert) for alert in changed])
        if counted:
            await change.execute_many(SQL["count_sign"], [counted_row(alert) for alert in counted])
        if self._signs:
            await change.execute_many(SQL["keep_sign"], self._signs)

    async def _raise(self, placed: Placed, arrival: Arrival, due_ms: int) -> Alert:
        sign, name = placed.sign, self._change.new_id()
        alert = Alert(
            id=name,
            reference=await self._references.next(placed.bureau),
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
            raised_ms=arrival.at_ms,
            last_ms=arrival.at_ms,
            due_ms=due_ms,
            acknowledged_by=None,
            acknowledged_ms=None,
            dismissed_reason=None,
            dismissed_words="",
            incident=None,
            sighting=sign.sighting,
            details=sign.details.strip(),
        )
        self._new.add(name)
        self._change.tell(_raised(alert))
        return alert

    def _join(self, sign: Sign, arrival: Arrival, command: Join | Rise) -> Alert:
        alert = command.alert
        cameras = alert.cameras
        if sign.camera and sign.camera not in cameras:
            cameras = (*cameras, sign.camera)
        risen = isinstance(command, Rise)
        after = replace(
            alert,
            count=command.count,
            priority=command.priority if risen else alert.priority,
            due_ms=command.due_ms if risen else alert.due_ms,
            state=moved(alert, Move.RISE) if risen else alert.state,
            last_ms=max(alert.last_ms, arrival.at_ms),
            cameras=cameras,
            camera=alert.camera or sign.camera,
            sighting=alert.sighting or sign.sighting,
            details=joined_details(alert.details, sign.details),
        )
        if risen or cameras != alert.cameras or after.sighting != alert.sighting:
            self._changed.add(alert.id)
        self._change.tell(_grouped(after, sign))
        if risen:
            self._change.tell(
                AlertRose(
                    alert=after.id, reference=after.reference, priority=after.priority, due_ms=after.due_ms
                )
            )
        return after


def _raised(alert: Alert) -> AlertRaised:
    return AlertRaised(
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


def _grouped(alert: Alert, sign: Sign) -> AlertGrouped:
    return AlertGrouped(
        alert=alert.id,
        reference=alert.reference,
        count=alert.count,
        source=sign.source,
        camera=sign.camera,
        sighting=sign.sighting,
    )
