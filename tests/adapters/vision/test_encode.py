"""Masked pictures as fragments that a browser plays: checked by decoding them again."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.film import START_MS, Film
from safecity.adapters.vision.encode import Encoder, EncoderBroken, jpeg, split_nals
from safecity.footage import Pixels

STREET = Film(seed=5)


def pixels(step: int, width: int = 640, height: int = 360) -> Pixels:
    y = STREET.picture(step / 10)[:height, :width]
    half = np.full((height // 2, width // 2), 128, dtype=np.uint8)
    return Pixels(y, half, half, START_MS + 100 * step)


def test_fragments_play_with_their_times():
    encoder = Encoder(640, 360)
    chunks = [encoder.encode(pixels(step)) for step in range(25)]
    assert encoder.mime == 'video/mp4; codecs="avc1.42c01f"'
    file = io.BytesIO(encoder.init + b"".join(chunk.data for chunk in chunks))
    with av.open(file, "r") as container:
        frames = list(container.decode(video=0))
    assert [round((frame.time or 0) * 1000) for frame in frames] == [100 * step for step in range(25)]
    assert np.abs(frames[20].to_ndarray(format="gray8").astype(int) - STREET.picture(2.0)).mean() < 6
    assert [chunk.media_ms for chunk in chunks] == [100 * step for step in range(25)]
    assert chunks[3].wall_ms == START_MS + 300


def test_a_keyframe_comes_each_second_and_when_asked_for():
    encoder = Encoder(640, 360)
    keys = [encoder.encode(pixels(step), key=step == 14).is_key for step in range(30)]
    assert [step for step, key in enumerate(keys) if key] == [0, 10, 14, 24]


def test_a_clock_that_steps_back_never_makes_the_media_run_backwards():
    encoder = Encoder(640, 360)
    times = [encoder.encode(pixels(step)).media_ms for step in (5, 6, 2, 3, 9)]
    assert times == [0, 100, 101, 102, 400]


def test_a_picture_of_another_size_is_refused():
    encoder = Encoder(640, 360)
    encoder.encode(pixels(0))
    with pytest.raises(EncoderBroken, match="size"):
        encoder.encode(pixels(1, 320, 180))


def test_a_jpeg_is_the_picture():
    with av.open(io.BytesIO(jpeg(pixels(0))), "r", format="image2pipe") as file:
        frame = next(file.decode(video=0))
    assert (frame.width, frame.height) == (640, 360)


@given(
    st.lists(
        st.binary(min_size=1, max_size=30).filter(lambda nal: b"\0\0" not in nal and nal[-1] and nal[0]),
        max_size=6,
    )
)
def test_a_byte_stream_is_split_into_what_it_was_made_of(nals: list[bytes]):
    assert split_nals(b"".join(b"\0\0\0\1" + nal for nal in nals)) == nals
    assert split_nals(b"".join(b"\0\0\1" + nal for nal in nals)) == nals
