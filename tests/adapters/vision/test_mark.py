"""Whoever sees people unmasked sees their own name across the picture, and nobody cuts it out."""

from __future__ import annotations

from datetime import UTC

import numpy as np
import pytest

from safecity.adapters.vision.mark import Mark, ascii_of, marked
from safecity.footage import Pixels

AT_MS = 1_795_000_000_000


def picture(width: int = 640, height: int = 360, at_ms: int = AT_MS, level: int = 110) -> Pixels:
    half = np.full((height // 2, width // 2), 128, np.uint8)
    return Pixels(np.full((height, width), level, np.uint8), half, half.copy(), at_ms)


@pytest.mark.parametrize(("width", "height"), [(160, 90), (320, 180), (640, 360), (1280, 720)])
@pytest.mark.parametrize("level", [20, 128, 235])
def test_no_quarter_of_a_picture_is_without_the_mark(width: int, height: int, level: int):
    plain = picture(width, height, level=level)
    drawn = Mark("Amina Otieno 3f9a21").draw(plain)
    changed = np.abs(drawn.y.astype(int) - plain.y) > 24
    for rows in (slice(0, height // 2), slice(height // 2, height)):
        for columns in (slice(0, width // 2), slice(width // 2, width)):
            assert changed[rows, columns].mean() > 0.01
    assert drawn.y.shape == plain.y.shape
    assert drawn.u is plain.u


def test_the_picture_under_the_mark_is_seen():
    plain = picture()
    drawn = Mark("Amina Otieno 3f9a21").draw(plain)
    below = drawn.y[40:]
    assert (below == 110).mean() > 0.6
    assert below.min() > 110 * 0.5


def test_the_mark_says_the_time_of_the_picture_and_moves_on_with_it():
    mark = Mark("Amina Otieno 3f9a21")
    first = mark.draw(picture())
    assert np.array_equal(first.y, mark.draw(picture(at_ms=AT_MS + 999)).y)
    assert not np.array_equal(first.y, mark.draw(picture(at_ms=AT_MS + 1000)).y)


def test_two_viewers_have_two_marks():
    one, other = (Mark(name).draw(picture()).y for name in ("Amina 3f9a21", "Amina 77b0c4"))
    assert not np.array_equal(one, other)


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Wanjikũ Kamaũ 3f9a21", "Wanjiku Kamau 3f9a21"),
        ("Дилшод 3f9a21", "3f9a21"),
        ("王芳 3f9a21", "3f9a21"),
        ("Amina\n\tOtieno 3f9a21", "Amina Otieno 3f9a21"),
    ],
)
def test_names_are_drawn_in_plain_letters_and_the_id_always(name: str, drawn: str):
    assert ascii_of(name) == drawn


def test_private_areas_are_filled_before_the_mark_is_drawn():
    class Grey:
        def mask(self, pixels: Pixels) -> Pixels:
            return Pixels(np.zeros_like(pixels.y), pixels.u, pixels.v, pixels.wall_ms)

    shown = marked(Grey, "Amina 3f9a21", UTC)().mask(picture(level=200))
    assert shown.y[40:].max() <= round(255 * 0.4)
