"""Facts and their envelope.

A room's `events.py` derives frozen dataclasses from `Event`. Personal data in them are references, not values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

EVENTS: dict[str, type[Event]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened, in the past tense. `about` names the field whose value is the subject's id."""

    about: ClassVar[str] = ""
    version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        EVENTS[cls.kind()] = cls

    @classmethod
    def kind(cls) -> str:
        """The type as it stands in the journal: name and version, e.g. `AlertRaised/1`."""
        return f"{cls.__name__}/{cls.version}"

    @property
    def subject(self) -> str:
        """What the fact is about, e.g. `alert:0192…`."""
        return f"{self.about}:{getattr(self, self.about)}"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """An event as the journal keeps it. `seq` counts from 1 on each node without a hole."""

    seq: int
    id: str
    node: str
    at: datetime
    type: str
    subject: str
    actor: str
    purpose: str
    event: Event

    @property
    def name(self) -> str:
        """The type without its version."""
        return self.type.partition("/")[0]
