"""Reading our files back: what was written is found, what is broken is left out, and nothing else can happen."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.coded import AAC, ALAW
from fakes.stream import START_MS, TRACK
from footage.test_hevc import PPS, SPS, VPS
from safecity.base import Unreadable
from safecity.cameras import Codec, Track
from safecity.footage.fmp4 import (
    FOOTER_SIZE,
    HAS_DAMAGED,
    OLD_FOOTER_SIZE,
    PRFT_SIZE,
    Sample,
    damaged_up_to,
    footer_of,
    fragment,
    init_segment,
    renumbered,
)
from safecity.footage.sound import SoundSample
from safecity.footage.unfmp4 import (
    GLANCE,
    CodedSample,
    Read,
    read_chunk,
    read_ends,
    read_fragments,
    read_init,
    read_span,
)

HEVC = Track(Codec.H265, SPS, (PPS, PPS + b"\1"), 640, 360, vps=VPS, audio=AAC)


def reader(data: bytes) -> Read:
    return lambda offset, size: data[offset : offset + size]


def rich_file(groups: int = 3, *, footers: bool = True) -> bytes:
    """H.265 with sound, the camera's time and footers."""
    data, count = init_segment(HEVC), 0
    for group in range(groups):
        samples = [Sample([bytes([n]) * (n + 1)], 6000, n == 0) for n in range(4)]
        sounds = [SoundSample(b"s" * (10 + n), 1024, group * 4267 + n * 1024) for n in range(group)]
        data += fragment(
            group + 1,
            group * 24_000,
            samples,
            wall_ms=START_MS + group * 267,
            camera_ms=START_MS + group * 267 - 4000 if group else None,
            received_ms=START_MS + group * 267 + 3,
            sounds=sounds,
            pictures_before=count if footers else None,
        )
        count += 4
    return data


def file_of(groups: int = 3, pictures: int = 4, *, shift: int = 0) -> bytes:
    data = init_segment(TRACK)
    for group in range(groups):
        samples = [
            Sample([bytes([n % 256]) * (n % 256 + 1)], 6000 + n, n == 0, shift * n) for n in range(pictures)
        ]
        data += fragment(group + 1, group * 24_006, samples, wall_ms=START_MS + group * 267)
    return data


def test_the_track_comes_back():
    data = file_of()
    assert read_init(reader(data))[0] == TRACK


def test_every_picture_is_found_where_it_lies():
    data = file_of(2, 3, shift=-100)
    _, start = read_init(reader(data))
    first, second = read_fragments(reader(data), start, len(data))
    assert second.wall_ms == START_MS + 267
    assert second.decode_time == 24_006
    assert second.end == len(data)
    samples = first.samples()
    assert [each.is_key for each in samples] == [True, False, False]
    assert [each.duration for each in samples] == [6000, 6001, 6002]
    assert [each.shift for each in samples] == [0, -100, -200]
    assert data[samples[2].offset : samples[2].offset + samples[2].size] == b"\0\0\0\3\2\2\2"
    assert isinstance(samples[0], CodedSample)


def test_a_group_larger_than_one_glance_is_read_whole():
    data = file_of(1, 2000)
    _, start = read_init(reader(data))
    assert [each.pictures for each in read_fragments(reader(data), start, len(data))] == [2000]


def test_sound_and_the_cameras_own_time_come_back():
    data = rich_file()
    track, start = read_init(reader(data))
    assert track == HEVC
    first, second, third = read_fragments(reader(data), start, len(data))
    assert (first.camera_ms, first.received_ms) == (None, START_MS + 3)
    assert (second.camera_ms, second.received_ms) == (START_MS + 267 - 4000, START_MS + 270)
    assert [len(each.sounds()) for each in (first, second, third)] == [0, 1, 2]
    assert third.sound_time == 2 * 4267
    assert [data[e.offset : e.offset + e.size] for e in third.sounds()] == [b"s" * 10, b"s" * 11]
    assert all(each.is_key and each.has_footer for each in (first, second, third))
    assert third.end == len(data)


def test_what_was_written_without_clocks_and_footers_is_read_as_before():
    data = file_of(2)
    _, start = read_init(reader(data))
    (first, _) = read_fragments(reader(data), start, len(data))
    assert (first.camera_ms, first.received_ms, first.sounds(), first.has_footer) == (None, None, [], False)
    assert read_ends(reader(data), len(data)) is None


class Counted:
    """Counts what is read of a file."""

    def __init__(self, data: bytes) -> None:
        self.data, self.reads, self.bytes = data, 0, 0

    def __call__(self, offset: int, size: int) -> bytes:
        self.reads += 1
        found = self.data[offset : offset + size]
        self.bytes += len(found)
        return found


@pytest.mark.parametrize("groups", [1, 2, 30])
def test_a_file_is_read_from_its_ends_with_three_short_reads(groups: int):
    counted = Counted(rich_file(groups))
    ends = read_ends(counted, len(counted.data))
    assert ends is not None
    assert (ends.first.number, ends.last.number, ends.pictures) == (1, groups, groups * 4)
    assert ends.track == HEVC
    assert counted.reads <= 3
    assert counted.bytes < 3 * GLANCE


def test_each_fragment_takes_one_read():
    counted = Counted(rich_file(10))
    _, start = read_init(counted)
    counted.reads = 0
    assert len(list(read_fragments(counted, start, len(counted.data)))) == 10
    assert counted.reads == 10


def test_files_whose_footers_did_not_count_damaged_pictures_are_read_as_before():
    data, old = rich_file(), init_segment(HEVC)
    _, start = read_init(reader(data))
    for number, each in enumerate(read_fragments(reader(data), start, len(data)), 1):
        piece = bytearray(data[each.offset : each.end - FOOTER_SIZE])
        piece[PRFT_SIZE + 27] &= ~HAS_DAMAGED
        old += piece + footer_of(len(piece) + OLD_FOOTER_SIZE, number * 4, None)
    found = list(read_fragments(reader(old), start, len(old)))
    assert [each.footer_size for each in found] == [OLD_FOOTER_SIZE] * 3
    ends = read_ends(reader(old), len(old))
    assert ends is not None
    assert (ends.pictures, ends.damaged) == (12, None)
    assert read_span(reader(old), len(old)) is None, "so it is read whole, and each mark is counted"
    last = found[-1]
    moved = renumbered(old[last.offset : last.end], 1, 0, pictures_before=90, damaged_before=7)
    assert moved[-4:] == (94).to_bytes(4, "big")


@given(cut=st.integers(0, 4000))
def test_the_ends_of_a_file_that_is_cut_off_are_not_believed(cut: int):
    data = rich_file()
    _, start = read_init(reader(data))
    ends = {each.end for each in read_fragments(reader(data), start, len(data))}
    broken = data[: max(start, cut)]
    found = read_ends(reader(broken), len(broken))
    assert (found is not None) == (len(broken) in ends)


def test_a_chunk_without_clocks_is_read():
    data = fragment(3, 900, [Sample([b"\x65abc"], 100, True), Sample([b"\x41d"], 100, False)])
    found = read_chunk(data, START_MS)
    assert found is not None
    assert (found.number, found.wall_ms, found.is_key, found.duration) == (3, START_MS, True, 200)
    assert data[found.data_offset : found.data_offset + found.media_size] == b"\0\0\0\4\x65abc\0\0\0\2\x41d"
    assert read_chunk(data[:-1], START_MS) is None
    assert read_chunk(b"", START_MS) is None


samples = st.lists(
    st.builds(
        Sample,
        st.lists(st.binary(min_size=1, max_size=40), min_size=1, max_size=3),
        st.integers(0, (1 << 32) - 1),
        st.booleans(),
        st.integers(-(1 << 31), (1 << 31) - 1),
        st.booleans(),
    ),
    min_size=1,
    max_size=8,
)
sound_pieces = st.lists(st.tuples(st.binary(min_size=1, max_size=20), st.integers(0, 5000)), max_size=6)
moments = st.none() | st.integers(0, 4_000_000_000_000)


@given(
    samples, sound_pieces, moments, moments, st.integers(0, (1 << 63) - 1), st.none() | st.integers(0, 1000)
)
def test_whatever_is_written_comes_back(  # noqa: PLR0917  everything that a fragment has
    pictures: list[Sample],
    pieces: list[tuple[bytes, int]],
    camera_ms: int | None,
    received_ms: int | None,
    time: int,
    before: int | None,
):
    sounds = [SoundSample(data, lasts, 77) for data, lasts in pieces]
    data = init_segment(TRACK) + fragment(
        9, time, pictures, wall_ms=START_MS, camera_ms=camera_ms, received_ms=received_ms, sounds=sounds,
        pictures_before=before, damaged_before=2,
    )  # fmt: skip
    _, start = read_init(reader(data))
    (found,) = read_fragments(reader(data), start, len(data))
    assert (found.number, found.decode_time, found.wall_ms) == (9, time, START_MS)
    assert (found.camera_ms, found.received_ms) == (camera_ms, received_ms)
    assert [(e.duration, e.is_key, e.shift) for e in found.samples()] == [
        (e.duration, e.is_key, e.shift) for e in pictures
    ]
    assert [nals(data, e) for e in found.samples()] == [list(e.nals) for e in pictures]
    assert [data[e.offset : e.offset + e.size] for e in found.sounds()] == [each for each, _ in pieces]
    if before is not None:
        ends = read_ends(reader(data), len(data))
        assert ends is not None
        assert ends.pictures == before + len(pictures)
        assert ends.damaged == 2 + sum(each.is_damaged for each in found.samples()) == 2 + found.damaged
        piece = renumbered(data[start:], 1, 0, pictures_before=0, damaged_before=0)
        assert damaged_up_to(piece) == found.damaged


def nals(data: bytes, sample: CodedSample) -> list[bytes]:
    out: list[bytes] = []
    at = sample.offset
    while at < sample.offset + sample.size:
        size = int.from_bytes(data[at : at + 4], "big")
        out.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return out


@given(cut=st.integers(0, 3000))
def test_a_file_cut_anywhere_yields_whole_groups_only(cut: int):
    data = file_of()
    _, start = read_init(reader(data))
    ends = [start, *(each.end for each in read_fragments(reader(data), start, len(data)))]
    broken = data[: max(start, min(cut, len(data)))]
    found = list(read_fragments(reader(broken), start, len(broken)))
    assert len(found) == sum(end <= len(broken) for end in ends) - 1


@given(st.sampled_from([file_of(), rich_file()]), st.integers(0, 4000), st.integers(0, 255))
def test_a_damaged_byte_never_raises_anything_undeclared(whole: bytes, place: int, value: int):
    data = bytearray(whole)
    data[place % len(data)] = value
    with contextlib.suppress(Unreadable):
        _, start = read_init(reader(bytes(data)))
        for each in read_fragments(reader(bytes(data)), start, len(data)):
            assert each.end <= len(data)
            each.samples()
            each.sounds()
        read_ends(reader(bytes(data)), len(data))


def test_every_parameter_set_and_g711_come_back():
    track = Track(Codec.H264, TRACK.sps, TRACK.pps * 3, 1280, 720, audio=ALAW)
    assert read_init(reader(init_segment(track)))[0] == track


@given(st.binary(max_size=600))
def test_any_bytes_are_refused_or_read(data: bytes):
    with contextlib.suppress(Unreadable):
        read_init(reader(data))
    assert list(read_fragments(reader(data), 0, len(data))) == []


def test_a_file_of_another_kind_is_refused_in_words():
    with pytest.raises(Unreadable, match="no footage file of ours"):
        read_init(reader(b"RIFF1234AVI LIST"))
