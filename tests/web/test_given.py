"""Bounds that requests share."""

from __future__ import annotations

import msgspec
import pytest

from safecity.base import Place, SetClock, uuid7
from safecity.web.given import Id, Kind, PlaceGiven, place_of


def test_a_place_is_on_the_earth():
    assert place_of(msgspec.json.decode('{"lat": 1, "lon": -2}', type=PlaceGiven)) == Place(1, -2)
    assert place_of(None) is None
    for body in ('{"lat": 91, "lon": 0}', '{"lat": 0, "lon": 181}', '{"lat": "1", "lon": 0}', '{"lat": 1}'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(body, type=PlaceGiven)


def test_an_id_is_a_uuid_in_its_usual_form():
    good = uuid7(SetClock().now())
    assert msgspec.convert(good, Id) == good
    for bad in (good.upper(), good + "0", "../" + good, "{" + good + "}", good.replace("-", ""), good + "\n"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(bad, Id)


def test_a_kind_is_a_plain_word():
    assert msgspec.convert("break_in", Kind) == "break_in"
    for bad in ("", "Fire", "a" * 41, "fire; DROP", "_fire", "fire\n"):
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert(bad, Kind)
