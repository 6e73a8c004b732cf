import pytest

from safecity.simulator.scenes.layout import HEIGHT, WIDTH, layout_of


def test_each_camera_has_a_street_of_its_own_and_always_the_same():
    assert layout_of(5) == layout_of(5)
    assert len({layout_of(seed).vanish_px for seed in range(24)}) == 24


@pytest.mark.parametrize("seed", range(1, 25))
def test_what_is_far_is_near_the_horizon_and_the_crossing_is_in_the_picture(seed: int):
    street = layout_of(seed)
    x, y = street.on_picture(0, 0, 10_000)
    assert abs(x - street.vanish_px) < 1
    assert abs(y - street.horizon_px) < 1
    _, crossing_px = street.on_picture(0, 0, street.crossing_m)
    assert street.horizon_px < crossing_px < HEIGHT
    assert street.on_picture(street.edge_m(-1, 9), 0, 9)[0] == pytest.approx(0)
    assert street.on_picture(street.edge_m(1, 9), 0, 9)[0] == pytest.approx(WIDTH)
