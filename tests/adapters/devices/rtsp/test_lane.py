"""The fast lane gives what the slow one gives, and leaves alone what it does not know."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import (
    IDR,
    PPS,
    PPS265,
    SPS,
    SPS265,
    VPS265,
    Heard,
    fragments,
    fragments265,
    interleaved,
    rtp,
)
from safecity.adapters.devices.rtsp.assemble import MAX_PICTURE
from safecity.adapters.devices.rtsp.messages import BUFFER, Framer
from safecity.adapters.devices.rtsp.sdp import Video
from safecity.adapters.devices.rtsp.stream import PictureStream
from safecity.cameras import Codec

VIDEO = {
    Codec.H264: Video(Codec.H264, 96, 90_000, "", (SPS, PPS)),
    Codec.H265: Video(Codec.H265, 96, 90_000, "", (VPS265, SPS265, PPS265)),
}


def heard(pieces: list[bytes], codec: Codec, *, fast: bool) -> Heard:
    sink = Heard()
    stream = PictureStream(VIDEO[codec], None, sink, lambda: 7, ssrc=1, monotonic=lambda: 0.0)

    def frame(channel: int, begin: int, end: int) -> None:
        if channel == 0:
            stream.take(framer.buffer, begin, end)

    framer = Framer(frame, lambda _: None)
    framer.lane = stream.lane(0) if fast else None
    for piece in pieces:
        framer.feed(piece)
    assert len(framer.buffer) <= BUFFER
    return sink


def frames(codec: Codec, sizes: list[int], piece: int, spoil: dict[int, int]) -> bytes:
    """A keyframe and others as frames; `spoil` changes the sequence number of some, or their channel."""
    data, number = b"", 65_500
    for place, size in enumerate(sizes):
        if codec is Codec.H264:
            pieces = fragments((b"\x65" if place % 4 == 0 else b"\x41") + b"\xa5" * size, piece)
        else:
            pieces = fragments265((b"\x26\x01" if place % 4 == 0 else b"\x02\x01") + b"\xa5" * size, piece)
        for which, each in enumerate(pieces):
            packet = rtp(each, number + spoil.get(number, 0), place * 6000, marker=which == len(pieces) - 1)
            data += interleaved(packet, 1 if spoil.get(number) == 0 else 0)
            number += 1
    return data


@given(
    st.sampled_from(list(Codec)),
    st.lists(st.integers(1, 900), min_size=1, max_size=8),
    st.integers(1, 60),
    st.dictionaries(st.integers(65_500, 65_600), st.integers(0, 3), max_size=4),
    st.lists(st.integers(0, 20_000), max_size=8),
)
def test_both_lanes_hear_the_same(
    codec: Codec, sizes: list[int], piece: int, spoil: dict[int, int], cuts: list[int]
):
    data = frames(codec, sizes, piece, spoil)
    marks = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    cut = [data[a:b] for a, b in itertools.pairwise(marks)]
    slow, fast = heard(cut, codec, fast=False), heard(cut, codec, fast=True)
    assert fast.pictures == slow.pictures
    assert (fast.lost, fast.tracks) == (slow.lost, slow.tracks)


@pytest.mark.parametrize("fast", [False, True])
def test_a_picture_without_end_is_dropped_in_both(fast: bool):
    piece = b"\x7c\x05" + b"x" * 60_000
    count = MAX_PICTURE // 60_000 + 2
    data = [interleaved(rtp(b"\x7c\x85" + b"x" * 9, 0, 0))]
    data += [interleaved(rtp(piece, number, 0)) for number in range(1, count)]
    data += [interleaved(rtp(IDR, count, 6000, marker=True))]
    sink = heard(data, Codec.H264, fast=fast)
    assert (sink.lost, len(sink.pictures)) == ([1], 1)
