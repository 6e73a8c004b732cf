"""RTP packets are read in order, losses are counted, and timestamps never fall back to zero."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import rtp
from safecity.adapters.devices.rtsp.rtp import IGNORE, RtpReader


def read(reader: RtpReader, packet: bytes) -> int:
    return reader.read(packet, 0, len(packet))


def payload(reader: RtpReader, packet: bytes) -> bytes:
    assert read(reader, packet) == 0
    return packet[reader.begin : reader.end]


def test_a_plain_packet():
    reader = RtpReader(96)
    assert payload(reader, rtp(b"abc", 7, 1000, marker=True)) == b"abc"
    assert (reader.marker, reader.time) == (True, 1000)


def test_sources_extension_and_padding_are_skipped():
    head = struct.pack(">BBHII", 0x80 | 0x20 | 0x10 | 2, 96, 1, 5, 7) + b"srcAsrcB"
    extension = struct.pack(">HH", 0xABAC, 3) + b"x" * 12
    assert payload(RtpReader(96), head + extension + b"abc" + b"\0\0\0\4") == b"abc"


@pytest.mark.parametrize(
    "packet",
    [
        b"",
        b"\x80\x60",
        rtp(b"abc", 1, 1, payload_type=97),
        b"\x40" + rtp(b"abc", 1, 1)[1:],
        b"\x8f" + rtp(b"abc", 1, 1)[1:],  # says 15 sources, holds none
        b"\x90" + rtp(b"", 1, 1)[1:],  # says there is an extension
        b"\x90" + rtp(b"\0\0\xff\xff", 1, 1)[1:],  # its extension is longer than itself
        b"\xa0" + rtp(b"\xff", 1, 1)[1:],  # more padding than packet
    ],
)
def test_a_broken_packet_is_ignored(packet: bytes):
    assert read(RtpReader(96), packet) == IGNORE


def test_a_gap_is_counted_even_where_numbers_begin_again():
    reader = RtpReader(96)
    assert [read(reader, rtp(b"a", sequence, 0)) for sequence in (65_533, 65_534, 1, 2)] == [0, 0, 2, 0]


def test_a_late_packet_is_ignored_and_a_sender_that_starts_anew_is_followed():
    reader = RtpReader(96)
    assert [read(reader, rtp(b"a", sequence, 0)) for sequence in (5000, 4999, 5000, 5001)] == [
        0,
        IGNORE,
        IGNORE,
        0,
    ]
    assert [read(reader, rtp(b"a", sequence, 0)) for sequence in (10, 11)] == [1, 0]


@given(
    st.integers(0, 0xFFFFFFFF),
    st.lists(st.integers(-(2**31) + 1, 2**31 - 1), max_size=50),
)
def test_time_goes_on_where_32_bits_end(first: int, steps: list[int]):
    reader = RtpReader(96)
    expected = first
    read(reader, rtp(b"a", 0, first))
    for place, step in enumerate(steps, start=1):
        expected += step
        read(reader, rtp(b"a", place, expected))
        assert reader.time == expected


@given(st.lists(st.binary(max_size=80), max_size=30))
def test_arbitrary_bytes_are_read_or_ignored(packets: list[bytes]):
    reader = RtpReader(96)
    for packet in packets:
        lost = read(reader, packet)
        assert lost >= IGNORE
        if lost != IGNORE:
            assert 12 <= reader.begin <= reader.end <= len(packet)


@given(st.binary(min_size=12, max_size=60))
def test_a_packet_inside_a_buffer_is_read_as_if_alone(packet: bytes):
    alone, inside = RtpReader(96), RtpReader(96)
    buffer = b"\xff" * 9 + packet + b"\xff" * 9
    assert alone.read(packet, 0, len(packet)) == inside.read(buffer, 9, 9 + len(packet))
    assert (inside.begin - alone.begin, inside.end - alone.end) in {(9, 9), (0, 0)}
    assert (alone.time, alone.marker) == (inside.time, inside.marker)
