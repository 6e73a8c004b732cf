"""Stories of simulated people: what they see in, what they do out."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from safecity.base import Place, distance_m
from safecity.simulator.chance import chance_of
from safecity.simulator.city import PlannedUnit, plan_city
from safecity.simulator.people import (
    FASTEST_M_S,
    Acknowledge,
    Declare,
    Deed,
    DeskOfficer,
    Dismiss,
    HoldFootage,
    Move,
    Note,
    Operator,
    Patrol,
    Report,
    SendNearest,
    Settle,
)
from safecity.simulator.roads import Roads
from safecity.simulator.seen import Alert, Console, Errand, Incident, Me, Sent, Spot

CITY = plan_city()
ROADS = Roads(CITY.roads)
CAR = next(unit for unit in CITY.units if unit.kind == "car")
FOOT = next(unit for unit in CITY.units if unit.kind == "foot")
BEGIN = datetime(2030, 1, 1, tzinfo=UTC)
NEXT = {"accept": "accepted", "enroute": "en_route", "arrive": "on_scene"}


def patrol(unit: PlannedUnit = CAR, pace: float = 1.0) -> Patrol:
    return Patrol(unit, ROADS, chance_of(1, unit.call_sign), pace)


@dataclass
class Shift:
    """A unit's shift, second by second; moves are granted at once."""

    patrol: Patrol
    now_s: float = 0.0
    errand: Errand | None = None
    moves: dict[str, float] = field(default_factory=dict[str, float])
    places: list[Place] = field(default_factory=list[Place])

    def pass_(self, seconds: float) -> None:
        end_s = self.now_s + seconds
        while self.now_s < end_s:
            self.now_s += 1
            for act in self.patrol.step(self.now_s, self.errand):
                if isinstance(act, Report):
                    self.places.append(act.place)
                else:
                    self.hear(act)

    def hear(self, act: Move) -> None:
        self.moves.setdefault(act.move, self.now_s)
        assert self.errand is not None
        assert act.assignment == self.errand.id
        if act.move == "clear":
            assert act.outcome
            self.errand = None
        else:
            self.errand = Errand(self.errand.id, NEXT[act.move], self.errand.place)


@pytest.mark.parametrize(("unit", "fastest_m_s"), [(CAR, 7.6), (FOOT, 1.4)])
def test_a_unit_patrols_its_beat_at_its_own_speed(unit: PlannedUnit, fastest_m_s: float):
    shift = Shift(patrol(unit))
    shift.pass_(600)
    assert max(distance_m(unit.beat, place) for place in shift.places) < 2500
    assert len({(place.lat, place.lon) for place in shift.places}) > 20
    walked = sum(distance_m(a, b) for a, b in pairwise(shift.places))
    assert 60 < walked < 600 * fastest_m_s


def test_a_unit_that_is_sent_accepts_drives_arrives_and_clears_after_a_minute():
    shift = Shift(patrol())
    shift.pass_(5)
    goal = CITY.crossings[20].place
    shift.errand = Errand("a1", "assigned", goal)
    way_m = ROADS.trip(shift.patrol.place, goal).length_m
    shift.pass_(way_m / 16 + 150)
    assert list(shift.moves) == ["accept", "enroute", "arrive", "clear"]
    assert 3 <= shift.moves["accept"] - 5 <= 9
    assert shift.moves["arrive"] - shift.moves["enroute"] == pytest.approx(way_m / 16, abs=6)
    assert 60 <= shift.moves["clear"] - shift.moves["arrive"] <= 90
    assert shift.errand is None


def test_with_a_quicker_pace_nothing_is_faster_than_a_position_may_be():
    shift = Shift(patrol(pace=20))
    shift.errand = Errand("a1", "en_route", CITY.crossings[40].place)
    shift.pass_(30)
    steps = [distance_m(a, b) for a, b in pairwise(shift.places)]
    assert max(steps) <= FASTEST_M_S + 1


def test_a_unit_that_is_withdrawn_goes_back_to_its_beat():
    shift = Shift(patrol())
    shift.errand = Errand("a1", "en_route", CITY.crossings[40].place)
    shift.pass_(20)
    shift.errand = None
    shift.pass_(900)
    assert "arrive" not in shift.moves
    assert distance_m(CAR.beat, shift.patrol.place) < 2500


def test_a_move_that_was_not_granted_is_tried_again():
    mind = patrol()
    errand = Errand("a1", "accepted", CITY.crossings[0].place)
    tries = [now for now in range(30) for act in mind.step(now, errand) if isinstance(act, Move)]
    assert len(tries) >= 4
    assert min(b - a for a, b in pairwise(tries)) >= 5


def alert(name: str, state: str = "raised", source: str = "sighting", priority: int = 3) -> Alert:
    return Alert(name, "motion", priority, state, source, BEGIN)


def incident(state: str, *units: str, cameras: tuple[str, ...] = (), name: str = "i1") -> Incident:
    return Incident(
        name, state, Spot(0, 0), "MKT", BEGIN, None, [Sent(each) for each in units], list(cameras)
    )


def console(*things: Alert | Incident, at_s: float = 0) -> Console:
    alerts = [each for each in things if isinstance(each, Alert)]
    incidents = [each for each in things if isinstance(each, Incident)]
    return Console(BEGIN + timedelta(seconds=at_s), Me("Op", "x"), [], alerts, incidents)


def told(mind: Operator, *things: Alert | Incident, seconds: int = 6) -> list[Deed]:
    """What an operator does over some seconds in which nothing changes."""
    return [deed for now in range(seconds) if (deed := mind.decide(now, console(*things))) is not None]


def test_an_operator_takes_on_the_most_urgent_first():
    deeds = told(Operator(), alert("a1"), alert("a2", priority=1))
    assert deeds[0] == Acknowledge("a2")


def test_what_people_say_becomes_an_incident_and_every_second_sighting_is_dismissed():
    mind = Operator()
    assert told(mind, alert("a1", "acknowledged", "report"))[0] == Declare("a1")
    assert told(mind, alert("a2", "acknowledged"))[0] == Declare("a2")
    assert told(mind, alert("a3", "acknowledged"))[0] == Dismiss("a3", "nothing_found")


def test_a_declared_incident_gets_the_nearest_unit_and_is_asked_about_again_where_none_was_free():
    deeds = told(Operator(), incident("declared"), seconds=12)
    assert deeds.count(SendNearest("i1")) >= 2
    assert deeds.count(SendNearest("i1")) <= 4


def test_footage_is_held_once_when_a_unit_was_sent():
    deeds = told(Operator(), incident("dispatched", "assigned", cameras=("c1", "c2")))
    assert deeds == [HoldFootage("i1", "c1")]


def test_an_incident_is_resolved_when_all_units_have_cleared_and_then_closed():
    mind = Operator()
    assert told(mind, incident("on_scene", "on_scene")) == []
    assert [type(deed) for deed in told(mind, incident("on_scene", "cleared", "on_scene"))] == []
    (resolve,) = told(mind, incident("on_scene", "cleared"))
    (close,) = told(mind, incident("resolved", "cleared"))
    assert isinstance(resolve, Settle)
    assert isinstance(close, Settle)
    assert (resolve.move, close.move) == ("resolve", "close")


def test_an_operator_with_full_hands_dismisses_nothing_that_people_said():
    mind = Operator(most_incidents=1)
    busy = incident("dispatched", "en_route")
    assert told(mind, busy, alert("a1", "acknowledged", "report")) == []


def test_a_desk_officer_adds_a_note_to_the_bureaus_own_incidents_once():
    mind = DeskOfficer("MKT")
    first = mind.decide(0, console(incident("declared")))
    assert isinstance(first, Note)
    assert mind.decide(1, console(incident("declared"))) is None
    assert DeskOfficer("OLD").decide(0, console(incident("declared"))) is None
