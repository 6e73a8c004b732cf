"""What is hidden in a picture, and that nothing is shown where that cannot be told."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safecity.footage import (
    EmptyScene,
    Faces,
    PictureWithheld,
    Pixels,
    even_light,
    fill_areas,
    filled,
    grown,
    halved,
    hidden_part,
    raster,
    shrunk,
)

WIDTH, HEIGHT = 640, 360
RANDOM = np.random.default_rng(7)


def street(wall_ms: int = 0, noise: float = 2.0) -> Pixels:
    """A road that gets lighter towards us, a dark house, and the camera's noise."""
    y = np.tile(np.linspace(60, 170, HEIGHT)[:, np.newaxis], (1, WIDTH))
    y[40:200, 100:260] = 45
    y += RANDOM.normal(0, noise, y.shape)
    half = np.full((HEIGHT // 2, WIDTH // 2), 128, dtype=np.uint8)
    return Pixels(np.clip(y, 0, 255).astype(np.uint8), half.copy(), half.copy(), wall_ms)


def empty(known: bool = True) -> EmptyScene:
    clean = street(noise=0)
    return EmptyScene(halved(clean.y), clean.u, clean.v, np.full(clean.u.shape, known))


NOBODY = Faces((), 0)


def with_person(pixels: Pixels, luma: int = 210) -> Pixels:
    pixels.y[150:300, 400:450] = luma
    return pixels


def test_an_empty_street_is_shown_as_it_is():
    hidden = hidden_part(street(), empty(), NOBODY)
    assert hidden.mean() < 0.001


def test_a_person_is_hidden_whole_and_the_street_is_not():
    hidden = hidden_part(with_person(street()), empty(), NOBODY)
    assert hidden[75:150, 200:225].all()
    assert hidden.mean() < 0.1


def test_a_person_as_light_as_the_street_is_given_away_by_colour():
    pixels = street()
    pixels.u[75:150, 200:225] = 150
    assert hidden_part(pixels, empty(), NOBODY)[75:150, 200:225].all()


def test_what_is_hidden_is_one_flat_grey_and_the_given_picture_stays_as_it_was():
    pixels = with_person(street())
    before = pixels.y.copy()
    shown = filled(pixels, hidden_part(pixels, empty(), NOBODY))
    assert set(shown.y[150:300, 400:450].ravel()) == {104}
    assert set(shown.u[75:150, 200:225].ravel()) | set(shown.v[75:150, 200:225].ravel()) == {128}
    assert np.array_equal(pixels.y, before)


def test_when_the_cameras_exposure_changes_only_the_person_is_hidden():
    pixels = with_person(street())
    darker = Pixels((pixels.y * 0.75).astype(np.uint8), pixels.u, pixels.v, 0)
    hidden = hidden_part(darker, empty(), NOBODY)
    assert hidden[75:150, 200:225].all()
    assert hidden.mean() < 0.1


def test_a_change_beyond_reason_is_not_followed():
    pixels = street()
    assert hidden_part(Pixels(255 - pixels.y, pixels.u, pixels.v, 0), empty(), NOBODY).mean() > 0.7


def test_faces_are_hidden_with_a_margin_even_where_the_street_looks_empty():
    hidden = hidden_part(street(), empty(), Faces(((0.5, 0.5, 0.1, 0.1),), 0))
    assert hidden[90:108, 160:192].all()
    assert hidden[87, 155]
    assert not hidden[80:120, 200:].any()


def test_of_a_person_who_was_found_the_upper_part_is_hidden():
    hidden = hidden_part(street(), empty(), NOBODY, people=[(0.5, 0.5, 0.1, 0.4)])
    assert hidden[90:116, 160:192].all()
    assert not hidden[140:160, 160:192].any()


def test_private_areas_are_hidden_for_ever():
    private = raster([((0.0, 0.0), (0.5, 0.0), (0.5, 0.5), (0.0, 0.5))], WIDTH // 2, HEIGHT // 2)
    hidden = hidden_part(street(), empty(), NOBODY, private=private)
    assert hidden[:90, :160].all()
    assert not hidden[95:, 165:].any()


def test_what_is_not_known_is_not_shown():
    assert hidden_part(street(), empty(known=False), NOBODY).all()


def test_without_an_empty_scene_there_is_no_picture():
    with pytest.raises(PictureWithheld, match="empty scene"):
        hidden_part(street(), None, NOBODY)


def test_an_empty_scene_of_another_size_is_of_no_use():
    scene = empty()
    small = EmptyScene(scene.luma[::2], scene.u[::2], scene.v[::2], scene.known[::2])
    with pytest.raises(PictureWithheld, match="another size"):
        hidden_part(street(), small, NOBODY)


@pytest.mark.parametrize("faces", [None, Faces((), 0), Faces((), 20_000)])
def test_when_faces_were_not_looked_for_lately_there_is_no_picture(faces: Faces | None):
    with pytest.raises(PictureWithheld, match="Faces"):
        hidden_part(street(wall_ms=2_001), empty(), faces)


@given(st.integers(0, 9), st.integers(0, 40), st.integers(0, 40))
@settings(max_examples=60)
def test_growing_sets_exactly_the_square_around_a_pixel(radius: int, row: int, column: int):
    bits = np.zeros((41, 41), dtype=np.bool_)
    bits[row, column] = True
    around = np.zeros_like(bits)
    around[max(0, row - radius) : row + radius + 1, max(0, column - radius) : column + radius + 1] = True
    assert np.array_equal(grown(bits, radius), around)
    if radius < min(row, column, 40 - row, 40 - column):
        assert np.array_equal(shrunk(around, radius), bits)


@example(0.890625, 14)  # turns about a middle grey, so that half of the pixels stay nearly as they are
@given(st.floats(0.7, 1.35), st.integers(-25, 25))
@settings(max_examples=60, deadline=None)
def test_any_reasonable_light_is_evened_out(gain: float, offset: int):
    scene = halved(street(noise=0).y)
    lit = np.clip(scene * gain + offset, 0, 255).astype(np.uint8)
    wrong = np.abs(even_light(scene, lit).astype(int) - lit) > 8
    assert wrong[(lit > 0) & (lit < 255)].mean() < 0.05


def test_a_plane_is_halved_by_means_of_four():
    assert halved(np.array([[1, 3], [5, 7]], dtype=np.uint8)).tolist() == [[4]]


def test_a_shape_with_a_bay_is_drawn_as_it_is():
    bits = raster([((0, 0), (1, 0), (1, 1), (0.5, 0.5), (0, 1))], 20, 20)
    assert bits[5, 10]
    assert not bits[18, 10]
    assert bits[15, 1]


def test_private_areas_are_filled_even_where_nothing_else_is_hidden():
    window = ((0.0, 0.0), (0.25, 0.0), (0.25, 0.25), (0.0, 0.25))
    before = street()
    shown = fill_areas(before, [window])
    height, width = (side // 4 for side in before.y.shape)
    assert (shown.y[:height, :width] == 104).all()
    assert (shown.u[: height // 2, : width // 2] == 128).all()
    assert np.array_equal(shown.y[height + 8 :], before.y[height + 8 :])
    assert fill_areas(before, []) is before
