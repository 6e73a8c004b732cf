"""What simulated people see of the house: the parts of its JSON that they look at. Everything else is left unread."""

from __future__ import annotations

from datetime import datetime

import msgspec

from safecity.base import Place


class Spot(msgspec.Struct):
    """A place on the map."""

    lat: float
    lon: float

    @property
    def place(self) -> Place:
        """As a place of ours."""
        return Place(self.lat, self.lon)


class Me(msgspec.Struct):
    """Who is signed in, and the token that changes need."""

    name: str
    csrf: str


class Camera(msgspec.Struct):
    """A camera and how it is."""

    id: str
    name: str
    state: str


class Alert(msgspec.Struct):
    """An alert in the queue."""

    id: str
    kind: str
    priority: int
    state: str
    source: str
    raised_at: datetime


class Sent(msgspec.Struct):
    """A unit that was sent, and how far it has come."""

    state: str


class Incident(msgspec.Struct):
    """An incident that somebody declared."""

    id: str
    state: str
    place: Spot
    bureau: str | None
    declared_at: datetime
    on_scene_at: datetime | None
    units: list[Sent]
    cameras: list[str]


class Unit(msgspec.Struct):
    """A unit."""

    id: str
    call_sign: str
    on_shift: bool


class Verified(msgspec.Struct):
    """Whether the log was found unchanged."""

    ok: bool
    size: int


class Console(msgspec.Struct):
    """What an operator's screen begins with."""

    now: datetime
    me: Me
    cameras: list[Camera]
    alerts: list[Alert]
    incidents: list[Incident]
    verified: Verified | None = None


class FieldErrand(msgspec.Struct):
    """The errand on an officer's phone."""

    id: str
    state: str
    incident: Incident


class Field(msgspec.Struct):
    """What an officer's phone begins with; `seq` is where the live stream goes on from."""

    me: Me
    unit: Unit | None
    assignment: FieldErrand | None
    seq: int


class Errand(msgspec.Struct):
    """Where a unit is sent, and how far it has come."""

    id: str
    state: str
    place: Place


class Candidate(msgspec.Struct):
    """A unit that could go."""

    unit: Unit


class Candidates(msgspec.Struct):
    """Units that could go, the nearest first."""

    units: list[Candidate]


class Alerts(msgspec.Struct):
    """A list of alerts."""

    alerts: list[Alert]


class Incidents(msgspec.Struct):
    """A list of incidents."""

    incidents: list[Incident]


class Hold(msgspec.Struct):
    """Footage that is kept as evidence."""

    id: str


class Holds(msgspec.Struct):
    """A list of holds."""

    holds: list[Hold]


class Gap(msgspec.Struct):
    """A span without footage, and why."""

    cause: str
    words: str


class Sighting(msgspec.Struct):
    """Something moved."""

    id: str


class Timeline(msgspec.Struct):
    """What there is of a camera."""

    segments: list[tuple[datetime, datetime]]
    gaps: list[Gap]
    sightings: list[Sighting]
