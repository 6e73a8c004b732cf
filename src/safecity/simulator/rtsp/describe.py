"""What a camera says of its stream: SDP (RFC 4566; RFC 6184, 8.1 H.264; RFC 7798, 7.1 H.265), rightly or wrongly."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

VIDEO_TYPE = 96
CLOCK_HZ = 90_000


class SdpForm(StrEnum):
    """How a session is described."""

    RIGHT = "right"
    NO_SETS = "no_sets"  # parameter sets come in the stream only
    BAD_SETS = "bad_sets"  # parameter sets that are no base64
    WRONG_SETS = "wrong_sets"  # those of another picture; the right ones come in the stream
    NO_CONTROL = "no_control"  # no track has a name
    BARE_LF = "bare_lf"  # lines end as on Unix
    AUDIO_ONLY = "audio_only"  # sound, no pictures
    NO_RTPMAP = "no_rtpmap"  # a number of a codec, and nobody says of which
    MJPEG = "mjpeg"  # a coding that nobody can record
    EMPTY = "empty"
    JUNK = "junk"  # bytes that are no text


# With these a client still can have the pictures; with the others it cannot.
BORNE = frozenset(
    {
        SdpForm.RIGHT,
        SdpForm.NO_SETS,
        SdpForm.BAD_SETS,
        SdpForm.WRONG_SETS,
        SdpForm.NO_CONTROL,
        SdpForm.BARE_LF,
    }
)
_OTHER_SPS = bytes.fromhex("6742c016da0280bfe584000003000400000300783c58ba80")


@dataclass(frozen=True, kw_only=True)
class Described:
    """What there is to say: the parameter sets without start codes, and the lines of a track of sound."""

    name: str
    sps: bytes
    pps: bytes
    fps: float
    vps: bytes = b""
    sound: Sequence[str] = ()


def describe(camera: Described, form: SdpForm = SdpForm.RIGHT) -> bytes:
    """A session description: `track1` is the picture, `track2` the sound, if any."""
    if form is SdpForm.EMPTY:
        return b""
    if form is SdpForm.JUNK:
        return bytes(range(128, 256)) * 4
    if form is SdpForm.AUDIO_ONLY:
        return describe_audio(camera.name)
    if form is SdpForm.MJPEG:
        return _session(camera.name, "m=video 0 RTP/AVP 26", "a=control:track1")
    lines = [f"m=video 0 RTP/AVP {VIDEO_TYPE}", *_video(camera, form), f"a=framerate:{camera.fps:g}"]
    if form is not SdpForm.NO_CONTROL:
        lines.append("a=control:track1")
    if camera.sound:
        lines += [*camera.sound, "a=control:track2"]
    whole = _session(camera.name, *lines)
    return whole.replace(b"\r\n", b"\n") if form is SdpForm.BARE_LF else whole


def _video(camera: Described, form: SdpForm) -> list[str]:
    if form is SdpForm.NO_RTPMAP:
        return []
    codec = "H265" if camera.vps else "H264"
    rtpmap = f"a=rtpmap:{VIDEO_TYPE} {codec}/{CLOCK_HZ}"
    if form is SdpForm.NO_SETS:
        return [rtpmap]
    sps = _OTHER_SPS if form is SdpForm.WRONG_SETS and not camera.vps else camera.sps
    sets = [base64.b64encode(each).decode() for each in (camera.vps, sps, camera.pps)]
    if form is SdpForm.BAD_SETS:
        sets = ["*not*base64*"] * 3
    if camera.vps:
        parameters = f"sprop-vps={sets[0]};sprop-sps={sets[1]};sprop-pps={sets[2]}"
    else:
        profile = f"profile-level-id={camera.sps[1:4].hex()}"
        parameters = f"packetization-mode=1;{profile};sprop-parameter-sets={sets[1]},{sets[2]}"
    return [rtpmap, f"a=fmtp:{VIDEO_TYPE} {parameters}"]


def describe_audio(name: str) -> bytes:
    """A session without pictures: a camera with a microphone and a broken lens."""
    return _session(name, "m=audio 0 RTP/AVP 0", "a=rtpmap:0 PCMU/8000", "a=control:track1")


def _session(name: str, *media: str) -> bytes:
    head = ("v=0", "o=- 0 0 IN IP4 127.0.0.1", f"s={name}", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*")
    return ("\r\n".join((*head, "a=range:npt=now-", *media)) + "\r\n").encode()
