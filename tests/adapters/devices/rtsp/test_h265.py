"""H.265 pictures come out whole, in order, and none that refers to what nobody has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import PPS265, SPS265, VPS265, Heard, aggregate265, fragments265
from safecity.adapters.devices.rtsp.h265 import H265Assembler
from safecity.cameras import Codec, Track

TRACK = Track(Codec.H265, SPS265, (PPS265,), 640, 360, 90_000, VPS265)
IDR, CRA, BLA = (bytes((kind << 1, 1, 0x80)) + bytes(range(1, 200)) for kind in (19, 21, 16))
TRAIL, RASL, RADL = (bytes((kind << 1, 1, 0x80)) + bytes(range(1, 90)) for kind in (1, 8, 6))


class Story:
    """Payloads in, pictures out."""

    def __init__(self, *sets: bytes, has_don: bool = False) -> None:
        self.heard = Heard()
        self.pictures = H265Assembler(
            self.heard, lambda: 1234, clock_hz=90_000, parameter_sets=sets, has_don=has_don
        )

    def take(self, *payloads: bytes, time: int, marker: bool = True) -> Story:
        for place, payload in enumerate(payloads):
            self.pictures.take(payload, 0, len(payload), time, marker and place == len(payloads) - 1)
        return self

    @property
    def times(self) -> list[int]:
        return [picture.time for picture in self.heard.pictures]


def begun() -> Story:
    return Story(VPS265, SPS265, PPS265)


def test_a_stream_begins_with_its_track_and_a_keyframe():
    story = begun().take(TRAIL, time=0).take(IDR, time=1).take(TRAIL, time=2)
    assert story.heard.tracks == [TRACK]
    assert story.times == [1, 2]
    assert [picture.is_key for picture in story.heard.pictures] == [True, False]


def test_parameter_sets_may_come_in_the_stream_only():
    story = Story().take(IDR, time=0).take(aggregate265([VPS265, SPS265, PPS265]), IDR, time=1)
    assert (story.heard.tracks, story.times) == ([TRACK], [1])


@pytest.mark.parametrize("key", [16, 17, 18, 19, 20, 21])
def test_every_irap_picture_is_a_keyframe(key: int):
    story = begun().take(bytes((key << 1, 1, 0x80, 7)), time=0)
    assert [picture.is_key for picture in story.heard.pictures] == [True]


def test_what_refers_to_pictures_before_the_beginning_is_left_out():
    story = begun().take(CRA, time=0).take(RASL, time=1).take(RADL, time=2).take(TRAIL, time=3)
    story.take(CRA, time=4).take(RASL, time=5).take(BLA, time=6).take(RASL, time=7).take(TRAIL, time=8)
    assert story.times == [0, 2, 3, 4, 5, 6, 8]


def test_after_a_loss_the_same_holds_for_the_next_cra():
    story = begun().take(CRA, time=0).take(TRAIL, time=1)
    story.pictures.lose(2)
    story.take(TRAIL, time=2).take(CRA, time=3).take(RASL, time=4).take(TRAIL, time=5)
    assert story.times == [0, 1, 2, 3, 5]
    assert [picture.time for picture in story.heard.pictures if picture.is_damaged] == [2]


def test_units_of_other_layers_and_delimiters_are_left_out():
    story = begun().take(b"\x46\x01\x50", IDR, b"\x26\x09abc", b"\x27\x01abc", time=0)
    assert story.heard.pictures[0].nals == [IDR]


def test_a_changed_set_is_told_at_the_next_keyframe():
    other = PPS265[:-1] + bytes((PPS265[-1] ^ 0x40,))
    story = begun().take(IDR, time=0).take(other, TRAIL, time=1).take(IDR, time=2)
    assert [track.pps for track in story.heard.tracks] == [(PPS265,), (other,)]


def test_extended_payloads_are_read_without_their_extension():
    fields = (IDR[0] >> 1) << 9 | 3 << 4
    story = begun().take(b"\x64\x01" + fields.to_bytes(2) + b"ext" + IDR[2:], time=0, marker=True)
    assert story.heard.pictures[0].nals == [IDR]


units = st.tuples(
    st.sampled_from([b"\x02\x01", b"\x26\x01", b"\x4e\x01"]), st.binary(min_size=1, max_size=300)
)


@given(
    st.lists(units.map(b"".join), min_size=1, max_size=8),
    st.sampled_from(["whole", "aggregate", "fragments"]),
    st.integers(1, 50),
    st.booleans(),
)
def test_what_was_packed_is_unpacked(sent: list[bytes], how: str, size: int, don: bool):
    story = Story(VPS265, SPS265, PPS265, has_don=don)
    order = b"\0\7" if don else b""
    if how == "whole":
        payloads = [unit[:2] + order + unit[2:] for unit in sent]
    elif how == "aggregate":
        payloads = [aggregate265(sent, don=don)]
    else:
        payloads = [piece for unit in sent for piece in fragments265(unit, size, don=don)]
    story.take(IDR[:2] + order + IDR[2:], time=0).take(*payloads, time=1)
    has_slices = any(unit[0] != 0x4E for unit in sent)
    assert [picture.nals for picture in story.heard.pictures[1:]] == ([sent] if has_slices else [])
    assert story.heard.lost == []


@given(
    st.lists(st.tuples(st.binary(max_size=40), st.integers(0, 3), st.booleans()), max_size=60), st.booleans()
)
def test_arbitrary_payloads_do_no_harm(payloads: list[tuple[bytes, int, bool]], don: bool):
    story = Story(VPS265, SPS265, PPS265, has_don=don)
    for payload, time, marker in payloads:
        story.take(payload, time=time, marker=marker)
    assert all(picture.nals for picture in story.heard.pictures)


@pytest.mark.parametrize(
    "payloads",
    [
        fragments265(IDR, 20)[:-1],
        fragments265(IDR, 20)[1:],
        [*fragments265(IDR, 20)[:3], *fragments265(IDR, 20)],
        [aggregate265([IDR])[:-1]],
    ],
)
def test_what_is_broken_counts_as_lost_and_is_dropped(payloads: list[bytes]):
    story = begun().take(IDR, time=0).take(*payloads, time=1).take(TRAIL, time=2)
    assert (len(story.heard.lost) > 0, story.times) == (True, [0, 2])
    assert story.heard.pictures[1].is_damaged
    assert story.take(IDR, time=3).times == [0, 2, 3]


def test_who_comes_in_the_middle_of_a_picture_has_lost_nothing():
    story = begun().take(*fragments265(IDR, 20)[3:], time=0).take(IDR, time=1)
    assert (story.heard.lost, story.times) == ([], [1])
