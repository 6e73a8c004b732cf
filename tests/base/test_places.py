"""Places: distances, polygons, and a grid that agrees with looking at everything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.base import BadInput, Grid, Place, bearing_deg, contains, distance_m, moved

CITY = st.builds(Place, st.floats(9.8, 10.2), st.floats(19.8, 20.2))


def test_a_degree_of_latitude_is_about_111_km():
    assert distance_m(Place(0, 0), Place(1, 0)) == pytest.approx(111_195, abs=5)


@pytest.mark.parametrize(("lat", "lon"), [(91, 0), (0, 181), (float("nan"), 0), (0, float("inf"))])
def test_a_point_off_the_earth_is_refused_with_a_sentence(lat: float, lon: float):
    with pytest.raises(BadInput, match=r"\.$"):
        Place(lat, lon)


@given(CITY, st.floats(0, 359.9), st.floats(1, 20_000))
def test_going_somewhere_arrives_there(start: Place, course: float, metres: float):
    end = moved(start, course, metres)
    assert distance_m(start, end) == pytest.approx(metres, rel=0.01)
    assert abs((bearing_deg(start, end) - course + 180) % 360 - 180) < 1.5


def test_a_square_contains_its_middle_and_not_its_neighbour():
    square = [Place(0, 0), Place(0, 1), Place(1, 1), Place(1, 0)]
    assert contains(square, Place(0.5, 0.5))
    assert not contains(square, Place(0.5, 1.5))


@given(st.lists(CITY, max_size=60), CITY, st.integers(1, 5))
def test_the_grid_finds_what_a_full_search_finds(places: list[Place], here: Place, count: int):
    grid: Grid[int] = Grid()
    for key, place in enumerate(places):
        grid.put(key, place)
    expected = sorted(distance_m(here, place) for place in places)[:count]
    assert [metres for metres, _ in grid.nearest(here, count)] == pytest.approx(expected)


@given(st.lists(CITY, min_size=1, max_size=20), CITY)
def test_what_has_moved_is_found_at_its_new_place_only(places: list[Place], here: Place):
    grid: Grid[str] = Grid()
    for place in places:
        grid.put("unit", place)
    assert len(grid) == 1
    assert grid.nearest(here, 5) == [(distance_m(here, places[-1]), "unit")]
    grid.remove("unit")
    assert grid.nearest(here, 5) == []


def test_those_that_do_not_suit_are_passed_over():
    grid: Grid[str] = Grid()
    grid.put("busy", Place(10, 20))
    grid.put("free", Place(10.1, 20.1))
    assert [key for _, key in grid.nearest(Place(10, 20), 2, suits=lambda key: key == "free")] == ["free"]
