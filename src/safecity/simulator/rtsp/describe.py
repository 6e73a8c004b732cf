"""What a camera says of its stream: SDP (RFC 4566) with the H.264 parameters of RFC 6184, 8.1."""

from __future__ import annotations

import base64

VIDEO_TYPE = 96
CLOCK_HZ = 90_000


def describe_video(name: str, sps: bytes, pps: bytes, fps: float) -> bytes:
    """A session with one H.264 track, `track1`. The parameter sets come without start codes."""
    sets = ",".join(base64.b64encode(each).decode() for each in (sps, pps))
    return _session(
        name,
        f"m=video 0 RTP/AVP {VIDEO_TYPE}",
        f"a=rtpmap:{VIDEO_TYPE} H264/{CLOCK_HZ}",
        f"a=fmtp:{VIDEO_TYPE} packetization-mode=1;profile-level-id={sps[1:4].hex()};sprop-parameter-sets={sets}",
        f"a=framerate:{fps:g}",
        "a=control:track1",
    )


def describe_audio(name: str) -> bytes:
    """A session without pictures: a camera with a microphone and a broken lens."""
    return _session(name, "m=audio 0 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=control:track1")


def _session(name: str, *media: str) -> bytes:
    head = ("v=0", "o=- 0 0 IN IP4 127.0.0.1", f"s={name}", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*")
    return ("\r\n".join((*head, "a=range:npt=now-", *media)) + "\r\n").encode()
