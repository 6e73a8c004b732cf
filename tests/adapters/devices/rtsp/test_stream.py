"""A track as it comes: packets in, pictures or sound to the sink, reports back to the camera."""

from __future__ import annotations

import struct

from fakes.camera import IDR, PPS, SPS, Heard, rtp
from safecity.adapters.devices.rtsp.sdp import Audio, Video
from safecity.adapters.devices.rtsp.sound import Packing
from safecity.adapters.devices.rtsp.stream import PictureStream, SoundStream
from safecity.cameras import AudioCodec, AudioTrack, Codec

VIDEO = Video(Codec.H264, 96, 90_000, "", (SPS, PPS))
AUDIO = Audio(AudioTrack(AudioCodec.PCMU, 8000, 1), 0, "", Packing())


def take(stream: PictureStream | SoundStream, *packets: bytes) -> None:
    for packet in packets:
        stream.take(packet, 0, len(packet))


def test_pictures_carry_the_cameras_time_once_it_has_said():
    heard = Heard()
    stream = PictureStream(VIDEO, None, heard, lambda: 7, ssrc=5, monotonic=lambda: 2.0)
    take(stream, rtp(IDR, 1, 90_000, marker=True))
    report = struct.pack(">BBHIIIIII", 0x80, 200, 6, 7, 2_208_988_800 + 100, 0, 90_000, 1, 2)
    assert not stream.take_report(report, 0, len(report))
    take(stream, rtp(IDR, 4, 120_000, marker=True), rtp(IDR, 5, 180_000, marker=True))
    assert [picture.camera_ms for picture in heard.pictures] == [None, 101_000]
    assert heard.lost == [2]
    assert stream.take_report(b"\x81\xcb\0\1abcd", 0, 8)


def test_nothing_is_reported_before_the_first_packet():
    stream = PictureStream(VIDEO, None, Heard(), lambda: 7, ssrc=5, monotonic=lambda: 2.0)
    assert stream.report() == b""
    take(stream, rtp(IDR, 1, 0, marker=True))
    stream.arrived(1.0)
    assert stream.report()[1] == 201


def test_sound_waits_until_the_track_is_known():
    heard = Heard()
    pictures = PictureStream(VIDEO, AUDIO.track, heard, lambda: 7, ssrc=5, monotonic=lambda: 2.0)
    sound = SoundStream(AUDIO, pictures.pictures, heard, lambda: 7, ssrc=6, monotonic=lambda: 2.0)
    take(sound, rtp(b"abc", 1, 0, payload_type=0))
    assert heard.sounds == []
    take(pictures, rtp(IDR, 1, 0, marker=True))
    take(sound, rtp(b"abc", 2, 3, payload_type=0), rtp(b"abc", 9, 30, payload_type=0), b"", rtp(b"x", 3, 0))
    assert heard.tracks[0].audio == AUDIO.track
    assert [(each.data, each.time, each.duration) for each in heard.sounds] == [
        (b"abc", 3, 3),
        (b"abc", 30, 3),
    ]
    assert heard.lost == [], "a hole in the sound costs no picture"
