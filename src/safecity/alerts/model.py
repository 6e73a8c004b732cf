"""Nouns of alerts, and the table of their states.

An alert is what deserves a look. It is raised by a sign (a sighting, a button, a call, a report); further signs of the
same thing join it. Times are milliseconds since 1970, UTC. People appear by reference only ("person:…").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from safecity.base import Place


class Source(StrEnum):
    """Where an alert comes from."""

    SIGHTING = "sighting"  # a camera saw something move
    REPORT = "report"  # a citizen wrote
    PANIC = "panic"  # an officer's button
    OPERATOR = "operator"  # raised by hand in the control room
    CALL = "call"  # somebody rang
    SENSOR = "sensor"  # a device of the city: a door contact, a smoke alarm


class State(StrEnum):
    """How far an alert has come."""

    RAISED = "raised"  # nobody has looked yet
    ACKNOWLEDGED = "acknowledged"  # a person is looking
    DECLARED = "declared"  # it belongs to an incident
    DISMISSED = "dismissed"  # a person looked, and nothing need be done


class Move(StrEnum):
    """What can happen to an alert."""

    ACKNOWLEDGE = "acknowledge"
    RISE = "rise"  # a more urgent sign joined it, so it must be looked at anew
    DECLARE = "declare"
    DISMISS = "dismiss"


NEXT: dict[tuple[State, Move], State] = {
    (State.RAISED, Move.ACKNOWLEDGE): State.ACKNOWLEDGED,
    (State.RAISED, Move.RISE): State.RAISED,
    (State.RAISED, Move.DECLARE): State.DECLARED,
    (State.RAISED, Move.DISMISS): State.DISMISSED,
    (State.ACKNOWLEDGED, Move.RISE): State.RAISED,
    (State.ACKNOWLEDGED, Move.DECLARE): State.DECLARED,
    (State.ACKNOWLEDGED, Move.DISMISS): State.DISMISSED,
}

OPEN = (State.RAISED, State.ACKNOWLEDGED)


class Dismissal(StrEnum):
    """Why an alert needs nothing more. Words of the person who dismissed it are kept beside the reason."""

    FALSE_ALARM = "false_alarm"
    NOTHING_FOUND = "nothing_found"
    ANIMAL_OR_WEATHER = "animal_or_weather"
    DUPLICATE = "duplicate"
    TEST = "test"
    HANDLED_ELSEWHERE = "handled_elsewhere"


@dataclass(frozen=True, kw_only=True)
class Sign:
    """One sign that something deserves a look. `id` makes a repeat harmless; `priority` None takes the table's.

    `camera` gives the place where none is given. `details` and `contact` may be personal data: they stay in rows.
    """

    kind: str
    source: Source
    title: str = ""
    priority: int | None = None
    place: Place | None = None
    camera: str | None = None
    place_name: str = ""
    details: str = ""
    contact: str = ""
    sighting: str | None = None
    id: str | None = None


@dataclass(frozen=True, kw_only=True)
class Alert:
    """What deserves a look. `due_ms` is when it should have been looked at; `priority` runs from 1 (now) to 4."""

    id: str
    reference: str
    kind: str
    title: str
    priority: int
    state: State
    source: Source
    camera: str | None
    cameras: tuple[str, ...]
    place: Place
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

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.state in OPEN


@dataclass(frozen=True)
class Load:
    """How many alerts people are asked to look at: in the last 10 minutes, and in 12 spans of 5, oldest first."""

    per_10_min: int
    buckets: tuple[int, ...]
