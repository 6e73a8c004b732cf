"""Decoding real H.264: keyframes of several cameras in turn, streams, broken data."""

from __future__ import annotations

import numpy as np
import pytest

from fakes.film import START_MS, Film, Visitor, shot
from safecity.adapters.vision.decode import Decoder, KeyframeDecoder, fitted
from safecity.cameras import Codec, Picture, Track

STREET = Film(seed=3, visitors=[Visitor(0, 9)])


def track_of(items: list[Track | Picture]) -> Track:
    return next(item for item in items if isinstance(item, Track))


def pictures_of(items: list[Track | Picture]) -> list[Picture]:
    return [item for item in items if isinstance(item, Picture)]


@pytest.mark.parametrize("codec", Codec)
def test_a_stream_comes_out_picture_by_picture_with_its_wall_times(codec: Codec):
    items = shot(STREET, 2, codec=codec)
    decoder = Decoder(track_of(items), 640)
    pixels = [each for picture in pictures_of(items) for each in decoder.decode(picture)]
    assert [each.wall_ms for each in pixels] == [START_MS + 100 * n for n in range(20)]
    assert np.abs(pixels[7].y.astype(int) - STREET.picture(0.7)).mean() < 4


def test_nothing_is_shown_before_the_first_keyframe():
    items = shot(STREET, 2)
    decoder = Decoder(track_of(items), 640)
    late = pictures_of(items)[3:]
    assert [bool(decoder.decode(picture)) for picture in late] == [n >= 7 for n in range(17)]


@pytest.mark.parametrize("other_codec", Codec)
def test_single_keyframes_of_two_cameras_are_decoded_in_turn(other_codec: Codec):
    large, small = shot(STREET, 3), shot(Film(seed=4, width=320, height=180), 3, codec=other_codec)
    decoder = KeyframeDecoder(640)
    for one, other in zip(pictures_of(large)[::10], pictures_of(small)[::10], strict=True):
        first, second = decoder.decode(track_of(large), one), decoder.decode(track_of(small), other)
        assert first is not None
        assert second is not None
        assert (first.y.shape, second.y.shape) == ((360, 640), (180, 320))
        assert first.wall_ms == one.received_ms


def test_a_large_picture_is_made_smaller_in_its_shape():
    items = shot(Film(width=1280, height=720), 0.1)
    pixels = KeyframeDecoder(640).decode(track_of(items), pictures_of(items)[0])
    assert pixels is not None
    assert (pixels.y.shape, pixels.u.shape) == ((360, 640), (180, 320))


@pytest.mark.parametrize(
    ("size", "most", "made"),
    [
        ((1280, 720), 640, (640, 360)),
        ((768, 576), 640, (640, 480)),
        ((320, 180), 640, (320, 180)),
        ((641, 359), 640, (640, 358)),
    ],
)
def test_sizes_stay_even_and_in_shape(size: tuple[int, int], most: int, made: tuple[int, int]):
    assert fitted(*size, most) == made


def test_broken_data_give_no_picture_and_the_next_keyframe_is_good_again():
    items = shot(STREET, 2)
    track, pictures = track_of(items), pictures_of(items)
    broken = Picture([b"\x65" + bytes(300)], True, 0, START_MS, 301)
    nonsense = Picture([b"\xff\xff"], True, 0, START_MS, 2)
    decoder, keys = Decoder(track, 640), KeyframeDecoder(640)
    for bad in (broken, nonsense):
        decoder.decode(bad)
        keys.decode(track, bad)
    assert keys.decode(track, pictures[0]) is not None
    assert decoder.decode(pictures[10])
