"""The H.264 track is found in what cameras write, and nothing else is taken for one."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import PPS, SPS, description
from safecity.adapters.devices.rtsp.sdp import NoVideo, Video, find_video, resolve


def test_the_video_is_found_behind_the_sound():
    assert find_video(description()) == Video(96, 90_000, "trackID=1", "*", (SPS, PPS))


def test_parameter_sets_that_are_no_base64_are_left_out():
    text = description(sets=False).replace(b"packetization-mode=1;", b"sprop-parameter-sets=%%%,Z00=;")
    assert find_video(text).parameter_sets == (b"gM",)


def test_the_second_video_is_taken_where_the_first_is_no_h264():
    first = b"m=video 0 RTP/AVP 97\na=rtpmap:97 H265/90000\n"
    text = first + b"m=video 0 RTP/AVP 98\na=rtpmap:98 h264/90000\na=control:two\n"
    assert find_video(text) == Video(98, 90_000, "two", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "describes no stream"),
        (b"v=0\r\nm=audio 0 RTP/AVP 0\r\nm=application 0 RTP/AVP 107\r\n", "only application, audio"),
        (description(codec="H265/90000"), "sends H265; set it to H.264"),
        (b"m=video 0 RTP/AVP 26\r\n", "sends JPEG"),
        (b"m=video 0 RTP/AVP 96\r\n", "sends unknown"),
        (description().replace(b"mode=1", b"mode=2"), "interleaved mode"),
    ],
)
def test_a_camera_without_usable_video_says_what_it_sends(text: bytes, words: str):
    with pytest.raises(NoVideo, match=words):
        find_video(text)


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
        find_video(text)


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
        video = find_video("\r\n".join(text).encode("utf-8", "replace"))
        assert video.clock_hz > 0
