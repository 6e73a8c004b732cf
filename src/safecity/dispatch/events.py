"""Facts that dispatch tells. Those with `about = "incident"` stand in that incident's history."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from safecity.base import Event

PHRASES = {
    "accept": "{unit} accepted.",
    "decline": "{unit} declined.",
    "enroute": "{unit} is on the way.",
    "arrive": "{unit} is on scene.",
    "clear": "{unit} cleared.",
    "withdraw": "{unit} was called off by {who}.",
}


@dataclass(frozen=True, kw_only=True)
class UnitAdded(Event):
    """A unit was set up. Heard by: the console."""

    about: ClassVar[str] = "unit"
    unit: str
    number: int
    call_sign: str
    unit_kind: str
    bureau: str


@dataclass(frozen=True, kw_only=True)
class CrewChanged(Event):
    """The officers of a unit changed. Heard by: the console."""

    about: ClassVar[str] = "unit"
    unit: str
    crew: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class ShiftStarted(Event):
    """A unit went on duty. Heard by: oversight, the console."""

    about: ClassVar[str] = "unit"
    unit: str
    status: str


@dataclass(frozen=True, kw_only=True)
class ShiftEnded(Event):
    """A unit went off duty. Heard by: oversight, the console."""

    about: ClassVar[str] = "unit"
    unit: str
    status: str


@dataclass(frozen=True, kw_only=True)
class UnitStatusChanged(Event):
    """What a unit is doing changed, in the words of NENA EIDO. Heard by: the console."""

    about: ClassVar[str] = "unit"
    unit: str
    status: str
    assignment: str


@dataclass(frozen=True, kw_only=True)
class UnitAssigned(Event):
    """A person sent a unit to an incident. Heard by: evidence, oversight, the console, the unit's phone."""

    about: ClassVar[str] = "incident"
    incident: str
    assignment: str
    unit: str
    call_sign: str

    def sentence(self, who: str) -> str:
        """The line in the incident's history."""
        return f"{who} sent {self.call_sign}."


@dataclass(frozen=True, kw_only=True)
class AssignmentMoved(Event):
    """An assignment went from one state to another. Heard by: evidence, oversight, the console, the unit's phone.

    `by_radio` marks what the control room entered for the crew; `note` is the row with the outcome in words.
    """

    about: ClassVar[str] = "incident"
    incident: str
    assignment: str
    unit: str
    call_sign: str
    move: str
    before: str
    state: str
    by_radio: bool
    note: str | None

    def sentence(self, who: str) -> str:
        """The line in the incident's history."""
        told = PHRASES[self.move].format(unit=self.call_sign, who=who)
        return f"{told[:-1]} (radio word, entered by {who})." if self.by_radio else told


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """A message went to a unit. Heard by: the unit's phone."""

    about: ClassVar[str] = "unit"
    unit: str
    message: str
