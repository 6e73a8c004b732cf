"""The rows of alerts. Private to this room."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from safecity.alerts.model import Alert, Dismissal, Source, State
from safecity.alerts.rules import NEAR_M, Arrival, group_ms
from safecity.base import Change, NotFound, Place, Value, load_queries

SQL = load_queries("safecity.alerts")
METRES_A_DEGREE = 111_195.0  # of latitude


@dataclass(frozen=True, kw_only=True)
class AlertRow:
    """An alert as it lies in its table."""

    id: str
    reference: str
    kind: str
    title: str
    priority: int
    state: State
    source: Source
    camera: str | None
    cameras_json: str
    lat: float
    lon: float
    place_name: str
    bureau: str | None
    count: int
    raised_by: str
    raised_ms: int
    last_ms: int
    due_ms: int
    acknowledged_by: str | None
    acknowledged_ms: int | None
    dismissed_reason: Dismissal | None
    dismissed_words: str
    incident: str | None
    sighting: str | None
    details: str

    def alert(self) -> Alert:
        """The noun."""
        return Alert(
            id=self.id,
            reference=self.reference,
            kind=self.kind,
            title=self.title,
            priority=self.priority,
            state=self.state,
            source=self.source,
            camera=self.camera,
            cameras=msgspec.json.decode(self.cameras_json, type=tuple[str, ...]),
            place=Place(self.lat, self.lon),
            place_name=self.place_name,
            bureau=self.bureau,
            count=self.count,
            raised_by=self.raised_by,
            raised_ms=self.raised_ms,
            last_ms=self.last_ms,
            due_ms=self.due_ms,
            acknowledged_by=self.acknowledged_by,
            acknowledged_ms=self.acknowledged_ms,
            dismissed_reason=self.dismissed_reason,
            dismissed_words=self.dismissed_words,
            incident=self.incident,
            sighting=self.sighting,
            details=self.details,
        )


@dataclass(frozen=True)
class SignRow:
    """A sign that came before, and the alert it went to."""

    id: str
    alert: str


@dataclass(frozen=True)
class Number:
    """A number that was given out."""

    last: int


async def one(change: Change, alert: str) -> Alert:
    """An alert, as this change sees it. Raises NotFound."""
    row = await change.fetch_one(AlertRow, SQL["one"], id=alert)
    if row is None:
        raise NotFound("There is no such alert.")
    return row.alert()


async def near(change: Change, signs: Iterable[Arrival]) -> list[Alert]:
    """Open alerts that any of these signs might join."""
    boxes = msgspec.json.encode([_box(sign) for sign in signs]).decode()
    return [row.alert() for row in await change.fetch(AlertRow, SQL["near"], boxes=boxes)]


def _box(sign: Arrival) -> list[str | float | None]:
    high = 1.01 * NEAR_M / METRES_A_DEGREE  # a little too much; the rule measures
    wide = high / max(0.01, math.cos(math.radians(sign.place.lat)))
    lat, lon = sign.place.lat, sign.place.lon
    since_ms = sign.at_ms - group_ms(sign.kind)
    return [sign.kind, lat - high, lat + high, lon - wide, lon + wide, since_ms, sign.camera]


class References:
    """Gives out names that people can say on the radio, such as `A-CEN-1122-0041`: bureau, month and day (UTC), count.

    Lives for one change: the last number of each series is read once and written once.
    """

    def __init__(self, change: Change) -> None:
        self._change = change
        self._day, self._short_day = f"{change.now:%Y-%m-%d}", f"{change.now:%m%d}"
        self._last: dict[str, int] = {}

    async def next(self, bureau: str | None) -> str:
        """The next name in a bureau; outside all of them it is the city's."""
        code = bureau or "CITY"
        last = self._last.get(code)
        if last is None:
            row = await self._change.fetch_one(Number, SQL["last_number"], series=f"{code}-{self._day}")
            last = row.last if row else 0
        self._last[code] = last + 1
        return f"A-{code}-{self._short_day}-{last + 1:04}"

    async def keep(self) -> None:
        """Writes down how far each series has come."""
        rows = [{"series": f"{code}-{self._day}", "last": last} for code, last in self._last.items()]
        await self._change.execute_many(SQL["keep_number"], rows)


def new_row(alert: Alert) -> dict[str, Value]:
    """The columns of a new alert."""
    return {
        "id": alert.id,
        "reference": alert.reference,
        "kind": alert.kind,
        "title": alert.title,
        "priority": alert.priority,
        "state": alert.state,
        "source": alert.source,
        "camera": alert.camera,
        "cameras_json": msgspec.json.encode(alert.cameras).decode(),
        "lat": alert.place.lat,
        "lon": alert.place.lon,
        "place_name": alert.place_name,
        "bureau": alert.bureau,
        "count": alert.count,
        "raised_by": alert.raised_by,
        "raised_ms": alert.raised_ms,
        "last_ms": alert.last_ms,
        "due_ms": alert.due_ms,
        "sighting": alert.sighting,
        "details": alert.details,
    }


def counted_row(alert: Alert) -> dict[str, Value]:
    """The columns that another sign of the same camera and no higher priority changes."""
    return {"id": alert.id, "count": alert.count, "last_ms": alert.last_ms, "details": alert.details}


def joined_row(alert: Alert) -> dict[str, Value]:
    """All columns that another sign may change."""
    return {
        "id": alert.id,
        "count": alert.count,
        "priority": alert.priority,
        "state": alert.state,
        "due_ms": alert.due_ms,
        "last_ms": alert.last_ms,
        "camera": alert.camera,
        "cameras_json": msgspec.json.encode(alert.cameras).decode(),
        "sighting": alert.sighting,
        "details": alert.details,
    }
