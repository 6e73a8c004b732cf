"""Areas of a coded stream, filled for good."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fakes.film import START_MS, Film, Visitor, shot
from safecity.adapters.vision.decode import Decoder
from safecity.adapters.vision.fill import Filling
from safecity.cameras import Codec, Picture, Track
from safecity.footage import Pixels

STREET = Film(seed=3, visitors=[Visitor(0, 9)])
WINDOW = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))


def filled(items: list[Track | Picture]) -> list[Track | Picture]:
    filling: Filling | None = None
    made: list[Track | Picture] = []
    for item in items:
        if isinstance(item, Track):
            filling = Filling(item, [WINDOW])
        elif filling is not None:
            made += filling.fill(item)
    return made


def seen(items: list[Track | Picture]) -> list[Pixels]:
    track, *pictures = items
    assert isinstance(track, Track)
    decoder = Decoder(track, 640)
    return [each for item in pictures if isinstance(item, Picture) for each in decoder.decode(item)]


@pytest.mark.parametrize("codec", Codec)
def test_the_areas_are_grey_and_all_else_is_as_it_was(codec: Codec):
    items = shot(STREET, 2, codec=codec)
    made = filled(items)
    before, after = seen(items), seen(made)
    assert len(after) == 20
    for one, other in zip(before, after, strict=True):
        assert np.abs(other.y[90:270, 160:480].astype(int) - 104).max() < 12
        assert np.abs(other.y[:84].astype(int) - one.y[:84]).mean() < 4


def test_keyframes_stay_keyframes_and_each_picture_keeps_its_times():
    items = shot(STREET, 3)
    items = [
        replace(each, camera_ms=each.received_ms - 40) if isinstance(each, Picture) else each
        for each in items
    ]
    track, *made = filled(items)
    assert isinstance(track, Track)
    assert (track.codec, track.width, track.height, track.clock_hz) == (Codec.H264, 640, 360, 90_000)
    _, *before = items
    for one, other in zip(before, made, strict=True):
        assert isinstance(one, Picture)
        assert isinstance(other, Picture)
        assert (one.is_key, one.time, one.received_ms) == (other.is_key, other.time, other.received_ms)
        assert other.camera_ms == other.received_ms - 40
        assert other.size == sum(map(len, other.nals))


def test_before_the_first_keyframe_and_for_broken_data_there_is_nothing():
    track, *pictures = shot(STREET, 2)
    assert isinstance(track, Track)
    filling = Filling(track, [WINDOW])
    late = [each for each in pictures if isinstance(each, Picture)]
    assert filling.fill(late[5]) == []
    filling.fill(Picture([b"\xff\xff"], True, 0, START_MS, 2))
    assert any(isinstance(each, Picture) for each in filling.fill(late[10]))


def test_an_odd_size_is_filled_to_its_last_row():
    film = Film(seed=3, width=322, height=182)
    track, *pictures = shot(film, 0.1)
    assert isinstance(track, Track)
    whole = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
    filling = Filling(track, [whole])
    made = [each for item in pictures if isinstance(item, Picture) for each in filling.fill(item)]
    (shown,) = seen(made)
    assert np.abs(shown.y.astype(int) - 104).max() < 6
