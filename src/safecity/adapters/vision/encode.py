"""Encodes masked pictures as H.264 for browsers: x264 ultrafast and zerolatency, one picture a fragment.

The media timeline counts milliseconds from the encoder's first picture. A keyframe comes about once a second and
whenever one is asked for, so that a viewer who joins need not wait.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import av
import cv2
import numpy as np
from av.video.frame import PictureType, VideoFrame

from safecity.adapters.vision.faces import to_rgb
from safecity.base import Unavailable
from safecity.cameras import Codec, Track
from safecity.footage import Pixels, Plane, Sample, fragment, init_segment, mime

KEY_EVERY_MS = 1_000
USUAL_MS = 100
OPTIONS = {
    "preset": "ultrafast",
    "tune": "zerolatency",
    "profile": "baseline",
    "crf": "27",
    "forced-idr": "1",
    "x264-params": "scenecut=0:repeat-headers=1:annexb=1:level=3.1",
}
SLICES = frozenset({1, 5})
SPS, PPS = 7, 8


class EncoderBroken(Unavailable):
    """The masked picture could not be encoded; it is withheld."""


@dataclass(frozen=True)
class Encoded:
    """One picture as a media fragment."""

    data: bytes
    is_key: bool
    wall_ms: int
    media_ms: int


class Encoder:
    """Turns masked pictures of one size into fragments."""

    def __init__(self, width: int, height: int) -> None:
        self._context: Any = av.VideoCodecContext.create("libx264", "w")
        self._context.width, self._context.height = width, height
        self._context.pix_fmt = "yuv420p"
        self._context.time_base = Fraction(1, 1000)
        self._context.framerate = Fraction(10)
        self._context.gop_size = 600  # keyframes are set by time, below
        self._context.thread_count = 1
        self._context.options = dict(OPTIONS)
        self._size = width, height
        self._first_ms: int | None = None
        self._last_ms = -1
        self._key_ms = -KEY_EVERY_MS
        self._count = 0
        self._step_ms = USUAL_MS
        self.mime = ""
        self.init = b""

    def encode(self, pixels: Pixels, *, key: bool = False) -> Encoded:
        """The picture as a fragment; the first one sets `mime` and `init`. Raises EncoderBroken."""
        at_ms = pixels.wall_ms if pixels.steady_ms is None else pixels.steady_ms
        if self._first_ms is None:
            self._first_ms = at_ms
        media_ms = max(at_ms - self._first_ms, self._last_ms + 1)
        if self._last_ms >= 0:
            self._step_ms = min(max(media_ms - self._last_ms, 10), 1000)
        key = key or media_ms - self._key_ms >= KEY_EVERY_MS
        nals = self._nals(pixels, media_ms, key=key)
        self._last_ms = media_ms
        self._count += 1
        if key:
            self._key_ms = media_ms
        sample = Sample(nals, self._step_ms, is_key=key)
        return Encoded(fragment(self._count, media_ms, [sample]), key, pixels.wall_ms, media_ms)

    def _nals(self, pixels: Pixels, media_ms: int, *, key: bool) -> list[bytes]:
        width, height = self._size
        if pixels.y.shape != (height, width):
            raise EncoderBroken("The camera's picture changed its size.")
        frame = VideoFrame(width, height, "yuv420p")
        for plane, filled in zip(frame.planes, (pixels.y, pixels.u, pixels.v), strict=True):
            room: Any = plane  # a buffer, though its type does not say so
            whole: Plane = np.frombuffer(room, dtype=np.uint8).reshape(plane.height, plane.line_size)
            whole[:, : filled.shape[1]] = filled
        frame.pts = media_ms
        frame.time_base = Fraction(1, 1000)
        frame.pict_type = PictureType.I if key else PictureType.NONE
        data = b"".join(bytes(packet) for packet in self._context.encode(frame))
        nals = split_nals(data)
        if key and not self.init:
            self._describe(nals)
        slices = [nal for nal in nals if nal[0] & 0x1F in SLICES]
        if not slices:
            raise EncoderBroken
        return slices

    def _describe(self, nals: list[bytes]) -> None:
        sets = {nal[0] & 0x1F: nal for nal in nals}
        if SPS not in sets or PPS not in sets:
            raise EncoderBroken
        width, height = self._size
        track = Track(Codec.H264, sets[SPS], (sets[PPS],), width, height, clock_hz=1000)
        self.mime, self.init = mime(track), init_segment(track)


def split_nals(stream: bytes) -> list[bytes]:
    """The NAL units of a byte stream (H.264 annex B)."""
    pieces = stream.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")
    return [piece for piece in pieces if piece]


def jpeg(pixels: Pixels, quality: int = 80) -> bytes:
    """A picture as a JPEG file."""
    _, data = cv2.imencode(".jpg", to_rgb(pixels)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    return data.tobytes()
