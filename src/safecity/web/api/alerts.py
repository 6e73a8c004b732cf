"""Alerts over HTTP: the list, raising by hand, acknowledging, dismissing; panic buttons; whole batches from devices."""

from __future__ import annotations

from typing import Annotated

import msgspec

from safecity.access import Action, allow
from safecity.alerts import (
    OPEN,
    Dismissal,
    Sign,
    Source,
    State,
    acknowledge,
    alerts,
    dismiss,
    raise_alert,
    raise_alerts,
)
from safecity.base import BadInput
from safecity.web.ask import Ask, Who
from safecity.web.doors import get, post
from safecity.web.given import Id, Kind, Limit, PlaceGiven, Priority, Text, Title, place_of, whole
from safecity.web.show import Show, bureau_shown, position_of
from safecity.web.views import AlertView

SignId = Annotated[str, whole("[A-Za-z0-9._:-]{1,80}")]


class AlertsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Which alerts: those that are open, or those in one state."""

    state: State | None = None
    limit: Limit = 200


class AlertsView(msgspec.Struct):
    """A list of alerts, the most urgent first."""

    alerts: list[AlertView]


class RaiseAlert(msgspec.Struct, forbid_unknown_fields=True):
    """An alert by hand. It needs a place, or the camera that saw it."""

    kind: Kind
    title: Title
    priority: Priority = 3
    place: PlaceGiven | None = None
    camera: Id | None = None
    place_name: Title = ""
    details: Text = ""


class Dismiss(msgspec.Struct, forbid_unknown_fields=True):
    """Why nothing need be done: a reason from the list, and words."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    words: Annotated[str, msgspec.Meta(max_length=500)] = ""


class Panic(msgspec.Struct, forbid_unknown_fields=True):
    """Someone who serves needs help. Without a place, the unit's latest position is taken."""

    place: PlaceGiven | None = None


class IntakeAlert(msgspec.Struct, forbid_unknown_fields=True):
    """A sign from a device. One with an `id` that the same device sent before is not counted again."""

    kind: Kind
    title: Title = ""
    priority: Priority | None = None
    place: PlaceGiven | None = None
    camera: Id | None = None
    place_name: Title = ""
    details: Text = ""
    id: SignId | None = None


class Intake(msgspec.Struct, forbid_unknown_fields=True):
    """A batch of signs: all of them are kept, in one transaction, or none."""

    alerts: Annotated[list[IntakeAlert], msgspec.Meta(min_length=1, max_length=1000)]


class IntakeView(msgspec.Struct):
    """How many signs are now durable, and the alert each of them belongs to, in the order they came."""

    accepted: int
    ids: list[str]


async def list_alerts(ask: Ask, given: AlertsQuery) -> AlertsView:
    """Alerts, the most urgent first."""
    allow(ask.by, Action.READ_CONSOLE)
    states = OPEN if given.state is None else (given.state,)
    found = await alerts(ask.house.node, states=states, bureau=bureau_shown(ask.by), limit=given.limit)
    return AlertsView(await Show(ask.house).alerts(found))


async def raise_by_hand(ask: Ask, given: RaiseAlert) -> AlertView:
    """Raises an alert by hand; it may join an open one nearby."""
    alert = await raise_alert(
        ask.house.node,
        ask.by,
        kind=given.kind,
        source=Source.OPERATOR if ask.session else Source.SENSOR,
        title=given.title,
        priority=given.priority,
        place=place_of(given.place),
        camera=given.camera,
        place_name=given.place_name,
        details=given.details,
    )
    return await Show(ask.house).alert(alert)


async def acknowledge_alert(ask: Ask) -> AlertView:
    """Says that you look at it."""
    return await Show(ask.house).alert(await acknowledge(ask.house.node, ask.by, ask.id()))


async def dismiss_alert(ask: Ask, given: Dismiss) -> AlertView:
    """Says that nothing need be done, and why."""
    reason, words = dismissal_of(given.reason, given.words)
    return await Show(ask.house).alert(await dismiss(ask.house.node, ask.by, ask.id(), reason, words))


def dismissal_of(reason: str, words: str) -> tuple[Dismissal, str]:
    """The reason from the list and the words that go with it. Free words alone stand for `nothing_found`."""
    try:
        code = Dismissal(reason)
    except ValueError:
        return Dismissal.NOTHING_FOUND, words or reason
    return code, words or code.replace("_", " ").capitalize()


async def press_panic(ask: Ask, given: Panic) -> AlertView:
    """Calls for help at once, with the highest priority."""
    place = place_of(given.place) or await position_of(ask.house, ask.by)
    if place is None:
        raise BadInput("Your position is not known; please send the place along.")
    alert = await raise_alert(
        ask.house.node, ask.by, kind="panic", source=Source.PANIC, title="Officer needs help", place=place
    )
    return await Show(ask.house).alert(alert)


async def take_in(ask: Ask, given: Intake) -> IntakeView:
    """Takes up to 1,000 signs from a device in one transaction; they are durable when this answers."""
    signs = [
        Sign(
            kind=each.kind,
            source=Source.SENSOR,
            title=each.title,
            priority=each.priority,
            place=place_of(each.place),
            camera=each.camera,
            place_name=each.place_name,
            details=each.details,
            id=each.id,
        )
        for each in given.alerts
    ]
    raised = await raise_alerts(ask.house.node, ask.by, signs)
    return IntakeView(accepted=len(raised), ids=[alert.id for alert in raised])


DOORS = (
    get("/api/alerts", list_alerts),
    post("/api/alerts", raise_by_hand, Who.PEOPLE_OR_DEVICES, 201),
    post("/api/alerts/{id}/acknowledge", acknowledge_alert),
    post("/api/alerts/{id}/dismiss", dismiss_alert),
    post("/api/panic", press_panic, Who.PEOPLE_OR_DEVICES, 201),
    post("/api/intake", take_in, Who.DEVICES, 202),
)
