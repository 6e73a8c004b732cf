import struct

from hypothesis import given
from hypothesis import strategies as st

from safecity.simulator.rtsp.packets import H265, goodbye, interleaved, pack, payloads, sender_report

KINDS = st.sampled_from([0x65, 0x41, 0x67, 0x68, 0x01])


def unit(kind: int, size: int) -> bytes:
    return bytes([kind]) + b"x" * size


UNITS = st.builds(unit, KINDS, st.integers(1, 6000))
NALS = st.lists(UNITS, min_size=1, max_size=5)


def unpacked(pieces: list[bytes]) -> list[bytes]:
    """A depacketiser of its own, as RFC 6184 says it."""
    nals: list[bytes] = []
    for piece in pieces:
        match piece[0] & 0x1F:
            case 24:
                at = 1
                while at < len(piece):
                    size = int.from_bytes(piece[at : at + 2], "big")
                    nals.append(piece[at + 2 : at + 2 + size])
                    at += 2 + size
            case 28 if piece[1] & 0x80:
                nals.append(bytes([piece[0] & 0xE0 | piece[1] & 0x1F]) + piece[2:])
            case 28:
                nals[-1] += piece[2:]
            case _:
                nals.append(piece)
    return nals


@given(NALS)
def test_every_picture_comes_out_as_it_went_in(nals: list[bytes]):
    pieces = payloads(nals)
    sets = [nal for nal in nals if nal[0] & 0x1F in (7, 8)]
    if sum(map(len, sets)) + 2 * len(sets) < 1400:  # parameter sets are small in life
        assert max(map(len, pieces)) <= 1400
    assert sorted(unpacked(pieces)) == sorted(nals)


def test_parameter_sets_travel_together_before_the_picture():
    first, second = payloads([b"\x67ab", b"\x68c", b"\x65picture"])
    assert first == b"\x78\x00\x03\x67ab\x00\x02\x68c"
    assert second == b"\x65picture"


@given(NALS, st.integers(0, 0xFFFF), st.integers(0, 2**40))
def test_a_picture_is_framed_with_running_numbers_and_one_marker(nals: list[bytes], seq: int, time: int):
    picture = pack(nals, is_key=True)
    stream = bytes(picture.framed(4, seq, time, 0xABCD))
    at, seen = 0, 0
    while at < len(stream):
        dollar, channel, size = struct.unpack_from(">BBH", stream, at)
        version, marker, number, stamp, source = struct.unpack_from(">BBHII", stream, at + 4)
        at += 4 + size
        assert (dollar, channel, version, source) == (0x24, 4, 0x80, 0xABCD)
        assert (number, stamp) == ((seq + seen) & 0xFFFF, time & 0xFFFFFFFF)
        assert (marker == 0x80 | 96) == (at == len(stream)), "the marker is on the last packet alone"
        seen += 1
    assert bytes(picture.datagrams(seq, time, 0xABCD)[0][:2]) == stream[4:6]
    assert len(picture.datagrams(seq, time, 0xABCD)) == seen


def test_a_senders_report_says_which_moment_a_time_was():
    report = sender_report(7, 1_700_000_000_500, 2**32 + 90, 10, 2000)
    kind, words, source, seconds, part, stamp, packets, octets = struct.unpack_from(">xBHIIIIII", report)
    assert (kind, source, stamp, packets, octets) == (200, 7, 90, 10, 2000)
    assert seconds == 1_700_000_000 + 2_208_988_800
    assert part == 2**31
    assert len(report) % 4 == 0
    assert report[(words + 1) * 4 + 1] == 202
    assert interleaved(1, b"ab") == b"$\x01\x00\x02ab"


def unpacked_h265(pieces: list[bytes]) -> list[bytes]:
    """A depacketiser of its own, as RFC 7798 says it."""
    nals: list[bytes] = []
    for piece in pieces:
        match piece[0] >> 1 & 0x3F:
            case 48:
                at = 2
                while at < len(piece):
                    size = int.from_bytes(piece[at : at + 2], "big")
                    nals.append(piece[at + 2 : at + 2 + size])
                    at += 2 + size
            case 49 if piece[2] & 0x80:
                nals.append(bytes([piece[0] & 0x81 | (piece[2] & 0x3F) << 1, piece[1]]) + piece[3:])
            case 49:
                nals[-1] += piece[3:]
            case _:
                nals.append(piece)
    return nals


def unit_h265(kind: int, size: int) -> bytes:
    return bytes([kind << 1, 1]) + b"x" * size


UNITS_H265 = st.builds(unit_h265, st.sampled_from([1, 19, 32, 33, 34]), st.integers(1, 6000))


@given(st.lists(UNITS_H265, min_size=1, max_size=5))
def test_every_picture_of_h265_comes_out_as_it_went_in(nals: list[bytes]):
    assert sorted(unpacked_h265(payloads(nals, cutting=H265))) == sorted(nals)


def test_a_goodbye_is_a_report_and_a_bye():
    packet = goodbye(7)
    assert (packet[1], packet[9], len(packet)) == (201, 203, 16)
