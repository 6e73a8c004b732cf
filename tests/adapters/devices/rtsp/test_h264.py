"""Pictures come out whole and in order; after a loss they are called damaged up to the next keyframe."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import IDR, PPS, SLICE, SPS, SPS_1080, Heard, aggregate, fragments
from safecity.adapters.devices.rtsp.assemble import MAX_PICTURE
from safecity.adapters.devices.rtsp.h264 import H264Assembler
from safecity.cameras import Codec, Track

TRACK = Track(Codec.H264, SPS, (PPS,), 1280, 720, 90_000)


class Story:
    """Payloads in, pictures out."""

    def __init__(self, *sets: bytes) -> None:
        self.heard = Heard()
        self.depacketiser = H264Assembler(self.heard, lambda: 1234, clock_hz=90_000, parameter_sets=sets)

    def take(self, *payloads: bytes, time: int, marker: bool = True) -> Story:
        """The payloads of one picture; the last one has the marker."""
        for place, payload in enumerate(payloads):
            last = marker and place == len(payloads) - 1
            self.depacketiser.take(payload, 0, len(payload), time, last)
        return self

    @property
    def times(self) -> list[int]:
        return [picture.time for picture in self.heard.pictures]


def test_a_stream_begins_with_its_track_and_a_keyframe():
    story = Story(SPS, PPS).take(SLICE, time=0).take(IDR, time=6000).take(SLICE, time=12_000)
    assert story.heard.tracks == [TRACK]
    assert story.times == [6000, 12_000]
    first = story.heard.pictures[0]
    assert (first.nals, first.is_key, first.received_ms, first.size) == ([IDR], True, 1234, len(IDR))
    assert story.heard.lost == []


def test_parameter_sets_may_come_in_the_stream_only():
    story = Story().take(IDR, time=0).take(aggregate([SPS, PPS]), IDR, time=6000)
    assert (story.heard.tracks, story.times) == ([TRACK], [6000])


def test_a_camera_that_changes_its_size_says_so_before_the_next_keyframe():
    story = Story(SPS, PPS).take(IDR, time=0)
    story.take(SPS_1080, PPS, SLICE, time=6000).take(IDR, time=12_000)
    assert [(track.width, track.height) for track in story.heard.tracks] == [(1280, 720), (1920, 1080)]


def test_sets_that_come_with_each_keyframe_are_told_once():
    story = Story(SPS, PPS)
    for place in range(5):
        story.take(SPS, PPS, IDR, time=place * 6000)
    assert story.heard.tracks == [TRACK]


def test_a_broken_parameter_set_is_not_taken_for_a_change():
    story = Story(SPS, PPS).take(SPS[:5], IDR, time=0)
    assert story.heard.tracks == [TRACK]


def test_delimiters_and_filler_are_left_out_and_messages_kept():
    story = Story(SPS, PPS).take(b"\x09\xf0", b"\x06\x05\x01", IDR, b"\x0c\xff\xff", time=0)
    assert story.heard.pictures[0].nals == [b"\x06\x05\x01", IDR]


def test_a_picture_of_several_slices_is_one_picture():
    other = b"\x65" + b"z" * 50
    story = Story(SPS, PPS).take(IDR, *fragments(other, 10), time=0)
    assert [picture.nals for picture in story.heard.pictures] == [[IDR, other]]
    assert story.heard.pictures[0].size == len(IDR) + len(other)


def test_a_camera_without_markers_is_understood_by_its_timestamps():
    story = Story(SPS, PPS)
    for time in (0, 6000, 12_000):
        story.take(IDR, time=time, marker=False)
    assert story.times == [0, 6000]


def test_after_a_loss_pictures_are_passed_on_as_damaged_until_the_next_keyframe():
    story = Story(SPS, PPS).take(IDR, time=0).take(SLICE, time=1)
    story.depacketiser.lose(3)
    story.take(SLICE, time=2).take(SLICE, time=3).take(IDR, time=4).take(SLICE, time=5)
    assert story.heard.lost == [3]
    assert story.times == [0, 1, 3, 4, 5]
    assert [picture.time for picture in story.heard.pictures if picture.is_damaged] == [3]


def test_a_keyframe_that_lost_a_piece_is_no_keyframe():
    story = Story(SPS, PPS)
    pieces = fragments(IDR, 20)
    story.take(*pieces[:4], time=0, marker=False)
    story.depacketiser.lose(1)
    story.take(*pieces[5:], time=0).take(SLICE, time=1).take(IDR, time=2)
    assert story.times == [2]


def test_a_picture_after_a_loss_is_whole_if_its_first_slice_is_there():
    first, second = b"\x41\x80first", b"\x41\x40second"  # first_mb_in_slice 0, and another
    story = Story(SPS, PPS).take(IDR, time=0)
    story.depacketiser.lose(1)
    story.take(first, second, time=1)
    story.depacketiser.lose(1)
    story.take(second, time=2)
    assert [(picture.time, picture.is_damaged) for picture in story.heard.pictures] == [(0, False), (1, True)]


def test_where_a_keyframe_was_lost_the_group_before_goes_on_damaged():
    story = Story(SPS, PPS).take(IDR, time=0).take(SLICE, time=1)
    pieces = fragments(IDR, 20)
    story.take(*pieces[:4], time=2, marker=False)
    story.depacketiser.lose(1)
    story.take(*pieces[5:], time=2).take(SLICE, time=3).take(IDR, time=4)
    assert [(picture.time, picture.is_damaged) for picture in story.heard.pictures] == [
        (0, False), (1, False), (3, True), (4, False),
    ]  # fmt: skip


def test_after_a_loss_in_which_the_sets_changed_the_next_keyframe_is_waited_for():
    story = Story(SPS, PPS).take(IDR, time=0)
    story.take(SPS_1080, time=1, marker=False)
    story.depacketiser.lose(1)
    story.take(IDR, time=1).take(SLICE, time=2).take(IDR, time=3)
    assert story.times == [0, 3]


@pytest.mark.parametrize(
    "payloads",
    [
        fragments(IDR, 20)[:-1],  # its end is missing
        fragments(IDR, 20)[1:],  # its beginning is missing
        [*fragments(IDR, 20)[:3], *fragments(IDR, 20)],  # begins twice
        [aggregate([IDR])[:-1]],  # says more than it holds
        [b"\x78\0\0\0", IDR],  # holds a unit of no length
        [b"\x7d\0\0\0\0\0", IDR],  # FU-B, of the interleaved mode
    ],
)
def test_what_is_broken_counts_as_lost_and_is_dropped(payloads: list[bytes]):
    story = Story(SPS, PPS).take(IDR, time=0).take(*payloads, time=1).take(SLICE, time=2)
    assert (len(story.heard.lost) > 0, story.times) == (True, [0, 2])
    assert story.heard.pictures[1].is_damaged
    assert story.take(IDR, time=3).times == [0, 2, 3]


def test_who_comes_in_the_middle_of_a_picture_has_lost_nothing():
    story = Story(SPS, PPS).take(*fragments(IDR, 20)[3:], time=0).take(IDR, time=1)
    assert (story.heard.lost, story.times) == ([], [1])


def test_a_picture_without_end_is_dropped_at_8_mib():
    story = Story(SPS, PPS)
    piece = b"\x7c\x05" + b"x" * 60_000
    story.take(b"\x7c\x85" + b"x" * 60_000, time=0, marker=False)
    for _ in range(MAX_PICTURE // 60_000 + 1):
        story.take(piece, time=0, marker=False)
    assert story.heard.lost == [1]
    assert story.take(piece, time=0).take(IDR, time=1).times == [1]


units = st.tuples(st.sampled_from([b"\x61", b"\x65", b"\x06"]), st.binary(min_size=1, max_size=300)).map(
    b"".join
)
ways = st.sampled_from(["whole", "aggregate", "fragments"])


@given(st.lists(units, min_size=1, max_size=8), ways, st.integers(1, 50))
def test_what_was_packed_is_unpacked(sent: list[bytes], how: str, size: int):
    if how == "whole":
        payloads = sent
    elif how == "aggregate":
        payloads = [aggregate(sent)]
    else:
        payloads = [piece for unit in sent for piece in fragments(unit, size)]
    story = Story(SPS, PPS).take(IDR, time=0).take(*payloads, time=1)
    has_slices = any(unit[0] & 0x1F != 6 for unit in sent)
    assert [picture.nals for picture in story.heard.pictures[1:]] == ([sent] if has_slices else [])
    assert story.heard.lost == []


@given(st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 3), st.booleans()), max_size=60))
def test_arbitrary_payloads_do_no_harm(payloads: list[tuple[bytes, int, bool]]):
    story = Story(SPS, PPS)
    for payload, time, marker in payloads:
        story.take(payload, time=time, marker=marker)
    assert all(picture.nals for picture in story.heard.pictures)
    assert not story.heard.pictures or story.heard.pictures[0].is_key


@given(st.sets(st.integers(0, 199)), st.integers(5, 40))
def test_whatever_is_lost_only_whole_pictures_come_out(lost: set[int], size: int):
    """200 packets of keyframes and pictures between them; those in `lost` never arrive."""
    sent: list[tuple[bytes, int, bool]] = []
    pictures: dict[int, list[bytes]] = {}
    time = 0
    while len(sent) < 200:
        unit = bytes((0x65 if time % 4 == 0 else 0x41,)) + bytes((time % 251,)) * 100
        pictures[time] = [unit]
        pieces = fragments(unit, size)
        sent += [(piece, time, place == len(pieces) - 1) for place, piece in enumerate(pieces)]
        time += 1
    story = Story(SPS, PPS)
    missing = 0
    for place, (piece, when, marker) in enumerate(sent):
        if place in lost:
            missing += 1
            continue
        if missing:
            story.depacketiser.lose(missing)
            missing = 0
        story.take(piece, time=when, marker=marker)
    for picture in story.heard.pictures:
        assert picture.nals == pictures[picture.time]
    for before, after in pairwise(story.heard.pictures):
        follows = after.time == before.time + 1 and not before.is_damaged
        assert after.is_key or after.is_damaged or follows
        assert after.is_damaged <= (not after.is_key)
