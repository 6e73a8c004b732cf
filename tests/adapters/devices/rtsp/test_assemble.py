"""What both codecs have in common: parameter sets that change, and memory that does not grow."""

from __future__ import annotations

from dataclasses import replace

from fakes.camera import IDR, PPS, SLICE, SPS, SPS_1080, Heard
from safecity.adapters.devices.rtsp.assemble import MAX_SET, MAX_UNITS
from safecity.adapters.devices.rtsp.h264 import H264Assembler
from safecity.adapters.devices.rtsp.rtcp import CameraClock
from safecity.cameras import AudioCodec, AudioTrack, Codec, Track

PPS_1 = b"\x68\x5b\x8f\x20"  # number 1, for the same sequence
TRACK = Track(Codec.H264, SPS, (PPS,), 1280, 720)


def assembler(heard: Heard, *sets: bytes) -> H264Assembler:
    return H264Assembler(heard, lambda: 7, clock_hz=90_000, parameter_sets=sets)


def test_several_parameter_sets_are_kept_in_order_of_their_numbers():
    heard = Heard()
    assembler(heard, SPS, PPS_1, PPS).take_picture([IDR], 0)
    assert heard.tracks == [replace(TRACK, pps=(PPS, PPS_1))]


def test_a_set_that_changes_on_the_way_is_told_at_the_next_keyframe():
    heard = Heard()
    pictures = assembler(heard, SPS, PPS)
    pictures.take_picture([IDR], 0)
    pictures.take_picture([PPS_1, SLICE], 1)
    assert heard.tracks == [TRACK]
    pictures.take_picture([SPS_1080, IDR], 2)
    assert heard.tracks == [TRACK, Track(Codec.H264, SPS_1080, (PPS, PPS_1), 1920, 1080)]


def test_of_two_sequences_that_is_told_which_the_keyframe_names():
    heard = Heard()
    other = b"\x67" + SPS[1:4] + bytes((0x50 | SPS[4] >> 3 & 0x0F,)) + SPS[5:]
    first_names_0 = b"\x65\x88\x80"  # first_mb 0, slice type 7, picture parameter set 0
    pictures = assembler(heard, SPS, PPS, other)
    for time in range(3):
        pictures.take_picture([first_names_0], time)
    assert [track.sps for track in heard.tracks] == [SPS]


def test_sound_and_the_cameras_time_are_passed_along():
    heard, clock = Heard(), CameraClock(90_000)
    sound = AudioTrack(AudioCodec.PCMA, 8000, 1)
    pictures = H264Assembler(
        heard, lambda: 7, clock_hz=90_000, parameter_sets=(SPS, PPS), camera=clock, audio=sound
    )
    assert not pictures.begun
    pictures.take_picture([IDR], 0)
    clock.report(1_000_000, 90_000)
    pictures.take_picture([SLICE], 180_000)
    assert pictures.begun
    assert heard.tracks[0].audio == sound
    assert [picture.camera_ms for picture in heard.pictures] == [None, 1_001_000]


def test_a_set_that_is_too_large_is_left_out():
    heard = Heard()
    pictures = assembler(heard, SPS, PPS)
    pictures.take_picture([PPS_1 + b"x" * MAX_SET, IDR], 0)
    assert heard.tracks == [TRACK]


def test_a_picture_of_too_many_units_is_dropped():
    heard = Heard()
    pictures = assembler(heard, SPS, PPS)
    pictures.take_picture([b"\x06\x01"] * (MAX_UNITS + 1) + [IDR], 0)
    assert (heard.lost, heard.pictures) == ([1], [])
    pictures.take_picture([IDR], 1)
    assert [picture.time for picture in heard.pictures] == [1]
