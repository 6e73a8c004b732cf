"""Reading our files back: what was written is found, what is broken is left out, and nothing else can happen."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.stream import START_MS, TRACK
from safecity.base import Unreadable
from safecity.footage.fmp4 import Sample, fragment, init_segment
from safecity.footage.unfmp4 import CodedSample, Read, read_fragments, read_init


def reader(data: bytes) -> Read:
    return lambda offset, size: data[offset : offset + size]


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


@given(cut=st.integers(0, 3000))
def test_a_file_cut_anywhere_yields_whole_groups_only(cut: int):
    data = file_of()
    _, start = read_init(reader(data))
    ends = [start, *(each.end for each in read_fragments(reader(data), start, len(data)))]
    broken = data[: max(start, min(cut, len(data)))]
    found = list(read_fragments(reader(broken), start, len(broken)))
    assert len(found) == sum(end <= len(broken) for end in ends) - 1


@given(place=st.integers(0, 1500), value=st.integers(0, 255))
def test_a_damaged_byte_never_raises_anything_undeclared(place: int, value: int):
    data = bytearray(file_of())
    data[place % len(data)] = value
    with contextlib.suppress(Unreadable):
        _, start = read_init(reader(bytes(data)))
        for each in read_fragments(reader(bytes(data)), start, len(data)):
            assert each.end <= len(data)
            each.samples()


@given(st.binary(max_size=600))
def test_any_bytes_are_refused_or_read(data: bytes):
    with contextlib.suppress(Unreadable):
        read_init(reader(data))
    assert list(read_fragments(reader(data), 0, len(data))) == []


def test_a_file_of_another_kind_is_refused_in_words():
    with pytest.raises(Unreadable, match="no footage file of ours"):
        read_init(reader(b"RIFF1234AVI LIST"))
