"""Who is told what: turns a fact into the message that consoles and phones get, made once for all of them.

A message carries the thing as it is now, so whoever missed a few facts needs only the latest about each thing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Any

import msgspec

from safecity.alerts import alert
from safecity.base import Actor, Fact, NotFound
from safecity.cameras import CameraRemoved
from safecity.dispatch import AssignmentMoved, MessageSent, unit
from safecity.incidents import incident
from safecity.web.house import House
from safecity.web.show import ACTIVE, Show

ABOUT = frozenset({"alert", "incident", "unit", "camera"})


class Seat(Enum):
    """Where someone sits, which says what they are told."""

    CITY = "city"  # operators: everything
    BUREAU = "bureau"  # desk officers: alerts, incidents and units of their own bureau, all cameras
    AUDIT = "audit"  # auditors: alerts, incidents and cameras, no units and no positions
    CARE = "care"  # administrators: cameras
    FIELD = "field"  # officers: their own unit, its errand and its messages


def seat_of(by: Actor) -> Seat | None:
    """The seat that someone's roles give; the one that sees most. None for those who are told nothing."""
    seats = {
        "operator": Seat.CITY,
        "desk": Seat.BUREAU,
        "auditor": Seat.AUDIT,
        "administrator": Seat.CARE,
        "officer": Seat.FIELD,
    }
    return next((seat for role, seat in seats.items() if role in by.roles), None)


@dataclass(frozen=True, kw_only=True)
class Telling:
    """A message and whom it is for. `bureau` None means that it belongs to none, so that every desk is told."""

    seq: int
    about: str
    subject: str
    text: str
    bureau: str | None
    people: frozenset[str]

    def is_for(self, seat: Seat, bureau: str | None, person: str) -> bool:
        """Whether someone is told."""
        if seat is Seat.CITY or person in self.people:
            return True
        if self.about == "camera":
            return seat in {Seat.BUREAU, Seat.AUDIT, Seat.CARE}
        if seat is Seat.BUREAU:
            return self.bureau is None or self.bureau == bureau
        return seat is Seat.AUDIT and self.about in {"alert", "incident"}


class Live(msgspec.Struct, omit_defaults=True):
    """A message about a fact, as it goes over the wire."""

    seq: int
    at: object
    type: str
    subject: str
    put: dict[str, Any]


async def telling_of(house: House, fact: Fact) -> Telling | None:
    """The message about a fact, or None where nobody is told."""
    about, _, id_ = fact.subject.partition(":")
    if about not in ABOUT:
        return None
    try:
        put, bureau, crew = await _put(house, fact, about, id_)
    except NotFound:
        return None  # it is gone by now; a later fact says so
    live = Live(seq=fact.seq, at=fact.at, type=fact.name, subject=fact.subject, put=put)
    return Telling(
        seq=fact.seq,
        about=about,
        subject=fact.subject,
        text=msgspec.json.encode(live).decode(),
        bureau=bureau,
        people=frozenset(crew),
    )


async def _put(
    house: House, fact: Fact, about: str, id_: str
) -> tuple[dict[str, Any], str | None, Iterable[str]]:
    show = Show(house)
    if about == "camera":
        view = None if isinstance(fact.event, CameraRemoved) else await show.camera(id_)
        return {"camera": view}, None, ()
    if about == "alert":
        found = await alert(house.node, id_)
        return {"alert": await show.alert(found)}, found.bureau, ()
    if about == "unit":
        mine = await unit(house.node, id_)
        put: dict[str, Any] = {"unit": await show.unit(mine)}
        if isinstance(fact.event, MessageSent):
            put["message"] = await show.message(fact.event.message)
        return put, mine.bureau, mine.crew
    here = await incident(house.node, id_)
    view = (await show.incidents([here]))[0]
    bound = {each.unit for each in view.units if each.state in ACTIVE}
    if isinstance(fact.event, AssignmentMoved):
        bound.add(fact.event.unit)  # who has just cleared or declined is told a last time
    return {"incident": view}, here.bureau, await show.crews(bound)
