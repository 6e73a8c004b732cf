"""The rows of dispatch. Private to this room."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from safecity.base import Change, NotFound, Value, load_queries
from safecity.dispatch.model import Assignment, Message, State, Unit, UnitKind, UnitStatus

SQL = load_queries("safecity.dispatch")
T = TypeVar("T")


class Reader(Protocol):
    """Where rows are read: a change, which sees its own rows, or the database."""

    def fetch(self, as_: type[T], sql: str, /, **values: Value) -> Awaitable[list[T]]:
        """The rows of a query."""
        ...


@dataclass(frozen=True)
class UnitRow:
    """A unit as it lies in its table, with what it is bound by."""

    id: str
    number: int
    call_sign: str
    kind: UnitKind
    bureau: str
    status: UnitStatus
    assignment: str | None
    incident: str | None


@dataclass(frozen=True)
class CrewRow:
    """One officer of a unit."""

    unit: str
    person: str


@dataclass(frozen=True)
class UnitId:
    """Only which unit."""

    unit: str


@dataclass(frozen=True)
class BoundRow:
    """A unit's call sign and status; `person` is empty where the one asked about is not in its crew."""

    call_sign: str
    status: UnitStatus
    person: str | None


@dataclass(frozen=True)
class Number:
    """A number: the last one given out, or a count."""

    last: int


@dataclass(frozen=True)
class AssignmentRow:
    """An assignment as it lies in its table."""

    id: str
    incident: str
    unit: str
    call_sign: str
    state: State
    assigned_by: str
    assigned_ms: int
    accepted_ms: int | None
    en_route_ms: int | None
    on_scene_ms: int | None
    ended_ms: int | None

    def assignment(self) -> Assignment:
        """The noun."""
        return Assignment(
            id=self.id,
            incident=self.incident,
            unit=self.unit,
            call_sign=self.call_sign,
            state=self.state,
            assigned_by=self.assigned_by,
            assigned_ms=self.assigned_ms,
            accepted_ms=self.accepted_ms,
            en_route_ms=self.en_route_ms,
            on_scene_ms=self.on_scene_ms,
            ended_ms=self.ended_ms,
        )


@dataclass(frozen=True)
class MessageRow:
    """A message as it lies in its table."""

    id: str
    unit: str
    at_ms: int
    writer: str
    text: str

    def message(self) -> Message:
        """The noun."""
        return Message(id=self.id, unit=self.unit, at_ms=self.at_ms, by=self.writer, text=self.text)


@dataclass(frozen=True)
class TrackRow:
    """Where a unit was."""

    unit: str
    at_ms: int
    lat: float
    lon: float


async def read_units(
    reader: Reader,
    *,
    ids: list[str] | None = None,
    bureau: str | None = None,
    status: UnitStatus | None = None,
) -> list[Unit]:
    """Units with their crews, by number."""
    wanted = None if ids is None else json.dumps(ids)
    rows = await reader.fetch(UnitRow, SQL["units"], ids=wanted, bureau=bureau, status=status)
    crews: defaultdict[str, list[str]] = defaultdict(list)
    for each in await reader.fetch(CrewRow, SQL["crews"], ids=wanted):
        crews[each.unit].append(each.person)
    return [
        Unit(
            id=row.id,
            number=row.number,
            call_sign=row.call_sign,
            kind=row.kind,
            bureau=row.bureau,
            status=row.status,
            crew=tuple(crews[row.id]),
            assignment=row.assignment,
            incident=row.incident,
        )
        for row in rows
    ]


async def one_unit(reader: Reader, unit: str) -> Unit:
    """A unit, as the reader sees it. Raises NotFound."""
    found = await read_units(reader, ids=[unit])
    if not found:
        raise NotFound("There is no such unit.")
    return found[0]


async def one_assignment(reader: Reader, assignment: str) -> Assignment:
    """An assignment, as the reader sees it. Raises NotFound."""
    rows = await reader.fetch(AssignmentRow, SQL["assignment"], id=assignment)
    if not rows:
        raise NotFound("There is no such assignment.")
    return rows[0].assignment()


async def keep_assignment(change: Change, assignment: Assignment) -> None:
    """Writes the state and the clocks of an assignment."""
    await change.execute(
        SQL["set_assignment"],
        id=assignment.id,
        state=assignment.state,
        accepted_ms=assignment.accepted_ms,
        en_route_ms=assignment.en_route_ms,
        on_scene_ms=assignment.on_scene_ms,
        ended_ms=assignment.ended_ms,
    )
