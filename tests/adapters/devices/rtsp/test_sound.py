"""Sound comes out as it was packed, and what is broken is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import Heard
from safecity.adapters.devices.rtsp.sound import MAX_FRAME, BadSound, SoundTaker, aac, g711
from safecity.cameras import AudioCodec, AudioTrack

HBR = {"sizelength": "13", "indexlength": "3", "indexdeltalength": "3", "config": "1408", "mode": "AAC-hbr"}


def taker(heard: Heard) -> SoundTaker:
    track, packing = aac(16_000, 1, HBR)
    return SoundTaker(heard, lambda: 7, track, packing)


def packed(frames: list[bytes], sizes: list[int] | None = None) -> bytes:
    """A payload as RFC 3640 section 3.2 wants it, in the high bit rate mode."""
    heads = b"".join((size << 3).to_bytes(2) for size in sizes or [len(each) for each in frames])
    return (len(heads) * 8).to_bytes(2) + heads + b"".join(frames)


def test_a_description_of_aac_is_understood():
    track, packing = aac(16_000, 1, HBR)
    assert track == AudioTrack(AudioCodec.AAC, 16_000, 1, b"\x14\x08")
    assert (packing.size_bits, packing.index_bits, packing.frame_ticks) == (13, 3, 1024)
    made, _ = aac(44_100, 2, {**HBR, "config": ""})
    assert (made.config, made.channels) == (b"\x12\x10", 2)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {**HBR, "sizelength": "99"},
        {**HBR, "config": "xy"},
        {**HBR, "config": "0a"},
        {**HBR, "config": "88"},
        {**HBR, "ctsdeltalength": "8"},
        {**HBR, "indexlength": "40"},
    ],
)
def test_a_description_that_makes_no_sense_is_refused(parameters: dict[str, str]):
    with pytest.raises(BadSound):
        aac(16_000, 1, parameters)
    with pytest.raises(BadSound):
        aac(12_345, 1, {**HBR, "config": ""})


@given(st.lists(st.binary(min_size=1, max_size=200), min_size=1, max_size=6))
def test_the_frames_of_a_packet_follow_one_another(frames: list[bytes]):
    heard = Heard()
    payload = packed(frames)
    taker(heard).take(b"xx" + payload, 2, 2 + len(payload), 500)
    assert [each.data for each in heard.sounds] == frames
    assert [each.time for each in heard.sounds] == [500 + 1024 * place for place in range(len(frames))]


def test_a_frame_that_is_larger_than_a_packet_is_joined():
    heard = Heard()
    sound, frame = taker(heard), bytes(range(250)) * 4
    for place in range(0, 1000, 300):
        payload = packed([frame[place : place + 300]], [1000])
        sound.take(payload, 0, len(payload), 500)
    assert [(each.data, each.time) for each in heard.sounds] == [(frame, 500)]


def test_a_frame_that_lost_a_piece_is_left_out():
    heard = Heard()
    sound = taker(heard)
    first, whole = packed([b"a" * 300], [1000]), packed([b"whole"])
    sound.take(first, 0, len(first), 0)
    sound.lose()
    sound.take(whole, 0, len(whole), 1024)
    assert [each.data for each in heard.sounds] == [b"whole"]


def test_g711_is_its_samples():
    heard = Heard()
    track, packing = g711(AudioCodec.PCMA, 8000, 2)
    sound = SoundTaker(heard, lambda: 7, track, packing)
    sound.take(b"abcdef", 0, 6, 80)
    sound.take(b"", 0, 0, 90)
    assert [(each.data, each.time, each.duration) for each in heard.sounds] == [(b"abcdef", 80, 3)]


@given(st.lists(st.tuples(st.binary(max_size=60), st.integers(0, 2)), max_size=40))
def test_arbitrary_payloads_do_no_harm(payloads: list[tuple[bytes, int]]):
    heard = Heard()
    sound = taker(heard)
    for payload, time in payloads:
        sound.take(payload, 0, len(payload), time)
    assert all(0 < len(each.data) <= MAX_FRAME for each in heard.sounds)


@given(
    st.dictionaries(st.sampled_from([*HBR, "constantduration"]), st.text(max_size=6)), st.integers(1, 96_000)
)
def test_arbitrary_parameters_are_understood_or_refused(parameters: dict[str, str], clock_hz: int):
    try:
        track, packing = aac(clock_hz, 2, {**HBR, **parameters})
    except BadSound:
        return
    assert track.channels > 0 < packing.frame_ticks
