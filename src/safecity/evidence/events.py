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


@dataclass(frozen=True, kw_only=True)
class ExportAsked(Event):
    """A person asked for films of some cameras, masked or, with a second person's permit, as recorded.

    Heard by: oversight.
    """

    about: ClassVar[str] = "export"
    export: str
    cameras: tuple[str, ...]
    from_ms: int
    to_ms: int
    masked: bool
    reason_code: str


@dataclass(frozen=True, kw_only=True)
class ExportReady(Event):
    """The films of an export are made; `sha256` are those of the files. Heard by: oversight."""

    about: ClassVar[str] = "export"
    export: str
    sha256: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ExportFailed(Event):
    """The films of an export could not be made; why stands with the export. Heard by: oversight."""

    about: ClassVar[str] = "export"
    export: str


@dataclass(frozen=True, kw_only=True)
class ExportDelivered(Event):
    """A film leaves, to the person who asked for it; told before its first byte, and again after an hour.

    Heard by: oversight.
    """

    about: ClassVar[str] = "export"
    export: str
    camera: str
    sha256: str
    masked: bool
    permit: str | None = None


@dataclass(frozen=True, kw_only=True)
class ExportForgotten(Event):
    """The films of an export were deleted: their time was over, or a person wanted it so. Heard by: oversight."""

    about: ClassVar[str] = "export"
    export: str
