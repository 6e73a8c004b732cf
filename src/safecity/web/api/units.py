"""Units over HTTP: the list, messages, positions, shifts, errands, and what an officer's phone begins with."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from safecity.access import Action, allow
from safecity.base import BadInput, last_seq
from safecity.dispatch import (
    Move,
    Unit,
    assignment,
    end_shift,
    messages,
    move_assignment,
    report_position,
    send_message,
    start_shift,
    unit_of,
    units,
    withdraw,
)
from safecity.incidents import incident
from safecity.web.ask import Ask, Who
from safecity.web.compose import assignment_view, me_view
from safecity.web.doors import Media, get, post
from safecity.web.given import Latitude, Longitude, PlaceGiven, Words
from safecity.web.show import Show, bureau_shown
from safecity.web.views import AssignmentView, FieldAssignmentView, FieldView, MessageView, UnitView

MOVES: dict[str, Move] = {
    "accept": Move.ACCEPT,
    "decline": Move.DECLINE,
    "enroute": Move.ENROUTE,
    "arrive": Move.ARRIVE,
    "clear": Move.CLEAR,
}


class UnitsView(msgspec.Struct):
    """All units."""

    units: list[UnitView]


class MessageGiven(msgspec.Struct, forbid_unknown_fields=True):
    """What to write to a unit."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=2000)]


class PositionGiven(msgspec.Struct, forbid_unknown_fields=True):
    """Where a unit is. Metres and degrees clockwise from north."""

    lat: Latitude
    lon: Longitude
    accuracy_m: Annotated[float, msgspec.Meta(ge=0, le=100_000)] | None = None
    heading_deg: Annotated[float, msgspec.Meta(ge=0, le=360)] | None = None


class Shift(msgspec.Struct, forbid_unknown_fields=True):
    """Going on duty or off it."""

    action: Literal["start", "end"]


class MoveAssignment(msgspec.Struct, forbid_unknown_fields=True):
    """How far the errand has come; `outcome` is what came of it."""

    move: Literal["accept", "decline", "enroute", "arrive", "clear", "withdraw"]
    outcome: Words = ""


async def list_units(ask: Ask) -> UnitsView:
    """All units and where they are."""
    allow(ask.by, Action.READ_CONSOLE)
    found = await units(ask.house.node, bureau=bureau_shown(ask.by))
    return UnitsView(await Show(ask.house).units(found))


async def message_unit(ask: Ask, given: MessageGiven) -> MessageView:
    """Writes to a unit's phone."""
    sent = await send_message(ask.house.node, ask.by, ask.id(), given.text)
    return (await Show(ask.house).messages([sent]))[0]


async def take_position(ask: Ask, given: PositionGiven) -> None:
    """Tells where a unit is."""
    place = PlaceGiven(given.lat, given.lon).place
    await report_position(
        ask.house.node,
        ask.by,
        ask.house.positions,
        ask.id(),
        place,
        accuracy_m=given.accuracy_m,
        heading_deg=given.heading_deg,
    )


async def change_shift(ask: Ask, given: Shift) -> UnitView:
    """Goes on duty or off it."""
    node = ask.house.node
    if given.action == "start":
        return await Show(ask.house).unit(await start_shift(node, ask.by, ask.id()))
    return await Show(ask.house).unit(await end_shift(node, ask.by, ask.id(), ask.house.positions))


async def move_errand(ask: Ask, given: MoveAssignment) -> AssignmentView:
    """Says how far an errand has come."""
    node = ask.house.node
    if given.move == "withdraw":
        return assignment_view(await withdraw(node, ask.by, ask.id(), given.outcome))
    return assignment_view(await move_assignment(node, ask.by, ask.id(), MOVES[given.move], given.outcome))


async def show_field(ask: Ask) -> FieldView:
    """Everything an officer's phone needs to begin."""
    allow(ask.by, Action.READ_FIELD)
    if ask.session is None:
        raise BadInput("This page is for people.")
    node, show = ask.house.node, Show(ask.house)
    seq = await last_seq(node.database)
    mine = await unit_of(node, ask.by.id)
    return FieldView(
        me=me_view(ask.session),
        unit=await show.unit(mine) if mine else None,
        assignment=await _errand(ask, mine) if mine else None,
        messages=await show.messages(await messages(node, mine.id)) if mine else [],
        seq=seq,
    )


async def _errand(ask: Ask, mine: Unit) -> FieldAssignmentView | None:
    if mine.assignment is None:
        return None
    node = ask.house.node
    found = await assignment(node, mine.assignment)
    (view,) = await Show(ask.house).incidents([await incident(node, found.incident)])
    return FieldAssignmentView(
        id=found.id, state=found.state, incident=view, assigned_at=assignment_view(found).assigned_at
    )


DOORS = (
    get("/api/units", list_units),
    post("/api/units/{id}/message", message_unit, status=201),
    post("/api/units/{id}/position", take_position, Who.PEOPLE_OR_DEVICES, 204, Media.NONE),
    post("/api/units/{id}/shift", change_shift),
    post("/api/assignments/{id}/move", move_errand),
    get("/api/field", show_field),
)
