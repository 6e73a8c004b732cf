import pytest

from safecity.simulator.scenes.layout import layout_of
from safecity.simulator.scenes.visits import Bag, Car, Walker, Way, box_of, chapters_of, pose_of, visitors_of

SEEDS = range(1, 41)


def test_a_way_goes_straight_between_its_points():
    way = Way((0, 10, 20), ((0, 8), (5, 8), (5, 10)))
    assert way.at(-0.1) is None
    assert way.at(5) == (2.5, 8)
    assert way.at(20) == (5, 10)
    assert way.at(20.1) is None
    assert way.course(5) == pytest.approx((0.5, 0))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_street_is_empty_whenever_a_chapter_begins_or_ends(seed: int):
    seams = [moment for chapter in chapters_of(seed) for moment in (chapter.from_s, chapter.until_s - 0.1)]
    street = layout_of(seed)
    for visitor in visitors_of(street):
        assert [moment for moment in seams if box_of(street, visitor, moment)] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_everyone_who_comes_is_seen_and_walks_at_a_persons_pace(seed: int):
    street = layout_of(seed)
    for visitor in visitors_of(street):
        seen = [at / 10 for at in range(600) if box_of(street, visitor, at / 10)]
        assert len(seen) > 20
        if isinstance(visitor, Walker):
            speeds = [abs(visitor.way.course(second)[0]) for second in seen]
            assert max(speeds) < 2.2
            pose = pose_of(street, visitor, seen[len(seen) // 2])
            assert pose is not None
            assert 60 < pose.high < 140


def test_all_kinds_of_visits_happen_in_the_demo_city():
    kinds = {type(visitor) for seed in range(1, 25) for visitor in visitors_of(layout_of(seed))}
    assert kinds == {Walker, Bag, Car}


def test_the_one_who_brought_a_bag_leaves_without_it():
    seed = next(seed for seed in SEEDS if chapters_of(seed)[2].name == "bag")
    street = layout_of(seed)
    bag = next(each for each in visitors_of(street) if isinstance(each, Bag))
    brings, fetches = [each for each in visitors_of(street) if isinstance(each, Walker) and each.bag_until_s]
    assert brings.bag_until_s == bag.way.seconds[0]
    assert fetches.bag_from_s == bag.way.seconds[-1]
