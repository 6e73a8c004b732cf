import numpy as np

from safecity.simulator.scenes.cars import Run, draw_car
from safecity.simulator.scenes.layout import HEIGHT, WIDTH, layout_of


def changed(run: Run) -> int:
    """How many pixels a car changes."""
    picture = np.full((HEIGHT, WIDTH, 3), 50, np.uint8)
    draw_car(picture, layout_of(1), run)
    return int((np.abs(picture.astype(int) - 50).max(axis=2) > 18).sum())


def test_a_car_grows_as_it_comes():
    sizes = [changed(Run(-1.8, z_m, True, (196, 190, 186))) for z_m in (80, 40, 20, 10)]
    assert sizes == sorted(sizes)
    assert sizes[0] > 20
    assert sizes[-1] > 5000


def test_a_car_out_of_the_picture_is_no_error():
    assert changed(Run(40, 8, False, (10, 10, 10), lights=True)) >= 0
