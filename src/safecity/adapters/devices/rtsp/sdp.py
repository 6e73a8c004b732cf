"""Finds video and sound in a camera's session description (RFC 8866; RFC 2326 appendix C).

Video is H.264 (RFC 6184 section 8) or H.265 (RFC 7798 section 7), sound AAC (RFC 3640 section 4) or G.711 (RFC 3551).
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field

from safecity.adapters.devices.rtsp.sound import BadSound, Packing, aac, g711
from safecity.cameras import AudioCodec, AudioTrack, Codec

MAX_LINES = 2000
MAX_CLOCK_HZ = 10_000_000

# Static payload types (RFC 3551 section 6) that a camera may name without saying more.
_STATIC = {
    0: ("PCMU", 8000, 1), 8: ("PCMA", 8000, 1), 26: ("JPEG", 90_000, 1), 31: ("H261", 90_000, 1),
    32: ("MPV", 90_000, 1), 33: ("MP2T", 90_000, 1), 34: ("H263", 90_000, 1),
}  # fmt: skip
_VIDEO = {"H264": Codec.H264, "H265": Codec.H265, "HEVC": Codec.H265}
_SETS = {
    Codec.H264: ("sprop-parameter-sets",),
    Codec.H265: ("sprop-vps", "sprop-sps", "sprop-pps"),
}


class NoVideo(ValueError):
    """What the camera offers cannot be recorded; the message goes on after "The camera …"."""


@dataclass(frozen=True)
class Video:
    """A track of pictures. `control` is as the camera wrote it (RFC 2326 appendix C.1.1)."""

    codec: Codec
    payload_type: int
    clock_hz: int
    control: str
    parameter_sets: tuple[bytes, ...] = ()
    has_don: bool = False  # payloads of H.265 carry decoding order numbers


@dataclass(frozen=True)
class Audio:
    """A track of sound, and how AAC is packed."""

    track: AudioTrack
    payload_type: int
    control: str
    packing: Packing


@dataclass(frozen=True)
class Offer:
    """What of a camera's streams we can record."""

    session_control: str
    video: Video
    audio: Audio | None


@dataclass
class _Media:
    kind: str
    payload_types: list[int]
    control: str = ""
    codecs: dict[int, tuple[str, int, int]] = field(default_factory=dict[int, "tuple[str, int, int]"])
    formats: dict[int, dict[str, str]] = field(default_factory=dict[int, "dict[str, str]"])

    def codec(self, payload_type: int) -> tuple[str, int, int]:
        """Name, clock and channels; guessed from the parameters where the camera forgot to say."""
        if payload_type in self.codecs:
            return self.codecs[payload_type]
        parameters = self.formats.get(payload_type, {})
        for codec, names in _SETS.items():
            if any(name in parameters for name in names):
                return codec.upper(), 90_000, 1
        return _STATIC.get(payload_type, ("unknown", 90_000, 1))


def find_media(description: bytes) -> Offer:
    """The first video that we can record, and the first sound. Raises NoVideo, and nothing else, whatever the bytes."""
    session_control, media = _parse(description)
    return Offer(session_control, _find_video(media), _find_audio(media))


def _find_video(media: list[_Media]) -> Video:
    offered: list[str] = []
    for each in media:
        if each.kind != "video":
            continue
        for payload_type in each.payload_types:
            name, clock_hz, _ = each.codec(payload_type)
            codec = _VIDEO.get(name.upper())
            parameters = each.formats.get(payload_type, {})
            if codec is None:
                offered.append(name)
            elif codec is Codec.H264 and parameters.get("packetization-mode", "0") not in {"0", "1"}:
                offered.append("H264 in interleaved mode")
            else:
                sets = tuple(unit for key in _SETS[codec] for unit in _units(parameters.get(key, "")))
                has_don = parameters.get("sprop-max-don-diff", "0").strip("0") != ""
                return Video(codec, payload_type, clock_hz, each.control, sets, has_don)
    if offered:
        raise NoVideo(f"sends {', '.join(offered)[:80]}; set it to H.264 or H.265")
    if media:
        raise NoVideo("sends no video, only " + ", ".join(sorted({each.kind for each in media}))[:80])
    raise NoVideo("describes no stream")


def _find_audio(media: list[_Media]) -> Audio | None:
    for each in media:
        if each.kind != "audio":
            continue
        for payload_type in each.payload_types:
            name, clock_hz, channels = each.codec(payload_type)
            parameters = each.formats.get(payload_type, {})
            try:
                track, packing = _read_audio(name.upper(), clock_hz, channels, parameters)
            except BadSound:
                continue
            return Audio(track, payload_type, each.control, packing)
    return None


def _read_audio(
    name: str, clock_hz: int, channels: int, parameters: Mapping[str, str]
) -> tuple[AudioTrack, Packing]:
    if name == "MPEG4-GENERIC":
        return aac(clock_hz, channels, parameters)
    if name in {"PCMA", "PCMU"}:
        return g711(AudioCodec(name.lower()), clock_hz, channels)
    raise BadSound("its codec is unknown")


def _parse(description: bytes) -> tuple[str, list[_Media]]:
    session_control, media = "", list[_Media]()
    for raw in description.decode("utf-8", "replace").splitlines()[:MAX_LINES]:
        line = raw.strip()
        if line.startswith("m="):
            kind, *rest = line[2:].split()[:64] or [""]
            media.append(_Media(kind.lower(), [int(each) for each in rest[2:] if _is_number(each)]))
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
    clock, _, channels = clock.partition("/")
    if _is_number(payload_type):
        clock_hz = int(clock) if _is_number(clock) and 0 < int(clock) <= MAX_CLOCK_HZ else 90_000
        count = int(channels) if _is_number(channels) and 0 < int(channels) <= 8 else 1
        media.codecs[int(payload_type)] = codec.strip(), clock_hz, count


def _take_format(media: _Media, value: str) -> None:
    payload_type, _, rest = value.strip().partition(" ")
    if _is_number(payload_type):
        pairs = (each.strip().partition("=") for each in rest.split(";"))
        media.formats[int(payload_type)] = {name.strip().lower(): given.strip() for name, _, given in pairs}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _units(text: str) -> list[bytes]:
    """NAL units in base64; those that are none are left out, they come again in the stream."""
    found: list[bytes] = []
    for each in text.split(",")[:32]:
        try:
            unit = b64decode(each.strip() + "=" * (-len(each.strip()) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue
        if unit:
            found.append(unit)
    return found


def resolve(base: str, control: str) -> str:
    """The URL of a track or of the whole session. Appends as cameras expect, even after a query."""
    if control in {"", "*"}:
        return base
    if "://" in control:
        return control
    return f"{base.rstrip('/')}/{control.lstrip('/')}"
