"""The views' own small part."""

from __future__ import annotations

from safecity.base import Place
from safecity.web.views import PlaceView, place_view


def test_a_place_is_told_to_a_tenth_of_a_metre():
    assert place_view(Place(1.23456789, -2.0000004)) == PlaceView(1.234568, -2.0)
