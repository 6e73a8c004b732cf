"""What the cameras' room needs from outside: a wire to a camera."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from safecity.base import SafeCityError
from safecity.cameras.model import Transport


class WireError(SafeCityError):
    """The camera's stream could not be had."""


class CameraAbsent(WireError):
    """Nothing answers at the camera's address."""


class CameraRefused(WireError):
    """The camera refuses us: user name or password is wrong."""


class CameraSilent(WireError):
    """The camera is connected but sends no pictures."""


class NotVideo(WireError):
    """What the camera sends is no video we can record."""


class CameraGone(WireError):
    """The camera ended the stream."""


class HidingFailed(WireError):
    """The camera's private areas could not be hidden, so nothing was recorded."""


class Codec(StrEnum):
    """How a camera codes its pictures."""

    H264 = "h264"  # ITU-T H.264, ISO/IEC 14496-10
    H265 = "h265"  # ITU-T H.265, ISO/IEC 23008-2


class AudioCodec(StrEnum):
    """How a camera codes its sound."""

    AAC = "aac"  # ISO/IEC 14496-3
    PCMA = "pcma"  # ITU-T G.711 A-law
    PCMU = "pcmu"  # ITU-T G.711 mu-law


@dataclass(frozen=True, slots=True)
class AudioTrack:
    """The sound of a stream. `config` is AAC's AudioSpecificConfig (ISO/IEC 14496-3 1.6.2.1), empty for G.711."""

    codec: AudioCodec
    clock_hz: int
    channels: int
    config: bytes = b""


@dataclass(frozen=True, slots=True)
class Track:
    """What a stream carries.

    Parameter sets are NAL units without start codes: H.264 7.3.2 has `sps` and one or more `pps`, H.265 7.3.2 has
    `vps` besides. `audio` is there only where the camera sends sound and its entry allows it to be recorded.
    """

    codec: Codec
    sps: bytes
    pps: tuple[bytes, ...]
    width: int
    height: int
    clock_hz: int = 90_000
    vps: bytes = b""
    audio: AudioTrack | None = None


@dataclass(slots=True)
class Picture:
    """One access unit as the camera coded it: NAL units without start codes, parameter sets left out.

    `time` is the RTP timestamp in ticks of the track's clock, unwrapped so that it never falls back to zero;
    `received_ms` is our wall clock when its last byte came; `camera_ms` is the camera's own wall clock for the picture
    (RFC 3550 section 6.4.1, sender reports), None for as long as it has not said. `is_damaged`: a picture between its
    keyframe and it was lost on the way, so decoders have to guess what did not come.
    """

    nals: list[bytes]
    is_key: bool
    time: int
    received_ms: int
    size: int
    camera_ms: int | None = None
    is_damaged: bool = False


@dataclass(slots=True)
class Sound:
    """One coded frame of AAC, or a run of G.711 samples. `time` and `duration` are in ticks of the audio's clock."""

    data: bytes
    time: int
    duration: int
    received_ms: int


class Sink(Protocol):
    """Where a wire puts what it hears. Called in the event loop; must not block."""

    def on_track(self, track: Track) -> None:
        """Before the first picture, and again when the parameter sets change."""
        ...

    def on_picture(self, picture: Picture) -> None:
        """Each picture in decoding order."""
        ...

    def on_sound(self, sound: Sound) -> None:
        """Each piece of sound in order, where the track has audio."""
        ...

    def on_loss(self, packets: int) -> None:
        """So many packets were lost. The broken picture is not passed on; those up to the next keyframe are damaged."""
        ...


class Wire(Protocol):
    """Speaks to one kind of camera."""

    async def watch(
        self,
        url: str,
        sink: Sink,
        *,
        answer_s: float,
        silent_s: float,
        transport: Transport = Transport.AUTO,
        audio: bool = False,
    ) -> None:
        """Opens `url` (credentials inside) and feeds `sink` until the stream ends.

        Always ends with a WireError that says why, or is cancelled; either way the connection is closed. `answer_s`
        is how long each answer may take, `silent_s` how long pictures may stay away. Without `audio` sound is not even
        asked for.
        """
        ...
