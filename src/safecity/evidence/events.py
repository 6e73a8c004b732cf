"""Facts of evidence. They stand in the incident's history; reasons in words stay in rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from safecity.base import Event


@dataclass(frozen=True, kw_only=True)
class EvidenceHeld(Event):
    """A person held a span of footage for an incident. Heard by: oversight, the console."""

    about: ClassVar[str] = "incident"
    incident: str
    hold: str
    camera: str
    from_ms: int
    to_ms: int

    def sentence(self, who: str) -> str:
        """The line in the incident's history."""
        return f"{who} held footage as evidence."


@dataclass(frozen=True, kw_only=True)
class EvidenceReleased(Event):
    """A person released held footage. Heard by: oversight, the console."""

    about: ClassVar[str] = "incident"
    incident: str
    hold: str
    camera: str

    def sentence(self, who: str) -> str:
        """The line in the incident's history."""
        return f"{who} released held footage."


@dataclass(frozen=True, kw_only=True)
class EvidenceExported(Event):
    """A person handed evidence over, with another person's permit. Told before a byte leaves. Heard by: oversight."""

    about: ClassVar[str] = "incident"
    incident: str
    hold: str
    camera: str
    permit: str
    granted_by: str

    def sentence(self, who: str) -> str:
        """The line in the incident's history."""
        return f"{who} handed evidence over."
