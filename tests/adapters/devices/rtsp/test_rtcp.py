"""The camera's own time comes out of its reports as it says it; ours say what arrived."""

from __future__ import annotations

import struct
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.adapters.devices.rtsp.rtcp import (
    CameraClock,
    Goodbye,
    Reception,
    SenderReport,
    ntp_to_ms,
    read_reports,
)

YEAR_2030_MS = 1_893_456_000_000


def sender_report(seconds: int, fraction: int, stamp: int) -> bytes:
    return struct.pack(">BBHIIIIII", 0x80, 200, 6, 9, seconds, fraction, stamp, 1, 2)


def test_a_sender_report_and_a_goodbye_are_read_from_one_packet():
    data = sender_report(0xEE000000, 0x80000000, 90_000) + b"\x81\xcb\0\1abcd"
    found = list(read_reports(data, 0, len(data)))
    milliseconds = (0xEE000000 - 2_208_988_800) * 1000 + 500
    assert found == [SenderReport(9, milliseconds, 0x00008000, 90_000), Goodbye()]
    assert list(read_reports(data, 0, 20)) == found[:1]


@given(st.binary(max_size=120))
def test_arbitrary_reports_are_read(data: bytes):
    assert len(list(read_reports(data, 0, len(data)))) <= 30


@pytest.mark.parametrize(
    ("seconds", "year"), [(2_208_988_800, 1970), (0xFFFFFFFF, 2036), (0, 2036), (0x7FFFFFFF, 2104)]
)
def test_the_era_that_begins_in_2036_is_known(seconds: int, year: int):
    milliseconds = ntp_to_ms(seconds, 1)
    assert milliseconds is not None
    assert 1970 + milliseconds // 31_556_952_000 == year


def test_a_camera_without_a_clock_says_zero():
    assert ntp_to_ms(0, 0) is None
    clock = CameraClock(90_000)
    clock.report(None, 5)
    assert clock.ms_at(5) is None


@given(
    st.integers(0, 2**32 - 1),
    st.integers(-(10**6), 10**6),
    st.lists(st.integers(-90_000, 899_999), max_size=5),
)
def test_time_is_told_across_the_end_of_32_bits(stamp: int, near: int, later: list[int]):
    clock = CameraClock(90_000)
    assert clock.ms_at(stamp) is None
    clock.report(YEAR_2030_MS, (stamp - near) & 0xFFFFFFFF)
    assert clock.ms_at(stamp) == YEAR_2030_MS + near * 1000 // 90_000
    for ticks in accumulate(later):
        assert clock.ms_at(stamp + ticks) == YEAR_2030_MS + (near + ticks) * 1000 // 90_000


@given(st.sampled_from((1, -1)), st.integers(10 * 90_000, 1 << 40))
def test_timestamps_that_jump_say_nothing_of_the_camera_s_clock_until_it_reports_again(side: int, ticks: int):
    clock = CameraClock(90_000)
    clock.report(YEAR_2030_MS, 0)
    assert clock.ms_at(0) == YEAR_2030_MS
    for time in (side * ticks, side * ticks + 900, 0):
        assert clock.ms_at(time) is None
    clock.report(YEAR_2030_MS + 5_000, 0)
    assert clock.ms_at(90_000) == YEAR_2030_MS + 6_000


def test_a_clock_that_jumps_is_passed_on_as_it_says():
    clock = CameraClock(90_000)
    clock.report(YEAR_2030_MS, 0)
    assert clock.ms_at(90_000) == YEAR_2030_MS + 1000
    clock.report(YEAR_2030_MS - 3_600_000, 90_000)
    assert clock.ms_at(90_000) == YEAR_2030_MS - 3_600_000


def fields(report: bytes) -> tuple[int, ...]:
    """Of the report block: source, fraction, lost, highest, jitter, last report, delay."""
    kind, length = report[1], int.from_bytes(report[2:4])
    assert (kind, length, len(report) % 4) == (201, 7, 0)
    ssrc, both, highest, jitter, last, delay = struct.unpack_from(">IIIIII", report, 8)
    assert (report[33], report[40:42]) == (202, b"\x01\x08")
    return ssrc, both >> 24, both & 0xFFFFFF, highest, jitter, last, delay


def test_our_report_says_what_was_lost_and_when_theirs_came():
    reception = Reception(5)
    assert fields(reception.report(9, 1000, 0, 0.0)) == (9, 0, 0, 1000, 0, 0, 0)
    reception.heard(SenderReport(9, 0, 0x12345678, 0), 1.0)
    assert fields(reception.report(9, 1100, 25, 3.0)) == (9, 64, 25, 1100, 0, 0x12345678, 2 << 16)
    assert fields(reception.report(9, 1200, 25, 3.0))[1:3] == (0, 25)


def test_sequence_numbers_that_begin_again_are_counted_on():
    reception = Reception(5)
    reception.report(9, 65_000, 0, 0.0)
    assert fields(reception.report(9, 100, 0, 1.0))[3] == 0x10064


def test_jitter_grows_with_uneven_arrival_and_shrinks_with_even():
    reception = Reception(5)
    for place in range(20):
        reception.arrived(place * 3000, 90_000, place / 30 + (place % 2) * 0.01)
    uneven = fields(reception.report(9, 20, 0, 1.0))[4]
    for place in range(20, 90):
        reception.arrived(place * 3000, 90_000, place / 30)
    assert 0 <= fields(reception.report(9, 90, 0, 3.0))[4] < uneven <= 900
