import numpy as np
import pytest

from safecity.simulator.scenes.figures import Look, Pose, draw_bag, draw_person
from safecity.simulator.scenes.layout import HEIGHT, WIDTH

LOOK = Look((186, 190, 194), (120, 92, 70), (110, 150, 202), (26, 28, 36), 1.75)


def street() -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), 55, np.uint8)


def box(picture: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(np.abs(picture.astype(int) - 55).max(axis=2) > 25)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def test_a_figure_stands_on_its_feet_and_is_as_tall_as_said():
    picture = street()
    draw_person(picture, Pose(300, 320, 120, None, 0), LOOK)
    left, top, right, bottom = box(picture)
    assert abs(bottom - 320) <= 8
    assert abs(bottom - top - 120) <= 12
    assert 20 <= right - left <= 70


def test_legs_move_while_walking():
    here, then = street(), street()
    draw_person(here, Pose(300, 320, 120, 0.0, 1), LOOK)
    draw_person(then, Pose(300, 320, 120, 1.5, 1), LOOK)
    assert (here != then).any(axis=2)[260:].sum() > 100


@pytest.mark.parametrize("x", [-40.0, -3.0, 637.0, 700.0])
def test_a_figure_at_the_edge_is_cut_off(x: float):
    draw_person(street(), Pose(x, 355, 140, 0.5, -1, bag=True), LOOK)


def test_a_bag_lies_on_the_ground():
    picture = street()
    draw_bag(picture, 200, 300, 24)
    _, top, _, bottom = box(picture)
    assert 295 <= bottom <= 303
    assert 18 <= bottom - top <= 28
