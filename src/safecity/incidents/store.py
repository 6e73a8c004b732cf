"""The rows of incidents. Private to this room."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from safecity.base import Change, NotFound, Place, Value, load_queries
from safecity.incidents.model import Incident, Note, State

SQL = load_queries("safecity.incidents")
T = TypeVar("T")


class Reader(Protocol):
    """Where rows are read: a change, which sees its own rows, or the database."""

    def fetch(self, as_: type[T], sql: str, /, **values: Value) -> Awaitable[list[T]]:
        """The rows of a query."""
        ...


@dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """An incident as it lies in its table."""

    id: str
    reference: str
    kind: str
    title: str
    priority: int
    state: State
    lat: float
    lon: float
    place_name: str
    bureau: str | None
    owner: str
    declared_ms: int
    dispatched_ms: int | None
    on_scene_ms: int | None
    resolved_ms: int | None
    closed_ms: int | None
    reopened: int
    merged_into: str | None

    def incident(self, alerts: list[str], cameras: list[str], notes: list[Note]) -> Incident:
        """The noun, with what belongs to it."""
        return Incident(
            id=self.id,
            reference=self.reference,
            kind=self.kind,
            title=self.title,
            priority=self.priority,
            state=self.state,
            place=Place(self.lat, self.lon),
            place_name=self.place_name,
            bureau=self.bureau,
            owner=self.owner,
            declared_ms=self.declared_ms,
            dispatched_ms=self.dispatched_ms,
            on_scene_ms=self.on_scene_ms,
            resolved_ms=self.resolved_ms,
            closed_ms=self.closed_ms,
            reopened=self.reopened,
            merged_into=self.merged_into,
            alerts=tuple(dict.fromkeys(alerts)),
            cameras=tuple(dict.fromkeys(cameras)),
            notes=tuple(notes),
        )


@dataclass(frozen=True)
class Linked:
    """Something that belongs to an incident, itself or by way of one that was merged into it."""

    root: str
    thing: str


@dataclass(frozen=True)
class NoteRow:
    """A note as it lies in its table."""

    root: str
    id: str
    incident: str
    at_ms: int
    writer: str
    text: str

    def note(self) -> Note:
        """The noun."""
        return Note(id=self.id, incident=self.incident, at_ms=self.at_ms, by=self.writer, text=self.text)


@dataclass(frozen=True)
class Number:
    """A number that was given out."""

    last: int


async def whole(reader: Reader, rows: list[IncidentRow]) -> list[Incident]:
    """Incidents with their alerts, cameras and notes, in the order of the rows."""
    ids = json.dumps([row.id for row in rows])
    alerts = _by_root(await reader.fetch(Linked, SQL["alerts_of"], ids=ids), lambda each: each.thing)
    cameras = _by_root(await reader.fetch(Linked, SQL["cameras_of"], ids=ids), lambda each: each.thing)
    notes = _by_root(await reader.fetch(NoteRow, SQL["notes_of"], ids=ids), NoteRow.note)
    return [row.incident(alerts[row.id], cameras[row.id], notes[row.id]) for row in rows]


class _Rooted(Protocol):
    @property
    def root(self) -> str: ...


R = TypeVar("R", bound=_Rooted)


def _by_root(rows: Iterable[R], made: Callable[[R], T]) -> dict[str, list[T]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for row in rows:
        found[row.root].append(made(row))
    return found


async def one(reader: Reader, incident: str) -> Incident:
    """An incident, as the reader sees it. Raises NotFound."""
    rows = await reader.fetch(IncidentRow, SQL["some"], ids=json.dumps([incident]))
    if not rows:
        raise NotFound("There is no such incident.")
    return (await whole(reader, rows))[0]


async def next_reference(change: Change, bureau: str | None) -> str:
    """A name that people can say on the radio, such as `CEN-1122-0007`: bureau, month and day (UTC), count."""
    code = bureau or "CITY"
    number = await change.fetch_one(Number, SQL["next_number"], series=f"{code}-{change.now:%Y-%m-%d}")
    return f"{code}-{change.now:%m%d}-{number.last if number else 1:04}"


async def keep_state(change: Change, incident: Incident) -> None:
    """Writes the state and the clocks of an incident."""
    await change.execute(
        SQL["set_state"],
        id=incident.id,
        state=incident.state,
        dispatched_ms=incident.dispatched_ms,
        on_scene_ms=incident.on_scene_ms,
        resolved_ms=incident.resolved_ms,
        closed_ms=incident.closed_ms,
        reopened=incident.reopened,
        merged_into=incident.merged_into,
    )
