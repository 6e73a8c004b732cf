"""A film for tests: a drawn street that people walk through, and real H.264 of it, made with PyAV.

Everything is deterministic. A `Visitor` comes in from the left, walks to where they stand, stays, and leaves again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from safecity.adapters.vision.encode import PPS, SPS, split_nals
from safecity.cameras import Codec, Picture, Track

Grey = npt.NDArray[np.uint8]
WIDTH, HEIGHT = 640, 360
START_MS = 1_893_456_000_000  # 2030-01-01T00:00Z
COAT, SKIN, LEGS = 205, 185, 35


@dataclass(frozen=True)
class Visitor:
    """Comes at `from_s`, stands at `place` (share of the width) from three seconds later on, is gone at `until_s`."""

    from_s: float
    until_s: float
    place: float = 0.5

    def middle(self, second: float) -> float | None:
        """Where they are, as a share of the width; None while they are not in the picture."""
        if not self.from_s <= second < self.until_s:
            return None
        inwards, outwards = (second - self.from_s) / 3, (self.until_s - second) / 3
        return -0.04 + (self.place + 0.04) * min(1.0, inwards, outwards)


@dataclass
class Film:
    """A street of its own for each seed; `noise` is the sensor's."""

    seed: int = 1
    visitors: Sequence[Visitor] = ()
    noise: float = 2.0
    width: int = WIDTH
    height: int = HEIGHT

    def empty(self) -> Grey:
        """The street without people and noise."""
        return _street(self.seed, self.width, self.height).copy()

    def body(self, second: float) -> npt.NDArray[np.bool_]:
        """Which pixels are people: the truth."""
        mask = np.zeros((self.height, self.width), dtype=np.bool_)
        for rows, columns, _ in self._parts(second):
            mask[rows, columns] = True
        return mask

    def _parts(self, second: float) -> Iterator[tuple[slice, slice, int]]:
        for visitor in self.visitors:
            middle = visitor.middle(second)
            if middle is None:
                continue
            x, foot, sway = int(middle * self.width), int(self.height * 0.85), int(2 * np.sin(second * 3))
            for top, bottom, half, luma in ((150, 125, 9, SKIN), (125, 60, 18, COAT), (60, 0, 12, LEGS)):
                left, right = x - half + sway, x + half + sway
                if right > 0:
                    yield slice(foot - top, foot - bottom), slice(max(0, left), min(self.width, right)), luma

    def picture(self, second: float) -> Grey:
        """The street at a moment, with people and noise."""
        y = self.empty().astype(np.int16)
        for rows, columns, luma in self._parts(second):
            y[rows, columns] = luma
        turn = round(second * 1000)
        noise = np.roll(
            _noise(self.width, self.height, self.noise), (turn * 7919, turn * 104_729), axis=(0, 1)
        )
        return np.clip(y + noise, 0, 255).astype(np.uint8)


@cache
def _street(seed: int, width: int, height: int) -> Grey:
    random = np.random.default_rng(seed)
    y = np.tile(np.linspace(70, 150, height)[:, np.newaxis], (1, width))
    for _ in range(6):
        left, top = random.integers(0, width - 60), random.integers(0, height // 2)
        y[top : top + 60, left : left + 60] = random.integers(50, 180)
    return y.astype(np.uint8)


@cache
def _noise(width: int, height: int, sigma: float) -> npt.NDArray[np.int16]:
    """The sensor's noise; each picture has it turned another way, which is quicker than to draw it anew."""
    return np.random.default_rng(1).normal(0, sigma, (height, width)).round().astype(np.int16)


def frame_of(y: Grey) -> VideoFrame:
    """A picture without colour, as a frame."""
    height, width = y.shape
    planes = np.full((height * 3 // 2, width), 128, dtype=np.uint8)
    planes[:height] = y
    return VideoFrame.from_ndarray(planes, format="yuv420p")


ENCODERS = {
    Codec.H264: ("libx264", "x264-params", "scenecut=0:repeat-headers=1"),
    Codec.H265: ("libx265", "x265-params", "scenecut=0:repeat-headers=1:log-level=none:keyint=-1:pools=1"),
}


def coded(
    frames: Iterable[tuple[float, VideoFrame]],
    *,
    gop_s: float = 1.0,
    start_ms: int = START_MS,
    crf: int = 22,
    codec: Codec = Codec.H264,
) -> Iterator[Track | Picture]:
    """Real H.264 or H.265 of some frames, as a camera's wire would give it: the track first, then the pictures."""
    context: Any = None
    key_s, head = -1e9, None
    encoder, name, words = ENCODERS[codec]
    for second, frame in frames:
        if context is None:
            context = av.VideoCodecContext.create(encoder, "w")
            context.width, context.height, context.pix_fmt = frame.width, frame.height, "yuv420p"
            context.time_base, context.framerate, context.thread_count = Fraction(1, 90_000), Fraction(10), 1
            context.gop_size = 10_000
            context.options = {
                "preset": "ultrafast",
                "tune": "zerolatency",
                "crf": str(crf),
                "forced-idr": "1",
                name: words,
            }
        key = second - key_s >= gop_s - 1e-6
        key_s = second if key else key_s
        frame.pts, frame.time_base = round(second * 90_000), Fraction(1, 90_000)
        frame.pict_type = 1 if key else 0
        nals = split_nals(b"".join(bytes(packet) for packet in context.encode(frame)))
        track, slices = _sorted(nals, codec, frame)
        if track is not None and track != head:
            head = track
            yield track
        size = sum(map(len, slices))
        yield Picture(slices, key, round(second * 90_000), start_ms + round(second * 1000), size)


def _sorted(nals: list[bytes], codec: Codec, frame: VideoFrame) -> tuple[Track | None, list[bytes]]:
    """The parameter sets of an access unit as a track, and its slices (H.264 table 7-1, H.265 table 7-1)."""
    if codec is Codec.H264:
        sets = {nal[0] & 0x1F: nal for nal in nals}
        slices = [nal for nal in nals if nal[0] & 0x1F in (1, 5)]
        vps, sps, pps = b"", sets.get(SPS), sets.get(PPS)
    else:
        sets = {nal[0] >> 1 & 0x3F: nal for nal in nals}
        slices = [nal for nal in nals if nal[0] >> 1 & 0x3F < 32]
        vps, sps, pps = sets.get(32, b""), sets.get(33), sets.get(34)
    if sps is None or pps is None:
        return None, slices
    return Track(codec, sps, (pps,), frame.width, frame.height, vps=vps), slices


def shot(
    film: Film,
    seconds: float,
    *,
    fps: float = 10,
    gop_s: float = 1.0,
    from_s: float = 0,
    codec: Codec = Codec.H264,
) -> list[Track | Picture]:
    """A whole film as coded pictures."""
    steps = range(round(from_s * fps), round((from_s + seconds) * fps))
    frames = ((step / fps, frame_of(film.picture(step / fps))) for step in steps)
    return list(coded(frames, gop_s=gop_s, codec=codec))


async def played(items: Iterable[Track | Picture], *, keyframes_only: bool) -> AsyncIterator[Track | Picture]:
    """What a feed would pass on."""
    for item in items:
        if isinstance(item, Track) or item.is_key or not keyframes_only:
            yield item
