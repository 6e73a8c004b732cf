"""Sound is laid end to end beside the pictures, whatever the wire does to it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.coded import AAC, ALAW, alaw_sounds
from fakes.stream import START_MS
from safecity.base import Unreadable
from safecity.cameras import AudioCodec, AudioTrack, Sound
from safecity.footage.boxes import full
from safecity.footage.sound import SoundLattice, read_sound_entry, sound_entry, sound_name


def stsd(entry: bytes) -> bytes:
    return full(b"stsd", 0, 0, b"\0\0\0\1", entry)[8:]


@pytest.mark.parametrize(
    "audio",
    [
        AAC,
        ALAW,
        AudioTrack(AudioCodec.PCMU, 8000, 2),
        AudioTrack(AudioCodec.AAC, 96_000, 2, b"\x10\x10\x56\xe5"),
    ],
)
def test_a_sound_track_comes_back(audio: AudioTrack):
    assert read_sound_entry(stsd(sound_entry(audio)), audio.clock_hz) == audio


def test_sound_has_a_name_for_players():
    assert sound_name(AAC) == "mp4a.40.2"
    assert sound_name(ALAW) == "alaw"
    assert sound_name(AudioTrack(AudioCodec.AAC, 16_000, 1, bytes.fromhex("f940"))) == "mp4a.40.42"


def test_a_sound_of_another_kind_is_refused_in_words():
    with pytest.raises(Unreadable, match="another kind"):
        read_sound_entry(stsd(sound_entry(ALAW).replace(b"alaw", b"Opus")), 48_000)
    with pytest.raises(Unreadable, match=r"damaged|another way"):
        read_sound_entry(stsd(sound_entry(AAC)[:-20]), 16_000)


def test_steady_sound_is_laid_end_to_end_from_group_to_group():
    lattice = SoundLattice(ALAW, 90_000)
    heard = alaw_sounds(4)
    laid = lattice.lay(heard[:100], 0, START_MS) + lattice.lay(heard[100:], 180_000, START_MS + 2000)
    assert laid[0].time == 0
    assert all(earlier.time + earlier.duration == later.time for earlier, later in pairwise(laid))
    assert b"".join(each.data for each in laid) == b"".join(each.data for each in heard)


def test_what_was_lost_is_silence_in_g711_and_a_longer_piece_in_aac():
    heard = alaw_sounds(1)
    lattice = SoundLattice(ALAW, 90_000)
    laid = lattice.lay([*heard[:10], *heard[15:]], 0, START_MS)
    assert laid[10].data == b"\xd5" * 5 * 160
    assert laid[-1].time + laid[-1].duration == 8000
    frames = [Sound(b"x", n * 1024, 1024, START_MS + (n + 1) * 64) for n in (0, 1, 4)]
    assert [each.duration for each in SoundLattice(AAC, 90_000).lay(frames, 0, START_MS)] == [
        1024,
        3072,
        1024,
    ]


def test_a_clock_that_jumps_moves_the_sound_only_as_far_as_it_came_late():
    heard = alaw_sounds(1)
    jumped = [Sound(e.data, e.time + 1_000_000, e.duration, e.received_ms) for e in heard[25:]]
    laid = SoundLattice(ALAW, 90_000).lay([*heard[:25], *jumped], 0, START_MS)
    assert laid[-1].time + laid[-1].duration == 8000


def test_sound_in_another_file_begins_where_that_file_does():
    lattice = SoundLattice(ALAW, 90_000)
    heard = alaw_sounds(4)
    lattice.lay(heard[:100], 0, START_MS)
    lattice.begin()
    assert lattice.lay(heard[100:], 0, START_MS + 2000)[0].time == 0


pieces = st.lists(
    st.tuples(st.integers(-(1 << 40), 1 << 40), st.integers(-5, 2000), st.integers(-60_000, 60_000)),
    max_size=30,
)


@given(st.lists(pieces, max_size=5), st.sampled_from([AAC, ALAW]))
def test_whatever_comes_nothing_overlaps_and_nothing_grows_beyond_bounds(
    groups: list[list[tuple[int, int, int]]], audio: AudioTrack
):
    lattice = SoundLattice(audio, 90_000)
    end = 0
    for number, group in enumerate(groups):
        sounds = [Sound(b"s" * max(0, d), time, d, START_MS + ms) for time, d, ms in group]
        laid = lattice.lay(sounds, number * 180_000, START_MS + number * 2000)
        for place, each in enumerate(laid):
            assert each.time >= end if place == 0 else each.time == end
            end = each.time + each.duration
        assert sum(len(each.data) for each in laid) < 100 * audio.clock_hz
