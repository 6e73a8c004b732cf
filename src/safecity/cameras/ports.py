"""What the cameras' room needs from outside: a wire to a camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from safecity.base import SafeCityError


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


@dataclass(frozen=True, slots=True)
class Track:
    """What a stream carries. `sps` and `pps` are H.264 parameter sets without start codes (H.264 7.3.2)."""

    codec: str
    sps: bytes
    pps: bytes
    width: int
    height: int
    clock_hz: int = 90_000


@dataclass(slots=True)
class Picture:
    """One access unit as the camera coded it: NAL units without start codes, parameter sets left out.

    `time` is the RTP timestamp in ticks of the track's clock, unwrapped so that it never falls back to zero;
    `received_ms` is the wall clock when its last byte came.
    """

    nals: list[bytes]
    is_key: bool
    time: int
    received_ms: int
    size: int


class Sink(Protocol):
    """Where a wire puts what it hears. Called in the event loop; must not block."""

    def on_track(self, track: Track) -> None:
        """Before the first picture, and again when the parameter sets change."""
        ...

    def on_picture(self, picture: Picture) -> None:
        """Each picture in decoding order."""
        ...

    def on_loss(self, packets: int) -> None:
        """So many packets were lost; the broken picture, and those up to the next keyframe, are not passed on."""
        ...


class Wire(Protocol):
    """Speaks to one kind of camera."""

    async def watch(self, url: str, sink: Sink, *, answer_s: float, silent_s: float) -> None:
        """Opens `url` (credentials inside) and feeds `sink` until the stream ends.

        Always ends with a WireError that says why, or is cancelled; either way the connection is closed. `answer_s`
        is how long each answer may take, `silent_s` how long pictures may stay away.
        """
        ...
