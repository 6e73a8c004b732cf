"""Nouns of oversight: verdicts on the log, response times, looks, and the figures the public sees."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What came of a check. `sentence` says it to a person; `entry` is the first journal entry that does not fit."""

    ok: bool
    sentence: str
    entries: int = 0
    vouched: int = 0  # entries that the newest checkpoint covers
    erased: int = 0
    entry: int | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where the log stands: how many entries the newest checkpoint covers, and its signed note."""

    size: int
    root: str
    at_ms: int | None  # the time of the last entry it covers
    note: str


class Span(StrEnum):
    """A part of the way from the first sign to the end of an incident."""

    ANSWER = "answer"  # first alert raised -> a person looked or declared
    ASSIGN = "assign"  # declared -> the first unit was sent
    ARRIVE = "arrive"  # declared -> the first unit was there
    RESOLVE = "resolve"  # declared -> settled


@dataclass(frozen=True, kw_only=True)
class Response:
    """When one incident came how far, in milliseconds since 1970; None where it did not (yet)."""

    bureau: str | None
    kind: str
    priority: int
    raised_ms: int | None
    answered_ms: int | None
    declared_ms: int
    dispatched_ms: int | None
    on_scene_ms: int | None
    resolved_ms: int | None


@dataclass(frozen=True, kw_only=True)
class Figure:
    """How long a span took for a group of incidents, in seconds. None where no incident came that far."""

    span: Span
    count: int
    p50_s: float | None
    p90_s: float | None


@dataclass(frozen=True, kw_only=True)
class Cell:
    """The figures of one group: a bureau, a priority, both or neither (None means all of them)."""

    bureau: str | None
    priority: int | None
    incidents: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True, kw_only=True)
class Times:
    """Response times of incidents declared in a span, exact: nearest rank over all values, no estimate."""

    from_ms: int
    to_ms: int
    city: Cell
    bureaus: tuple[Cell, ...]
    priorities: tuple[Cell, ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class LookCount:
    """How many times pictures were looked at on a day (UTC) for one kind of purpose."""

    day: str
    purpose: str
    kind: str  # live, recorded or a single picture
    masked: bool
    looks: int


@dataclass(frozen=True, kw_only=True)
class PublicCell:
    """A line of the public report. Figures are None where they are withheld or do not exist; `words` says which."""

    bureau: str | None
    incidents: int | None
    answer_p50_s: float | None
    arrive_p50_s: float | None
    arrive_p90_s: float | None
    words: str


@dataclass(frozen=True, kw_only=True)
class PublicReport:
    """What everyone may see: how fast the police came, how often pictures were looked at, and the log's checkpoint."""

    from_ms: int
    to_ms: int
    city: PublicCell
    bureaus: tuple[PublicCell, ...]
    looks: tuple[LookCount, ...]
    notes: tuple[str, ...]
    checkpoint: str | None
