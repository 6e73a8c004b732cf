from itertools import islice, pairwise

import pytest

from safecity.simulator.callers import Call, Panic, calls
from safecity.simulator.chance import chance_of
from safecity.simulator.city import plan_city

CITY = plan_city()


@pytest.mark.parametrize("pace", [1.0, 4.0, 10.0])
def test_calls_come_in_order_one_soon_and_the_button_is_pressed(pace: float):
    told = list(islice(calls(CITY, chance_of(1, "callers"), pace), 60))
    assert isinstance(told[0], Call)
    assert told[0].at_s == pytest.approx(4 / pace)
    assert all(a.at_s <= b.at_s for a, b in pairwise(told))
    panics = [each for each in told if isinstance(each, Panic)]
    assert panics
    assert panics[0].at_s == pytest.approx(200 / pace)
    assert panics[0].call_sign in {unit.call_sign for unit in CITY.units}


def test_the_same_seed_tells_the_same_stories():
    first = list(islice(calls(CITY, chance_of(1, "callers"), 1), 20))
    assert list(islice(calls(CITY, chance_of(1, "callers"), 1), 20)) == first
    assert list(islice(calls(CITY, chance_of(2, "callers"), 1), 20)) != first


def test_there_are_few_enough_calls_for_the_queue_to_stay_calm():
    told = [each for each in islice(calls(CITY, chance_of(1, "callers"), 1), 50) if isinstance(each, Call)]
    in_ten_minutes = [each for each in told if each.at_s < 600]
    assert 4 <= len(in_ten_minutes) <= 12
