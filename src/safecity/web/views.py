"""The JSON views: what browsers, phones and programs get to see of the rooms' nouns.

Times are ISO 8601 in UTC, places WGS 84 degrees, angles degrees clockwise from north, distances metres.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from safecity.base import Place


class PlaceView(msgspec.Struct):
    """A point in degrees."""

    lat: float
    lon: float


class MeView(msgspec.Struct):
    """Who is signed in. `csrf` goes back as the header X-CSRF with every change."""

    id: str
    name: str
    roles: list[str]
    bureau: str | None
    csrf: str


class BureauView(msgspec.Struct):
    """A bureau and its ground, as longitude and latitude pairs."""

    code: str
    name: str
    polygon: list[tuple[float, float]]


class CameraView(msgspec.Struct):
    """A camera and how it is; `reason` says why in words."""

    id: str
    name: str
    bureau: str
    place: PlaceView
    bearing_deg: float
    view_deg: float
    range_m: float
    state: str
    reason: str
    since: datetime | None


class AlertView(msgspec.Struct):
    """Something that deserves a look, with everything that was grouped into it."""

    id: str
    reference: str
    kind: str
    title: str
    priority: int
    state: str
    source: str
    camera: str | None
    cameras: list[str]
    place: PlaceView
    place_name: str
    bureau: str | None
    count: int
    raised_at: datetime
    last_at: datetime
    due_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    dismissed_reason: str | None
    incident: str | None
    snapshot: str | None
    details: str


class IncidentUnitView(msgspec.Struct):
    """A unit sent to an incident and how far it has come."""

    unit: str
    call_sign: str
    state: str


class NoteView(msgspec.Struct):
    """A line someone wrote."""

    at: datetime
    by: str
    text: str


class IncidentView(msgspec.Struct):
    """What a person decided is happening. `moves` are those that may be made now."""

    id: str
    reference: str
    kind: str
    title: str
    priority: int
    state: str
    place: PlaceView
    place_name: str
    bureau: str | None
    declared_at: datetime
    dispatched_at: datetime | None
    on_scene_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    owner: str
    alerts: list[str]
    cameras: list[str]
    units: list[IncidentUnitView]
    notes: list[NoteView]
    moves: list[str]
    merged_into: str | None


class OfficerView(msgspec.Struct):
    """A member of a unit's crew."""

    id: str
    name: str


class UnitView(msgspec.Struct):
    """A unit. `number` stands for it in the binary position frames."""

    id: str
    number: int
    call_sign: str
    kind: str
    bureau: str
    status: str
    place: PlaceView | None
    seen_at: datetime | None
    officers: list[OfficerView]
    assignment: str | None
    incident: str | None
    on_shift: bool


class StepView(msgspec.Struct):
    """A line of an incident's history."""

    seq: int
    at: datetime
    type: str
    text: str
    actor: str


class CandidateView(msgspec.Struct):
    """A unit that could go, and why it is recommended."""

    unit: UnitView
    distance_m: float | None
    reason: str


class AssignmentView(msgspec.Struct):
    """A unit's errand."""

    id: str
    incident: str
    unit: str
    call_sign: str
    state: str
    assigned_at: datetime
    ended_at: datetime | None


class MessageView(msgspec.Struct):
    """A message to a unit. `from` is the sender's name."""

    id: str
    unit: str
    text: str
    at: datetime
    sender: str = msgspec.field(name="from")


class HoldView(msgspec.Struct):
    """A span of footage kept as evidence."""

    id: str
    incident: str
    camera: str
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    reason: str
    held_at: datetime
    held_by: str
    segments: int
    bytes: int
    released_at: datetime | None


class PermitView(msgspec.Struct):
    """Leave to do one thing, once a second person has given it."""

    id: str
    kind: str
    subject: str
    asked_by: str
    reason_code: str
    reason: str
    state: str
    granted_by: str | None
    expires_at: datetime | None
    asked_at: datetime
    minutes: int


class GapView(msgspec.Struct):
    """A span without footage, and why."""

    start: datetime = msgspec.field(name="from")
    end: datetime | None = msgspec.field(name="to")
    cause: str
    words: str


class SightingView(msgspec.Struct):
    """Something moved; `box` is x, y, width and height as fractions of the picture."""

    id: str
    start: datetime = msgspec.field(name="from")
    end: datetime | None = msgspec.field(name="to")
    box: tuple[float, float, float, float]


class SpanView(msgspec.Struct):
    """A span of held footage."""

    id: str
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")


class TimelineView(msgspec.Struct):
    """What there is of a camera between two moments. `damaged` pictures are counted by whole files."""

    segments: list[tuple[datetime, datetime]]
    gaps: list[GapView]
    sightings: list[SightingView]
    holds: list[SpanView]
    damaged: int


class LoadView(msgspec.Struct):
    """How many alerts were presented: per ten minutes now, and in the last twelve spells of five minutes."""

    per_10_min: float
    buckets: list[int]


class VerifiedView(msgspec.Struct):
    """Whether the log was found unchanged when it was last checked, and how many entries it has."""

    ok: bool
    size: int
    at: datetime | None
    sentence: str


class CityView(msgspec.Struct):
    """The city's name and where its map begins."""

    name: str
    center: tuple[float, float]
    zoom: float
    timezone: str


class ConsoleView(msgspec.Struct):
    """Everything a console needs to begin; `seq` is where the live stream goes on from."""

    seq: int
    now: datetime
    me: MeView
    node: str
    city: CityView
    bureaus: list[BureauView]
    cameras: list[CameraView]
    alerts: list[AlertView]
    incidents: list[IncidentView]
    units: list[UnitView]
    load: LoadView
    verified: VerifiedView | None


class FieldAssignmentView(msgspec.Struct):
    """An officer's present errand with the whole incident."""

    id: str
    state: str
    incident: IncidentView
    assigned_at: datetime


class FieldView(msgspec.Struct):
    """Everything an officer's phone needs to begin."""

    me: MeView
    unit: UnitView | None
    assignment: FieldAssignmentView | None
    messages: list[MessageView]
    seq: int


def place_view(place: Place) -> PlaceView:
    """A place, to a tenth of a metre."""
    return PlaceView(round(place.lat, 6), round(place.lon, 6))
