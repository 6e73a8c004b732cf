"""One look compared: with the look before, and with the empty scene."""

from __future__ import annotations

import numpy as np
import pytest

from fakes.film import Film
from safecity.adapters.vision.compare import compared, half, narrowed, share, widened
from safecity.footage import EmptyScene, Pixels, grown, halved, shrunk

STREET = Film(seed=8)
COLOUR = np.full((180, 320), 128, dtype=np.uint8)


def pixels(second: float, gain: float = 1.0) -> Pixels:
    return Pixels((STREET.picture(second) * gain).astype(np.uint8), COLOUR, COLOUR, round(second * 1000))


def test_the_light_is_evened_out_before_anything_is_compared():
    scene = EmptyScene(halved(STREET.empty()), COLOUR, COLOUR, np.ones((180, 320), dtype=np.bool_))
    first = compared(pixels(0), None, scene)
    seen = compared(pixels(1, gain=0.7), first.luma, scene)
    assert first.moved is None
    assert seen.moved is not None
    assert seen.apart is not None
    assert (seen.moved.mean() < 4, seen.apart.mean() < 4) == (True, True)


def test_what_has_another_size_cannot_be_compared():
    small = EmptyScene(
        np.zeros((90, 160), dtype=np.uint8), COLOUR, COLOUR, np.zeros((90, 160), dtype=np.bool_)
    )
    seen = compared(pixels(0), np.zeros((90, 160), dtype=np.uint8), small)
    assert (seen.moved, seen.lit, seen.apart) == (None, None, None)


@pytest.mark.parametrize("radius", [1, 3, 5])
def test_the_vector_library_does_as_the_rules_of_the_mask_do(radius: int):
    bits = np.random.default_rng(radius).random((60, 81)) > 0.9
    assert np.array_equal(widened(bits, radius), grown(bits, radius))
    assert np.array_equal(narrowed(~bits, radius), shrunk(~bits, radius))
    assert share(bits) == bits.mean()
    assert np.array_equal(half(STREET.picture(3)), halved(STREET.picture(3)))
