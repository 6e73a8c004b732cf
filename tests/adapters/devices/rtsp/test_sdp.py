"""The H.264 track is found in what cameras write, and nothing else is taken for one."""

from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import PPS, PPS265, SPS, SPS265, VPS265, description
from safecity.adapters.devices.rtsp.sdp import NoVideo, Video, find_media, resolve
from safecity.cameras import AudioCodec, Codec


def test_the_video_is_found_behind_the_sound():
    offer = find_media(description())
    assert offer.video == Video(Codec.H264, 96, 90_000, "trackID=1", (SPS, PPS))
    assert offer.session_control == "*"


def test_parameter_sets_that_are_no_base64_are_left_out():
    text = description(sets=False).replace(b"packetization-mode=1;", b"sprop-parameter-sets=%%%,Z00=;")
    assert find_media(text).video.parameter_sets == (b"gM",)


def test_the_second_video_is_taken_where_the_first_is_no_h264():
    first = b"m=video 0 RTP/AVP 97\na=rtpmap:97 VP8/90000\n"
    text = first + b"m=video 0 RTP/AVP 98\na=rtpmap:98 h264/90000\na=control:two\n"
    assert find_media(text).video == Video(Codec.H264, 98, 90_000, "two")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "describes no stream"),
        (b"v=0\r\nm=audio 0 RTP/AVP 0\r\nm=application 0 RTP/AVP 107\r\n", "only application, audio"),
        (description(codec="VP8/90000"), "sends VP8; set it to H.264"),
        (b"m=video 0 RTP/AVP 26\r\n", "sends JPEG"),
        (b"m=video 0 RTP/AVP 96\r\n", "sends unknown"),
        (description().replace(b"mode=1", b"mode=2"), "interleaved mode"),
    ],
)
def test_a_camera_without_usable_video_says_what_it_sends(text: bytes, words: str):
    with pytest.raises(NoVideo, match=words):
        find_media(text)


@pytest.mark.parametrize(
    ("base", "control", "url"),
    [
        ("rtsp://h/live", "*", "rtsp://h/live"),
        ("rtsp://h/live/", "", "rtsp://h/live/"),
        ("rtsp://h/live", "trackID=1", "rtsp://h/live/trackID=1"),
        ("rtsp://h/live/", "/trackID=1", "rtsp://h/live/trackID=1"),
        ("rtsp://h/cam?channel=1/", "trackID=1", "rtsp://h/cam?channel=1/trackID=1"),
        ("rtsp://h/live", "rtsp://h/other/track", "rtsp://h/other/track"),
    ],
)
def test_control_addresses_are_resolved_as_cameras_mean_them(base: str, control: str, url: str):
    assert resolve(base, control) == url


@given(st.binary(max_size=1000))
def test_arbitrary_bytes_hold_a_video_or_none(text: bytes):
    with contextlib.suppress(NoVideo):
        find_media(text)


lines = st.one_of(
    st.sampled_from(["m=video 0 RTP/AVP 96", "m=audio 0 RTP/AVP 8", "a=rtpmap:96 H264/90000", "a=control:*"]),
    st.builds("a=rtpmap:{} {}/{}".format, st.integers(-2, 200), st.text(max_size=8), st.text(max_size=8)),
    st.builds("a=fmtp:{} {}".format, st.integers(0, 127), st.text(max_size=40)),
    st.builds("m=video {}".format, st.text(max_size=30)),
    st.builds("a=fmtp:96 sprop-parameter-sets={}".format, st.text(max_size=40)),
)


@given(st.lists(lines, max_size=12))
def test_a_jumbled_description_holds_a_video_or_none(text: list[str]):
    with contextlib.suppress(NoVideo):
        video = find_media("\r\n".join(text).encode("utf-8", "replace")).video
        assert video.clock_hz > 0


def test_h265_and_its_sets_are_found():
    sets = [base64.b64encode(each).decode() for each in (VPS265, SPS265, PPS265)]
    text = (
        "m=video 0 RTP/AVP 98\na=rtpmap:98 H265/90000\n"
        f"a=fmtp:98 sprop-vps={sets[0]};sprop-sps={sets[1]};sprop-pps={sets[2]};sprop-max-don-diff=2\n"
    ).encode()
    video = find_media(text).video
    assert (video.codec, video.parameter_sets) == (Codec.H265, (VPS265, SPS265, PPS265))
    assert video.has_don


def test_a_codec_that_a_camera_forgot_to_name_is_guessed_from_its_sets():
    text = description().replace(b"a=rtpmap:96 H264/90000\r\n", b"")
    assert find_media(text).video.codec is Codec.H264


@pytest.mark.parametrize(
    ("lines", "codec"),
    [
        ("m=audio 0 RTP/AVP 8", AudioCodec.PCMA),
        ("m=audio 0 RTP/AVP 0", AudioCodec.PCMU),
        ("m=audio 0 RTP/AVP 97\na=rtpmap:97 pcma/8000/1", AudioCodec.PCMA),
        (
            "m=audio 0 RTP/AVP 97\na=rtpmap:97 mpeg4-generic/16000\n"
            "a=fmtp:97 mode=AAC-hbr; SizeLength=13; IndexLength=3;indexdeltalength=3; config=1408",
            AudioCodec.AAC,
        ),
        ("m=audio 0 RTP/AVP 97\na=rtpmap:97 opus/48000/2", None),
        ("m=audio 0 RTP/AVP 97\na=rtpmap:97 mpeg4-generic/16000\na=fmtp:97 config=zz;sizelength=13", None),
        ("m=application 0 RTP/AVP 107", None),
    ],
)
def test_sound_is_found_where_we_know_it(lines: str, codec: AudioCodec | None):
    offer = find_media(f"m=video 0 RTP/AVP 96\na=rtpmap:96 H264/90000\n{lines}\na=control:sound\n".encode())
    assert (offer.audio.track.codec if offer.audio else None) == codec
    assert offer.audio is None or offer.audio.control == "sound"
