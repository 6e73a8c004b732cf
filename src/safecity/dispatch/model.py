"""Nouns of dispatch, and the tables of their states.

A unit is officers who go together. Its status uses the words of NENA EIDO (NENA-STA-021.1, unit status registry).
Times are milliseconds since 1970, UTC; people appear by reference ("person:…").
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from safecity.base import Place


class UnitKind(StrEnum):
    """How a unit goes."""

    CAR = "car"
    FOOT = "foot"
    MOTORCYCLE = "motorcycle"
    AMBULANCE = "ambulance"


class UnitStatus(StrEnum):
    """What a unit is doing, in the words of NENA EIDO."""

    AVAILABLE = "Available"
    DISPATCHED = "Dispatched"
    EN_ROUTE = "EnRoute"
    ON_SCENE = "OnScene"
    CLEARED = "Cleared"
    OUT_OF_SERVICE = "OutOfService"


class Signal(StrEnum):
    """What changes a unit's status."""

    START_SHIFT = "start_shift"
    END_SHIFT = "end_shift"
    ASSIGN = "assign"
    GO = "go"
    ARRIVE = "arrive"
    CLEAR = "clear"
    RELEASE = "release"  # it declined, or was called off
    READY = "ready"  # follows a clear at once: who has cleared can be sent again


STATUS: dict[tuple[UnitStatus, Signal], UnitStatus] = {
    (UnitStatus.OUT_OF_SERVICE, Signal.START_SHIFT): UnitStatus.AVAILABLE,
    (UnitStatus.AVAILABLE, Signal.END_SHIFT): UnitStatus.OUT_OF_SERVICE,
    (UnitStatus.AVAILABLE, Signal.ASSIGN): UnitStatus.DISPATCHED,
    (UnitStatus.DISPATCHED, Signal.GO): UnitStatus.EN_ROUTE,
    (UnitStatus.EN_ROUTE, Signal.ARRIVE): UnitStatus.ON_SCENE,
    (UnitStatus.DISPATCHED, Signal.CLEAR): UnitStatus.CLEARED,
    (UnitStatus.EN_ROUTE, Signal.CLEAR): UnitStatus.CLEARED,
    (UnitStatus.ON_SCENE, Signal.CLEAR): UnitStatus.CLEARED,
    (UnitStatus.CLEARED, Signal.READY): UnitStatus.AVAILABLE,
    (UnitStatus.DISPATCHED, Signal.RELEASE): UnitStatus.AVAILABLE,
    (UnitStatus.EN_ROUTE, Signal.RELEASE): UnitStatus.AVAILABLE,
    (UnitStatus.ON_SCENE, Signal.RELEASE): UnitStatus.AVAILABLE,
}


class State(StrEnum):
    """How far an assignment has come."""

    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CLEARED = "cleared"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    """What can happen to an assignment."""

    ACCEPT = "accept"
    DECLINE = "decline"
    ENROUTE = "enroute"
    ARRIVE = "arrive"
    CLEAR = "clear"
    WITHDRAW = "withdraw"


NEXT: dict[tuple[State, Move], State] = {
    (State.ASSIGNED, Move.ACCEPT): State.ACCEPTED,
    (State.ASSIGNED, Move.DECLINE): State.DECLINED,
    (State.ASSIGNED, Move.WITHDRAW): State.WITHDRAWN,
    (State.ACCEPTED, Move.ENROUTE): State.EN_ROUTE,
    (State.ACCEPTED, Move.CLEAR): State.CLEARED,
    (State.ACCEPTED, Move.WITHDRAW): State.WITHDRAWN,
    (State.EN_ROUTE, Move.ARRIVE): State.ON_SCENE,
    (State.EN_ROUTE, Move.CLEAR): State.CLEARED,
    (State.EN_ROUTE, Move.WITHDRAW): State.WITHDRAWN,
    (State.ON_SCENE, Move.CLEAR): State.CLEARED,
    (State.ON_SCENE, Move.WITHDRAW): State.WITHDRAWN,
}

ACTIVE = (State.ASSIGNED, State.ACCEPTED, State.EN_ROUTE, State.ON_SCENE)

SIGNALS: dict[Move, tuple[Signal, ...]] = {
    Move.ACCEPT: (),
    Move.DECLINE: (Signal.RELEASE,),
    Move.ENROUTE: (Signal.GO,),
    Move.ARRIVE: (Signal.ARRIVE,),
    Move.CLEAR: (Signal.CLEAR, Signal.READY),
    Move.WITHDRAW: (Signal.RELEASE,),
}


@dataclass(frozen=True, kw_only=True)
class Unit:
    """Officers who go together. `number` is small and never changes, for the map; `assignment` is the present one."""

    id: str
    number: int
    call_sign: str
    kind: UnitKind
    bureau: str
    status: UnitStatus
    crew: tuple[str, ...] = ()
    assignment: str | None = None
    incident: str | None = None

    @property
    def on_shift(self) -> bool:
        """Whether it is on duty."""
        return self.status is not UnitStatus.OUT_OF_SERVICE


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """A unit sent to an incident. Each `…_ms` is when it came that far."""

    id: str
    incident: str
    unit: str
    call_sign: str
    state: State
    assigned_by: str
    assigned_ms: int
    accepted_ms: int | None
    en_route_ms: int | None
    on_scene_ms: int | None
    ended_ms: int | None

    @property
    def is_active(self) -> bool:
        """Whether the unit is still bound by it."""
        return self.state in ACTIVE


@dataclass(frozen=True, kw_only=True)
class Fix:
    """Where a unit was, as its phone said. `count` numbers the fixes of all units in the order they came."""

    unit: str
    place: Place
    at_ms: int
    accuracy_m: float | None = None
    heading_deg: float | None = None
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A unit that could go. `distance_m` is None where nobody knows where it is; `reason` says why it is offered."""

    unit: Unit
    distance_m: float | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Message:
    """What was written to a unit."""

    id: str
    unit: str
    at_ms: int
    by: str
    text: str
