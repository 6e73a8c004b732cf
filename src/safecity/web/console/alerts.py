"""The walking page of alerts: the list, acknowledge, declare, dismiss, all by plain forms."""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.responses import Response

from safecity.access import Action, allow
from safecity.alerts import REPORT_KINDS, Dismissal, Source, State, acknowledge, alerts, dismiss, raise_alert
from safecity.base import to_ms
from safecity.incidents import declare
from safecity.web.ask import Ask
from safecity.web.given import Id, Kind, Priority, Text, Words
from safecity.web.pages import PageDoor, Paint, back
from safecity.web.show import Show, bureau_shown

KINDS = tuple((code, words) for code, (words, _) in REPORT_KINDS.items())
DISMISSALS = tuple((str(code), code.replace("_", " ").capitalize()) for code in Dismissal)


class RaiseForm(msgspec.Struct):
    """An alert by hand."""

    kind: Kind
    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    priority: Priority
    camera: Id
    details: Text = ""


class DismissForm(msgspec.Struct):
    """Why nothing need be done."""

    reason: Dismissal
    words: Words


async def alerts_page(ask: Ask, paint: Paint) -> Response:
    """What waits, the most urgent first."""
    allow(ask.by, Action.READ_CONSOLE)
    show = Show(ask.house)
    found = await alerts(ask.house.node, bureau=bureau_shown(ask.by), limit=100)
    return paint.page(
        "alerts.html",
        ask,
        alerts=await show.alerts(found),
        cameras=await show.cameras(),
        kinds=KINDS,
        dismissals=DISMISSALS,
        **await waiting(ask),
    )


async def waiting_line(ask: Ask, paint: Paint) -> Response:
    """One line that the list's page asks for now and then."""
    allow(ask.by, Action.READ_CONSOLE)
    return paint.page("alerts_waiting.html", ask, **await waiting(ask))


async def waiting(ask: Ask) -> dict[str, int]:
    """How many alerts nobody has looked at yet, and how many of them are late."""
    found = await alerts(ask.house.node, states=(State.RAISED,), bureau=bureau_shown(ask.by))
    now_ms = to_ms(ask.house.node.clock.now())
    return {"waiting": len(found), "late": sum(each.due_ms < now_ms for each in found)}


async def raise_it(ask: Ask, given: RaiseForm) -> Response:
    """Raises an alert by hand."""
    await raise_alert(
        ask.house.node,
        ask.by,
        kind=given.kind,
        source=Source.OPERATOR,
        title=given.title,
        priority=given.priority,
        camera=given.camera,
        details=given.details,
    )
    return back("/alerts")


async def acknowledge_it(ask: Ask) -> Response:
    """Says that you look at it."""
    await acknowledge(ask.house.node, ask.by, ask.id())
    return back(f"/alerts#alert-{ask.id()}")


async def declare_it(ask: Ask) -> Response:
    """Declares an incident out of it, and goes there."""
    found = await declare(ask.house.node, ask.by, alerts=[ask.id()])
    return back(f"/incidents/{found.id}")


async def dismiss_it(ask: Ask, given: DismissForm) -> Response:
    """Says that nothing need be done, and why."""
    await dismiss(ask.house.node, ask.by, ask.id(), given.reason, given.words)
    return back("/alerts")


PAGES = (
    PageDoor("GET", "/alerts", alerts_page),
    PageDoor("GET", "/alerts/waiting", waiting_line),
    PageDoor("POST", "/alerts", raise_it),
    PageDoor("POST", "/alerts/{id}/acknowledge", acknowledge_it),
    PageDoor("POST", "/alerts/{id}/declare", declare_it),
    PageDoor("POST", "/alerts/{id}/dismiss", dismiss_it),
)
