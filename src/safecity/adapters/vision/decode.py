"""Decodes H.264 and H.265 with PyAV, one thread each: keyframes without state, or a stream picture by picture.

What comes out are planes at the width asked for (at most the camera's own), scaled by the decoder's own library.
Not safe to call from two threads at once; each tile and the keyframe worker has its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from safecity.adapters.vision.steady import Steady
from safecity.cameras import Codec, Picture, Track
from safecity.footage import Pixels, Plane

START_CODE = b"\0\0\0\1"
NAMES = {Codec.H264: "h264", Codec.H265: "hevc"}
MOST_WAITING = 64  # pictures whose turn to be shown has not come


def fitted(width: int, height: int, most: int) -> tuple[int, int]:
    """The size of a picture made at most so wide, in even numbers, its shape kept."""
    new_width = max(16, min(width, most)) // 2 * 2
    return new_width, max(2, round(height * new_width / width / 2) * 2)


def pixels_of(
    frame: VideoFrame, width: int, height: int, wall_ms: int = 0, scaler: VideoReformatter | None = None
) -> Pixels:
    """A decoded picture as planes of that size."""
    small = (scaler or VideoReformatter()).reformat(
        frame, width, height, "yuv420p", interpolation=Interpolation.FAST_BILINEAR, threads=1
    )
    planes: list[Plane] = []
    for plane, (rows, columns) in zip(
        small.planes, ((height, width), (height // 2, width // 2), (height // 2, width // 2)), strict=True
    ):
        data: Any = plane  # a buffer, though its type does not say so
        whole: Plane = np.frombuffer(data, dtype=np.uint8).reshape(plane.height, plane.line_size)
        planes.append(np.ascontiguousarray(whole[:rows, :columns]))
    return Pixels(planes[0], planes[1], planes[2], wall_ms)


class Decoder:
    """Decodes a stream's pictures in their order."""

    def __init__(self, track: Track, width: int) -> None:
        self._context = context_for(track.codec)
        self._scaler = VideoReformatter()
        self._head = with_start_codes(parameter_sets(track))
        self._width = width
        self._steady = Steady(track.clock_hz)
        self._moments: dict[int, tuple[int, int]] = {}
        self._begun = False

    def decode(self, picture: Picture) -> list[Pixels]:
        """The pictures that are ready now: usually one; none before the first keyframe or for broken data."""
        if not self._begun and not picture.is_key:
            return []
        self._begun = True
        data = with_start_codes(picture.nals)
        packet = av.Packet(self._head + data if picture.is_key else data)
        packet.pts = picture.time
        steady_ms = self._steady.at_ms(picture.time, picture.received_ms)
        self._moments[picture.time] = picture.received_ms, steady_ms
        if len(self._moments) > MOST_WAITING:
            del self._moments[next(iter(self._moments))]
        try:
            frames: list[VideoFrame] = self._context.decode(packet)
        except FFmpegError:
            return []
        return [self._made(frame) for frame in frames]

    def _made(self, frame: VideoFrame) -> Pixels:
        wall_ms, steady_ms = self._moments.pop(frame.pts if frame.pts is not None else -1, (0, 0))
        width, height = fitted(frame.width, frame.height, self._width)
        return replace(pixels_of(frame, width, height, wall_ms, self._scaler), steady_ms=steady_ms)


class KeyframeDecoder:
    """Decodes single keyframes, of many cameras in turn, with one context a thread that remembers nothing."""

    def __init__(self, width: int) -> None:
        self._own = threading.local()
        self._width = width

    def _tools(self, codec: Codec) -> tuple[Any, VideoReformatter]:
        """This thread's decoder for a codec, and its scaler."""
        tools: dict[str, tuple[Any, VideoReformatter]] = self._own.__dict__
        if codec.value not in tools:
            tools[codec.value] = context_for(codec), VideoReformatter()
        return tools[codec.value]

    def decode(self, track: Track, picture: Picture) -> Pixels | None:
        """The picture, or None where its data are broken."""
        packet = av.Packet(with_start_codes([*parameter_sets(track), *picture.nals]))
        context, scaler = self._tools(track.codec)
        try:
            frames: list[VideoFrame] = context.decode(packet) or context.decode(None)
        except FFmpegError:
            frames = []
        context.flush_buffers()
        if not frames:
            return None
        width, height = fitted(frames[0].width, frames[0].height, self._width)
        return pixels_of(frames[0], width, height, picture.received_ms, scaler)


def context_for(codec: Codec) -> Any:  # PyAV's packets are generic over an unknown, so its types end here
    """A decoder of one thread."""
    context = av.VideoCodecContext.create(NAMES[codec], "r")
    context.thread_count = 1
    return context


def parameter_sets(track: Track) -> list[bytes]:
    """Everything that a decoder must know before a track's keyframe, in the order it must know it."""
    return [each for each in (track.vps, track.sps, *track.pps) if each]


def with_start_codes(nals: Iterable[bytes]) -> bytes:
    """NAL units as a byte stream (annex B of H.264 and of H.265)."""
    return b"".join([START_CODE + nal for nal in nals])
