"""Fills areas of a coded stream for good: each picture decoded, filled in place, and encoded as H.264 of the same size.

Keyframes stay keyframes and each picture keeps its times, so that what is recorded can be cut and sought as before. The
pictures come out in the order in which they are shown: the encoder makes no B pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import PictureType, VideoFrame

from safecity.adapters.vision.decode import MOST_WAITING, context_for, parameter_sets, with_start_codes
from safecity.adapters.vision.encode import PPS, SLICES, SPS, split_nals
from safecity.cameras import Codec, Picture, Track
from safecity.footage import GREY, NO_COLOUR, Bits, Corners, Plane, grown, raster

FORMATS = {"yuv420p", "yuvj420p"}
OPTIONS = {
    "preset": "ultrafast",  # half of veryfast's time for a sixth more bytes
    "tune": "zerolatency",
    "crf": "24",
    "forced-idr": "1",
    "x264-params": "scenecut=0:repeat-headers=1:annexb=1:keyint=infinite",
}


class Filling:
    """One track's pictures, in the order in which the camera coded them."""

    def __init__(self, track: Track, areas: Sequence[Corners]) -> None:
        self._track, self._areas = track, areas
        self._head = with_start_codes(parameter_sets(track))
        self._decoder = context_for(track.codec)
        self._encoder: Any = None
        self._size: tuple[int, int] = (0, 0)
        self._told: Track | None = None
        self._waiting: dict[int, Picture] = {}

    def fill(self, picture: Picture) -> list[Track | Picture]:
        """What can be told now: usually one picture, and before the first one the track. Broken data give nothing."""
        if not picture.is_key and self._told is None and not self._waiting:
            return []
        data = with_start_codes(picture.nals)
        packet = av.Packet(self._head + data if picture.is_key else data)
        packet.pts = picture.time
        self._waiting[picture.time] = picture
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]
        try:
            frames: list[VideoFrame] = self._decoder.decode(packet)
        except FFmpegError:
            return []
        made: list[Track | Picture] = []
        for frame in frames:
            source = self._waiting.pop(frame.pts if frame.pts is not None else -1, None)
            if source is not None:
                made += self._encode(self._filled(frame), source)
        return made

    def _filled(self, frame: VideoFrame) -> VideoFrame:
        """The same picture, the areas under flat grey."""
        if frame.format.name not in FORMATS:
            frame = frame.reformat(format="yuv420p")
        frame.make_writable()
        if (frame.width, frame.height) != self._size:
            self._begin(frame)
        for plane, bits, value in zip(frame.planes, self._bits, (GREY, NO_COLOUR, NO_COLOUR), strict=True):
            data: Any = plane  # a buffer, though its type does not say so
            whole: Plane = np.frombuffer(data, dtype=np.uint8).reshape(plane.height, plane.line_size)
            whole[: bits.shape[0], : bits.shape[1]][bits] = value
        return frame

    def _begin(self, frame: VideoFrame) -> None:
        """Another size of picture: its areas, and an encoder for it."""
        width, height = self._size = frame.width, frame.height
        columns, rows = -(-width // 2), -(-height // 2)
        half: Bits = grown(raster(self._areas, columns, rows), 1)
        whole = half.repeat(2, axis=0).repeat(2, axis=1)[:height, :width]
        self._bits = whole, half, half
        encoder: Any = av.VideoCodecContext.create("libx264", "w")
        encoder.width, encoder.height, encoder.pix_fmt = width, height, frame.format.name
        encoder.time_base = Fraction(1, self._track.clock_hz)
        encoder.thread_count = 1
        encoder.options = OPTIONS
        self._encoder = encoder

    def _encode(self, frame: VideoFrame, source: Picture) -> list[Track | Picture]:
        frame.pts, frame.time_base = source.time, Fraction(1, self._track.clock_hz)
        frame.pict_type = PictureType.I if source.is_key or self._told is None else PictureType.NONE
        nals = split_nals(b"".join(bytes(packet) for packet in self._encoder.encode(frame)))
        sets = {nal[0] & 0x1F: nal for nal in nals}
        slices = [nal for nal in nals if nal[0] & 0x1F in SLICES]
        made: list[Track | Picture] = []
        if SPS in sets and PPS in sets:
            width, height = self._size
            track = replace(
                self._track,
                codec=Codec.H264,
                sps=sets[SPS],
                pps=(sets[PPS],),
                vps=b"",
                width=width,
                height=height,
            )
            if track != self._told:
                self._told = track
                made.append(track)
        if slices:
            is_key = frame.pict_type == PictureType.I
            made.append(replace(source, nals=slices, is_key=is_key, size=sum(map(len, slices))))
        return made
