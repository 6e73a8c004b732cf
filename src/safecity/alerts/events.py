"""Facts that alerts tell. Titles, details, contacts and words of people stay in rows; facts carry references."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from safecity.base import Event


@dataclass(frozen=True, kw_only=True)
class AlertRaised(Event):
    """Something deserves a look. Heard by: oversight, the console."""

    about: ClassVar[str] = "alert"
    alert: str
    reference: str
    alert_kind: str
    source: str
    priority: int
    bureau: str | None
    camera: str | None
    lat: float
    lon: float
    sighting: str | None
    due_ms: int

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return f"{who} raised alert {self.reference} ({self.alert_kind.replace('_', ' ')}, P{self.priority})."


@dataclass(frozen=True, kw_only=True)
class AlertGrouped(Event):
    """Another sign of the same thing joined an alert. Heard by: the console."""

    about: ClassVar[str] = "alert"
    alert: str
    reference: str
    count: int
    source: str
    camera: str | None
    sighting: str | None

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return f"{who} gave another sign of alert {self.reference}, now {self.count} in all."


@dataclass(frozen=True, kw_only=True)
class AlertRose(Event):
    """A more urgent sign raised an alert's priority, so it must be looked at anew. Heard by: the console."""

    about: ClassVar[str] = "alert"
    alert: str
    reference: str
    priority: int
    due_ms: int

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return f"{who} raised alert {self.reference} to P{self.priority}."


@dataclass(frozen=True, kw_only=True)
class AlertAcknowledged(Event):
    """A person began to look at an alert. Heard by: oversight, the console."""

    about: ClassVar[str] = "alert"
    alert: str
    reference: str

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return f"{who} acknowledged alert {self.reference}."


@dataclass(frozen=True, kw_only=True)
class AlertDismissed(Event):
    """A person looked and found that nothing need be done. Heard by: oversight, the console."""

    about: ClassVar[str] = "alert"
    alert: str
    reference: str
    reason_code: str

    def sentence(self, who: str) -> str:
        """The line in a history."""
        return f"{who} dismissed alert {self.reference}: {self.reason_code.replace('_', ' ')}."


@dataclass(frozen=True, kw_only=True)
class AlertAttached(Event):
    """An alert became part of an incident. Heard by: oversight, the console."""

    about: ClassVar[str] = "alert"
    alert: str
    reference: str
    incident: str


@dataclass(frozen=True, kw_only=True)
class ReportersForgotten(Event):
    """What reporters wrote about themselves before a moment was deleted, as the law demands. Heard by: nobody yet."""

    about: ClassVar[str] = "before_ms"
    before_ms: int
    count: int
