"""Nouns of incidents, and the table of their states.

An incident is what a person decided is happening. Times are milliseconds since 1970, UTC; people appear by reference.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from safecity.base import Place


class State(StrEnum):
    """How far an incident has come."""

    DECLARED = "declared"  # a person decided it is one; nobody is on the way
    DISPATCHED = "dispatched"  # a unit was sent
    ON_SCENE = "on_scene"  # a unit is there
    RESOLVED = "resolved"  # a person found it settled
    CLOSED = "closed"  # the paper is done as well
    MERGED = "merged"  # it was the same as another, where it goes on


class Move(StrEnum):
    """What can happen to an incident."""

    DISPATCH = "dispatch"
    ARRIVE = "arrive"
    STAND_DOWN = "stand_down"  # the last unit was called off, declined, or cleared without having arrived
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"


NEXT: dict[tuple[State, Move], State] = {
    (State.DECLARED, Move.DISPATCH): State.DISPATCHED,
    (State.DECLARED, Move.ARRIVE): State.ON_SCENE,  # reopened while a unit was still on its way
    (State.DECLARED, Move.RESOLVE): State.RESOLVED,
    (State.DECLARED, Move.MERGE): State.MERGED,
    (State.DISPATCHED, Move.ARRIVE): State.ON_SCENE,
    (State.DISPATCHED, Move.STAND_DOWN): State.DECLARED,
    (State.DISPATCHED, Move.RESOLVE): State.RESOLVED,
    (State.ON_SCENE, Move.RESOLVE): State.RESOLVED,
    (State.RESOLVED, Move.CLOSE): State.CLOSED,
    (State.RESOLVED, Move.REOPEN): State.DECLARED,
    (State.CLOSED, Move.REOPEN): State.DECLARED,
}

LIVE = (State.DECLARED, State.DISPATCHED, State.ON_SCENE)
BY_HAND = (Move.RESOLVE, Move.CLOSE, Move.REOPEN)  # the others follow from what units do, or from a merge


@dataclass(frozen=True, kw_only=True)
class Note:
    """What a person wrote about an incident."""

    id: str
    incident: str
    at_ms: int
    by: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Incident:
    """What a person decided is happening. `owner` is who declared it.

    Each `…_ms` is when it came that far, and empty again once that is no longer so.
    """

    id: str
    reference: str
    kind: str
    title: str
    priority: int
    state: State
    place: Place
    place_name: str
    bureau: str | None
    owner: str
    declared_ms: int
    dispatched_ms: int | None
    on_scene_ms: int | None
    resolved_ms: int | None
    closed_ms: int | None
    reopened: int
    merged_into: str | None
    alerts: tuple[str, ...] = ()
    cameras: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def moves(self) -> tuple[Move, ...]:
        """What a person may do with it now."""
        return tuple(move for move in BY_HAND if (self.state, move) in NEXT)

    @property
    def is_live(self) -> bool:
        """Whether something is still to be done on the street."""
        return self.state in LIVE


@dataclass(frozen=True, kw_only=True)
class Step:
    """A line of an incident's history: an English sentence, from the fact with this sequence number."""

    seq: int
    at: datetime
    type: str
    text: str
    actor: str
