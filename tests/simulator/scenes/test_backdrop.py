import numpy as np

from safecity.simulator.scenes.backdrop import draw_backdrop
from safecity.simulator.scenes.layout import HEIGHT, WIDTH, layout_of


def test_the_empty_street_is_the_same_each_time_and_neither_black_nor_white():
    street = layout_of(3)
    first, again = draw_backdrop(street), draw_backdrop(street)
    assert first.shape == (HEIGHT, WIDTH, 3)
    assert np.array_equal(first, again)
    assert 25 < first.mean() < 130
    assert first.std() > 15
    assert not np.array_equal(first, draw_backdrop(layout_of(4)))
