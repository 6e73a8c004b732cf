import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.base import Place, distance_m
from safecity.simulator.chance import chance_of
from safecity.simulator.city import plan_city
from safecity.simulator.roads import Roads, trip_of

CITY = plan_city()
ROADS = Roads(CITY.roads)
CROSSINGS = st.sampled_from([crossing.place for crossing in CITY.crossings])


@given(CROSSINGS, CROSSINGS)
def test_there_is_a_way_between_any_two_crossings_and_it_is_not_absurdly_long(start: Place, goal: Place):
    trip = ROADS.trip(start, goal)
    straight = distance_m(start, goal)
    assert trip.corners[0] == start
    assert trip.corners[-1] == goal
    assert straight - 1 <= trip.length_m <= 2.5 * straight + 900
    assert abs(trip.length_m - ROADS.trip(goal, start).length_m) < 1


def test_the_shortest_of_two_ways_is_taken():
    a, b, c, far = Place(0, 0), Place(0, 0.01), Place(0, 0.02), Place(0.02, 0.01)
    trip = Roads([(a, b), (b, c), (a, far), (far, c)]).trip(a, c)
    assert trip.corners == (a, b, c)


def test_a_place_away_from_the_roads_is_reached_over_the_last_metres():
    house = Place(CITY.crossings[0].place.lat + 0.0004, CITY.crossings[0].place.lon + 0.0004)
    trip = ROADS.trip(CITY.crossings[5].place, house)
    assert trip.corners[-1] == house


@given(st.floats(-10, 3000))
def test_on_a_trip_one_is_where_one_should_be(gone_m: float):
    trip = trip_of([Place(0, 0), Place(0, 0.01), Place(0.01, 0.01)])
    place, heading = trip.at(gone_m)
    walked = distance_m(trip.corners[0], trip.corners[1])
    if gone_m <= walked:
        assert distance_m(trip.corners[0], place) == pytest.approx(max(gone_m, 0), abs=0.1)
    assert heading == pytest.approx(90, abs=0.1) or heading == pytest.approx(0, abs=0.1)


def test_a_stroll_stays_near_the_beat():
    beat = CITY.units[0].beat
    chance = chance_of(1, "stroll")
    goals = {ROADS.stroll(beat, 700, chance) for _ in range(30)}
    assert len(goals) > 3
    assert max(distance_m(beat, goal) for goal in goals) <= 700


def test_a_lane_that_leads_nowhere_is_left_out():
    lonely = Place(1, 1)
    roads = Roads([(Place(0, 0), Place(0, 0.01), Place(0, 0.02)), (lonely, Place(1, 1.001))])
    assert roads.corner_near(lonely) != lonely
