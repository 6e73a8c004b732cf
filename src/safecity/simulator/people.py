"""How the demo city's people behave: officers, operators, desk officers. Pure: what they see in, what they do out.

Times are seconds on the simulation's own clock, distances metres. `pace` makes everyone so many times quicker; a
unit never seems faster than 75 m/s, since positions that are not plausible are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from safecity.base import Place, distance_m
from safecity.simulator.city import PlannedUnit
from safecity.simulator.roads import Roads, Trip
from safecity.simulator.seen import Alert, Console, Errand, Incident

PATROL_M_S = {"car": 7.5, "motorcycle": 8.5, "foot": 1.3, "ambulance": 7.5}
URGENT_M_S = {"car": 16.0, "motorcycle": 18.0, "foot": 2.4, "ambulance": 16.0}
FASTEST_M_S = 75.0
AT_WORK = ("assigned", "accepted", "en_route", "on_scene")
BEAT_M = {"foot": 450.0}
ARRIVED_M = 15.0
MOVED_M, QUIET_S = 3.0, 10.0
OUTCOMES = (
    "Spoke to those involved; no further action.",
    "Area checked; nothing found.",
    "Advice given; the situation is calm.",
    "Handed over to the medical team.",
)


@dataclass(frozen=True)
class Report:
    """The unit's phone reports where it is."""

    place: Place
    heading_deg: float


@dataclass(frozen=True)
class Move:
    """The unit says how far its errand has come."""

    assignment: str
    move: str
    outcome: str = ""


@dataclass
class Patrol:
    """The mind of a unit's crew: it walks its beat, and goes where it is sent."""

    unit: PlannedUnit
    roads: Roads
    chance: Random
    pace: float = 1.0
    place: Place = field(init=False)
    heading_deg: float = 0.0
    _trip: Trip | None = None
    _gone_m: float = 0.0
    _stands_until_s: float = 0.0
    _goal: Place | None = None
    _errand: str = ""
    _state: str = ""
    _due_s: float = 0.0
    _last_s: float | None = None
    _told: tuple[Place, float] | None = None

    def __post_init__(self) -> None:
        self.place = self.roads.stroll(self.unit.beat, self._beat_m, self.chance)

    @property
    def _beat_m(self) -> float:
        return BEAT_M.get(self.unit.kind, 1100.0)

    def step(self, now_s: float, errand: Errand | None) -> list[Report | Move]:
        """One step of its life: it moves on, tells where it is, and takes its errand further when it is time."""
        passed_s = 0.0 if self._last_s is None else now_s - self._last_s
        self._last_s = now_s
        done: list[Report | Move] = []
        if errand is None:
            if self._errand:
                self._errand, self._state, self._goal, self._trip = "", "", None, None
            self._walk_beat(now_s, passed_s)
        else:
            done += self._serve(now_s, passed_s, errand)
        return [*self._tell(now_s), *done]

    def _tell(self, now_s: float) -> list[Report]:
        """Where it is, when it has moved a little, or has not said so for a while."""
        if self._told is not None:
            place, told_s = self._told
            if distance_m(place, self.place) < MOVED_M and now_s - told_s < QUIET_S:
                return []
        self._told = self.place, now_s
        return [Report(self.place, self.heading_deg)]

    def _serve(self, now_s: float, passed_s: float, errand: Errand) -> list[Report | Move]:
        if (errand.id, errand.state) != (self._errand, self._state):
            self._errand, self._state = errand.id, errand.state
            self._due_s = now_s + self._wait_s(errand.state)
        if errand.state == "en_route":
            self._drive(errand.place, passed_s)
            if distance_m(self.place, errand.place) > ARRIVED_M:
                return []
        if now_s < self._due_s:
            return []
        move = {"assigned": "accept", "accepted": "enroute", "en_route": "arrive", "on_scene": "clear"}
        if errand.state not in move:
            return []
        self._due_s = now_s + 5  # where it does not take, try again a little later
        outcome = self.chance.choice(OUTCOMES) if errand.state == "on_scene" else ""
        return [Move(errand.id, move[errand.state], outcome)]

    def _wait_s(self, state: str) -> float:
        """How long the crew takes before the next step: it answers, walks to the car, and works at the scene."""
        spans = {"assigned": (3, 7), "accepted": (1, 3), "on_scene": (62, 84)}
        return self.chance.uniform(*spans.get(state, (0, 0))) / self.pace

    def _drive(self, goal: Place, passed_s: float) -> None:
        if self._trip is None or self._goal != goal:
            self._trip, self._goal, self._gone_m = self.roads.trip(self.place, goal), goal, 0.0
        self._go_on(self._trip, URGENT_M_S[self.unit.kind], passed_s)

    def _walk_beat(self, now_s: float, passed_s: float) -> None:
        if now_s < self._stands_until_s:
            return
        if self._trip is None:
            goal = self.roads.stroll(self.unit.beat, self._beat_m, self.chance)
            self._trip, self._gone_m = self.roads.trip(self.place, goal), 0.0
        self._go_on(self._trip, PATROL_M_S[self.unit.kind], passed_s)
        if self._gone_m >= self._trip.length_m:
            self._trip = None
            self._stands_until_s = now_s + self.chance.uniform(5, 40) / self.pace

    def _go_on(self, trip: Trip, speed_m_s: float, passed_s: float) -> None:
        self._gone_m += min(speed_m_s * self.pace, FASTEST_M_S) * min(passed_s, 2.0)
        self.place, self.heading_deg = trip.at(self._gone_m)


@dataclass(frozen=True)
class Acknowledge:
    """Takes an alert on."""

    alert: str


@dataclass(frozen=True)
class Dismiss:
    """Nothing need be done."""

    alert: str
    reason: str


@dataclass(frozen=True)
class Declare:
    """Makes an incident of an alert."""

    alert: str


@dataclass(frozen=True)
class SendNearest:
    """Sends the unit that is recommended first."""

    incident: str


@dataclass(frozen=True)
class HoldFootage:
    """Keeps the minute around an incident as evidence."""

    incident: str
    camera: str


@dataclass(frozen=True)
class Settle:
    """Resolves or closes an incident."""

    incident: str
    move: str
    reason: str


@dataclass(frozen=True)
class Note:
    """Writes a line into an incident."""

    incident: str
    text: str


Deed = Acknowledge | Dismiss | Declare | SendNearest | HoldFootage | Settle | Note


@dataclass
class Operator:
    """The mind of an operator: one thing at a time, the most urgent first."""

    pace: float = 1.0
    most_incidents: int = 8
    looks_every_s: float = 1.0
    _seen_s: dict[str, float] = field(default_factory=dict[str, float])
    _done: set[str] = field(default_factory=set[str])
    _sightings: dict[str, int] = field(default_factory=dict[str, int])

    def decide(self, now_s: float, console: Console) -> Deed | None:
        """The next thing to do, or nothing for now."""
        alerts = sorted(console.alerts, key=lambda each: (each.priority, each.raised_at))
        for alert in alerts:
            if alert.state == "raised" and self._looked_s(now_s, alert.id) >= 1.5 / self.pace:
                return Acknowledge(alert.id)
        for incident in console.incidents:
            deed = self._see_to(now_s, incident)
            if deed is not None:
                return deed
        busy = len([each for each in console.incidents if each.state != "resolved"])
        for alert in alerts:
            if alert.state == "acknowledged" and self._looked_s(now_s, f"{alert.id} known") >= 2 / self.pace:
                return self._judge(alert, has_room=busy < self.most_incidents)
        return None

    def _looked_s(self, now_s: float, what: str) -> float:
        """Seconds since it was seen first."""
        return now_s - self._seen_s.setdefault(what, now_s)

    def _once(self, what: str) -> bool:
        """Whether this was not done before."""
        fresh = what not in self._done
        self._done.add(what)
        return fresh

    def _judge(self, alert: Alert, *, has_room: bool) -> Deed | None:
        """Every second sighting is a matter for a unit; what people say always is."""
        if alert.source == "sighting":
            number = self._sightings.setdefault(alert.id, len(self._sightings))
            if number % 2 or not has_room:
                return Dismiss(alert.id, "nothing_found")
        return Declare(alert.id) if has_room else None

    def _see_to(self, now_s: float, incident: Incident) -> Deed | None:
        at_work = [unit for unit in incident.units if unit.state in AT_WORK]
        done = any(unit.state == "cleared" for unit in incident.units) and not at_work
        if incident.state == "declared" and not at_work and not done:
            asked_s = self._looked_s(now_s, f"{incident.id} unit")
            if asked_s >= 1 / self.pace:
                # where no unit is free, look again a little later
                self._seen_s[f"{incident.id} unit"] = now_s + 3
                return SendNearest(incident.id)
        if incident.units and incident.cameras and self._once(f"{incident.id} hold"):
            return HoldFootage(incident.id, incident.cameras[0])
        if done and incident.state in ("on_scene", "dispatched", "declared"):
            if self._once(f"{incident.id} resolve"):
                return Settle(incident.id, "resolve", "The unit on scene has settled it.")
        elif incident.state == "resolved" and self._once(f"{incident.id} close"):
            return Settle(incident.id, "close", "Nothing is left to do.")
        return None


@dataclass
class DeskOfficer:
    """The mind of a desk officer: adds what the bureau knows to its incidents."""

    bureau: str
    looks_every_s: float = 3.0
    _noted: set[str] = field(default_factory=set[str])

    def decide(self, now_s: float, console: Console) -> Deed | None:
        """The next thing to do, or nothing for now."""
        del now_s
        for incident in console.incidents:
            if (
                incident.bureau == self.bureau
                and incident.state != "resolved"
                and incident.id not in self._noted
            ):
                self._noted.add(incident.id)
                return Note(incident.id, "The bureau knows the place; the caretaker has been told.")
        return None
