"""Finds the H.264 track in a camera's session description (RFC 4566; RFC 2326 appendix C; RFC 6184 section 8)."""

from __future__ import annotations

import binascii
from base64 import b64decode
from dataclasses import dataclass, field

MAX_LINES = 2000

# Static payload types (RFC 3551 section 6) that a camera may name without saying more.
_STATIC = {26: "JPEG", 31: "H261", 32: "MPV", 33: "MP2T", 34: "H263"}


class NoVideo(ValueError):
    """What the camera offers cannot be recorded; the message goes on after "The camera …"."""


@dataclass(frozen=True)
class Video:
    """An H.264 track. `control` and `session_control` are as the camera wrote them (RFC 2326 appendix C.1.1)."""

    payload_type: int
    clock_hz: int
    control: str
    session_control: str
    parameter_sets: tuple[bytes, ...] = ()


@dataclass
class _Media:
    kind: str
    payload_types: list[int]
    control: str = ""
    codecs: dict[int, tuple[str, int]] = field(default_factory=dict[int, "tuple[str, int]"])
    formats: dict[int, dict[str, str]] = field(default_factory=dict[int, "dict[str, str]"])


def find_video(description: bytes) -> Video:
    """The first H.264 track. Raises NoVideo, and nothing else, whatever the bytes."""
    session_control, media = _parse(description)
    videos = [each for each in media if each.kind == "video"]
    offered: list[str] = []
    for each in videos:
        for payload_type in each.payload_types:
            codec, clock_hz = each.codecs.get(payload_type, (_STATIC.get(payload_type, "unknown"), 90_000))
            if codec.upper() != "H264":
                offered.append(codec)
                continue
            parameters = each.formats.get(payload_type, {})
            if parameters.get("packetization-mode", "0") not in {"0", "1"}:
                offered.append("H264 in interleaved mode")
                continue
            sets = _parameter_sets(parameters.get("sprop-parameter-sets", ""))
            return Video(payload_type, clock_hz, each.control, session_control, sets)
    if offered:
        raise NoVideo(f"sends {', '.join(offered)[:80]}; set it to H.264")
    if media:
        raise NoVideo("sends no video, only " + ", ".join(sorted({each.kind for each in media}))[:80])
    raise NoVideo("describes no stream")


def _parse(description: bytes) -> tuple[str, list[_Media]]:
    session_control, media = "", list[_Media]()
    for raw in description.decode("utf-8", "replace").splitlines()[:MAX_LINES]:
        line = raw.strip()
        if line.startswith("m="):
            kind, *rest = line[2:].split()[:64] or [""]
            media.append(_Media(kind, [int(each) for each in rest[2:] if _is_number(each)]))
        elif line.startswith("a=control:"):
            control = line[len("a=control:") :].strip()
            if media:
                media[-1].control = control
            else:
                session_control = control
        elif line.startswith("a=rtpmap:") and media:
            _take_codec(media[-1], line[len("a=rtpmap:") :])
        elif line.startswith("a=fmtp:") and media:
            _take_format(media[-1], line[len("a=fmtp:") :])
    return session_control, media


def _take_codec(media: _Media, value: str) -> None:
    payload_type, _, rest = value.strip().partition(" ")
    codec, _, clock = rest.strip().partition("/")
    clock = clock.partition("/")[0]
    if _is_number(payload_type):
        clock_hz = int(clock) if _is_number(clock) and int(clock) else 90_000
        media.codecs[int(payload_type)] = (codec.strip(), clock_hz)


def _take_format(media: _Media, value: str) -> None:
    payload_type, _, rest = value.strip().partition(" ")
    if _is_number(payload_type):
        pairs = (each.strip().partition("=") for each in rest.split(";"))
        media.formats[int(payload_type)] = {name.strip().lower(): given.strip() for name, _, given in pairs}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _parameter_sets(text: str) -> tuple[bytes, ...]:
    """The NAL units of `sprop-parameter-sets`; those that are no base64 are left out, they come again in the stream."""
    found: list[bytes] = []
    for each in text.split(",")[:32]:
        try:
            unit = b64decode(each.strip() + "=" * (-len(each.strip()) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue
        if unit:
            found.append(unit)
    return tuple(found)


def resolve(base: str, control: str) -> str:
    """The URL of a track or of the whole session. Appends as cameras expect, even after a query."""
    if control in {"", "*"}:
        return base
    if "://" in control:
        return control
    return f"{base.rstrip('/')}/{control.lstrip('/')}"
