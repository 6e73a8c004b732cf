"""Facts that incidents tell. Titles, place names, notes and reasons stay in rows; facts carry the row's id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from safecity.base import Event

PHRASES = {
    "dispatch": "A unit was sent to incident {}.",
    "arrive": "The first unit reached incident {}.",
    "stand_down": "No unit is on the way to incident {} any more.",
    "resolve": "{who} resolved incident {}.",
    "close": "{who} closed incident {}.",
    "reopen": "{who} reopened incident {}.",
    "merge": "{who} merged incident {} into another.",
}


@dataclass(frozen=True, kw_only=True)
class IncidentDeclared(Event):
    """A person decided that something is happening. Heard by: evidence, oversight, the console."""

    about: ClassVar[str] = "incident"
    incident: str
    reference: str
    incident_kind: str
    priority: int
    bureau: str | None
    lat: float
    lon: float
    alerts: tuple[str, ...]
    cameras: tuple[str, ...]

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return f"{who} declared incident {self.reference} ({self.incident_kind.replace('_', ' ')}, P{self.priority})."


@dataclass(frozen=True, kw_only=True)
class IncidentMoved(Event):
    """An incident went from one state to another. Heard by: evidence, oversight, the console."""

    about: ClassVar[str] = "incident"
    incident: str
    reference: str
    bureau: str | None
    priority: int
    move: str
    before: str
    state: str
    note: str | None  # the row with the reason, where one was given

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return PHRASES[self.move].format(self.reference, who=who)


@dataclass(frozen=True, kw_only=True)
class IncidentNoted(Event):
    """A person wrote a note about an incident. Heard by: the console."""

    about: ClassVar[str] = "incident"
    incident: str
    note: str

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return f"{who} wrote a note."


@dataclass(frozen=True, kw_only=True)
class CameraLinked(Event):
    """A camera was linked to an incident. Heard by: evidence, the console."""

    about: ClassVar[str] = "incident"
    incident: str
    camera: str

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return f"{who} linked a camera."


@dataclass(frozen=True, kw_only=True)
class AlertLinked(Event):
    """An alert was linked to an incident that was there already. Heard by: evidence, the console."""

    about: ClassVar[str] = "incident"
    incident: str
    alert: str
    alert_reference: str

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return f"{who} linked alert {self.alert_reference}."


@dataclass(frozen=True, kw_only=True)
class IncidentAbsorbed(Event):
    """An incident took another into itself, with its alerts, cameras and notes. Heard by: oversight, the console."""

    about: ClassVar[str] = "incident"
    incident: str
    merged: str
    merged_reference: str

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return f"{who} merged incident {self.merged_reference} into this one."
