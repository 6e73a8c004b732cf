# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (PyAV types its packets only in part.)
"""The size of a picture is read from parameter sets that real encoders wrote."""

from __future__ import annotations

import contextlib
from fractions import Fraction
from io import BytesIO

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import SPS, SPS_1080
from safecity.adapters.devices.rtsp.bits import BadSet, PictureSize
from safecity.adapters.devices.rtsp.sps import read_sps


def encoder_says(width: int, height: int, options: dict[str, str]) -> bytes:
    """The parameter set that x264 writes for such pictures."""
    with av.open(BytesIO(), "w", format="h264") as container:
        stream = container.add_stream("libx264", rate=10, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 10)
        frame = av.VideoFrame(width, height, "yuv420p")
        packets = [bytes(packet) for packet in [*stream.encode(frame), *stream.encode(None)]]
    units = b"".join(packets).replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return next(unit for unit in units if unit and unit[0] & 0x1F == 7)


@pytest.mark.parametrize(
    ("unit", "size"), [(SPS, PictureSize(1280, 720)), (SPS_1080, PictureSize(1920, 1080))]
)
def test_sets_from_the_field(unit: bytes, size: PictureSize):
    assert read_sps(unit) == (0, size)


@pytest.mark.parametrize("profile", ["baseline", "main", "high"])
@pytest.mark.parametrize(("width", "height"), [(640, 360), (704, 576), (322, 182), (1920, 1080), (16, 16)])
def test_what_an_encoder_was_told_is_read_back(width: int, height: int, profile: str):
    options = {"profile": profile, "preset": "ultrafast"}
    assert read_sps(encoder_says(width, height, options)) == (0, PictureSize(width, height))


def test_interlaced_pictures_have_both_fields():
    options = {"x264-params": "interlaced=1", "preset": "ultrafast"}
    assert read_sps(encoder_says(720, 576, options)) == (0, PictureSize(720, 576))


@pytest.mark.parametrize("unit", [b"", b"\x67", SPS[:6], b"\x68" + SPS[1:], b"\x67" + b"\0" * 40])
def test_a_broken_set_is_refused(unit: bytes):
    with pytest.raises(BadSet):
        read_sps(unit)


@given(st.binary(max_size=80))
def test_arbitrary_bytes_give_a_size_or_are_refused(data: bytes):
    with contextlib.suppress(BadSet):
        _, size = read_sps(b"\x67" + data)
        assert size.width > 0
        assert size.height > 0


@given(st.integers(1, len(SPS_1080) - 1), st.integers(0, 255))
def test_one_wrong_byte_does_no_harm(place: int, value: int):
    with contextlib.suppress(BadSet):
        read_sps(SPS_1080[:place] + bytes((value,)) + SPS_1080[place + 1 :])
