"""Folds the facts of alerts, incidents and looks into tables, so that figures are quick to read.

Each fact and the listener's place in the journal are written in one transaction, so nothing is counted twice.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from safecity.alerts import AlertAcknowledged, AlertDismissed, AlertRaised
from safecity.base import NODE, Change, Fact, Node, to_ms
from safecity.footage import PictureLooked
from safecity.incidents import IncidentDeclared, IncidentMoved
from safecity.oversight.store import BASE, SQL, CursorRow

LISTENER = "oversight.times"
STRIDE = 500  # facts that say nothing of times are passed over; the place is written this often all the same

REACHED = {
    "dispatched": "response_dispatched",
    "on_scene": "response_on_scene",
    "resolved": "response_resolved",
    "declared": "response_reopened",
    "merged": "response_merged",
}


@dataclass(frozen=True)
class _First:
    raised_ms: int | None
    answered_ms: int | None


async def keep_times(node: Node) -> None:
    """Listens for ever, from where it stopped."""
    place = await place_of(node)
    async for fact in node.bus.subscribe(place):
        if isinstance(fact.event, HEARD) or fact.seq >= place + STRIDE:
            place = fact.seq
            await take(node, fact)


async def take(node: Node, fact: Fact) -> None:
    """Folds one fact, once: a fact at or before the listener's place changes nothing."""

    async def work(change: Change) -> None:
        row = await change.fetch_one(CursorRow, BASE["read_cursor"], listener=LISTENER)
        if row is not None and row.seq >= fact.seq:
            return
        await _fold(change, fact)
        await change.execute(BASE["move_cursor"], listener=LISTENER, seq=fact.seq)

    await node.change(NODE, work)


async def place_of(node: Node) -> int:
    """The sequence number of the last fact that was folded."""
    rows = await node.database.fetch(CursorRow, BASE["read_cursor"], listener=LISTENER)
    return rows[0].seq if rows else 0


HEARD = (AlertRaised, AlertAcknowledged, AlertDismissed, IncidentDeclared, IncidentMoved, PictureLooked)


async def _fold(change: Change, fact: Fact) -> None:
    at_ms = to_ms(fact.at)
    match fact.event:
        case AlertRaised(alert=alert):
            await change.execute(SQL["put_response_alert"], alert=alert, raised_ms=at_ms)
        case AlertAcknowledged(alert=alert):
            await change.execute(SQL["answer_alert"], alert=alert, at_ms=at_ms)
        case AlertDismissed(alert=alert):
            await change.execute(SQL["drop_alert"], alert=alert)
        case IncidentDeclared() as declared:
            await _declared(change, declared, at_ms)
        case IncidentMoved(incident=incident, state=state) if state in REACHED:
            sql = SQL[REACHED[state]]
            values = {"at_ms": at_ms} if ":at_ms" in sql else {}
            await change.execute(sql, incident=incident, **values)
        case PictureLooked(form=form, masked=masked):
            await change.execute(
                SQL["count_look"],
                day=f"{fact.at:%Y-%m-%d}",
                purpose=fact.purpose.partition(":")[0] or "none",
                kind=str(form),
                masked=int(masked),
            )
        case _:
            pass


async def _declared(change: Change, declared: IncidentDeclared, at_ms: int) -> None:
    alerts = json.dumps(declared.alerts)
    first = await change.fetch_one(_First, SQL["first_of_alerts"], alerts=alerts) or _First(None, None)
    await change.execute(
        SQL["put_response"],
        incident=declared.incident,
        bureau=declared.bureau,
        kind=declared.incident_kind,
        priority=declared.priority,
        raised_ms=first.raised_ms,
        answered_ms=first.answered_ms if first.answered_ms is not None else at_ms,
        declared_ms=at_ms,
    )
    await change.execute(SQL["drop_alerts"], alerts=alerts)
