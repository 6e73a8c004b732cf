"""The size of an H.265 picture is read from parameter sets that a real encoder wrote."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import SPS265
from fakes.camera_clip import encoded_sets
from safecity.adapters.devices.rtsp.bits import BadSet, PictureSize
from safecity.adapters.devices.rtsp.sps265 import read_sps


@pytest.mark.parametrize(("width", "height"), [(640, 360), (1920, 1080), (322, 182), (704, 576), (64, 64)])
@pytest.mark.parametrize("options", ["", "temporal-layers=3:bframes=3"])
def test_what_an_encoder_was_told_is_read_back(width: int, height: int, options: str):
    _, sps, _ = encoded_sets(width, height, options)
    assert read_sps(sps) == (0, PictureSize(width, height))


def test_a_set_from_the_field():
    assert read_sps(SPS265) == (0, PictureSize(640, 360))


@pytest.mark.parametrize(
    "unit", [b"", b"\x42\x01", SPS265[:12], b"\x44" + SPS265[1:], b"\x42\x01" + b"\0" * 40]
)
def test_a_broken_set_is_refused(unit: bytes):
    with pytest.raises(BadSet):
        read_sps(unit)


@given(st.binary(max_size=100))
def test_arbitrary_bytes_give_a_size_or_are_refused(data: bytes):
    with contextlib.suppress(BadSet):
        _, size = read_sps(b"\x42\x01" + data)
        assert size.width > 0 < size.height


@given(st.integers(2, len(SPS265) - 1), st.integers(0, 255))
def test_one_wrong_byte_does_no_harm(place: int, value: int):
    with contextlib.suppress(BadSet):
        read_sps(SPS265[:place] + bytes((value,)) + SPS265[place + 1 :])
