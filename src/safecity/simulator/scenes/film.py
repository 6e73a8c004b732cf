"""Draws a camera's film, frame by frame, and encodes it: H.264 or H.265, a keyframe each second, no B-frames.

Beside the film lies what is true of it (`NN.json`): chapters, and who was where when; and, where it is wanted, the same
film in a small size. A film takes about 1.3 s of one core, one of H.265 about four times that.
"""

# PyAV's own types leave its packets open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

import av
import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from safecity.simulator.scenes.backdrop import draw_backdrop
from safecity.simulator.scenes.cars import Run, draw_car
from safecity.simulator.scenes.figures import draw_bag, draw_person
from safecity.simulator.scenes.layout import FOCAL_PX, HEIGHT, WIDTH, Layout, layout_of
from safecity.simulator.scenes.visits import (
    Bag,
    Box,
    Car,
    Chapter,
    Visitor,
    Walker,
    box_of,
    chapters_of,
    pose_of,
    visitors_of,
)

FPS = 10
FILM_S = 60
KBIT_S = 360
KBIT_S_H265 = 200
SMALL = 2  # a small film has half the width and height
NOISE_LEVELS = 1.6  # standard deviation of the sensor's noise, in grey levels
Picture = NDArray[np.uint8]


class Coding(StrEnum):
    """How a camera codes its pictures."""

    H264 = "h264"
    H265 = "h265"


_CODERS = {Coding.H264: "libx264", Coding.H265: "libx265"}


@dataclass(frozen=True)
class Seen:
    """Where somebody was on the picture at a moment; the box has x, y, width and height as shares of it."""

    at_s: float
    box: Box


@dataclass(frozen=True)
class Presence:
    """From when until when a `person`, a `bag` or a `car` was in the picture, and where at each whole second."""

    kind: str
    from_s: float
    until_s: float
    boxes: tuple[Seen, ...]


@dataclass(frozen=True)
class Truth:
    """What is true of a film."""

    fps: int
    seconds: int
    chapters: tuple[Chapter, ...]
    visitors: tuple[Presence, ...]


class Noise:
    """The sensor's noise: a few fields, drawn once and laid over each frame at another offset."""

    FIELDS = 5

    def __init__(self, seed: int) -> None:
        chance = np.random.default_rng(seed)
        grain = chance.normal(0, NOISE_LEVELS, (self.FIELDS, HEIGHT, WIDTH))
        self._up = np.clip(np.rint(grain), 0, 255).astype(np.uint8)
        self._down = np.clip(np.rint(-grain), 0, 255).astype(np.uint8)

    def lay(self, luma: Picture, number: int) -> None:
        """Adds noise to the luma of frame `number`."""
        field = number * 2 % self.FIELDS
        cv2.add(luma, self._up[field], luma)
        cv2.subtract(luma, self._down[field], luma)


class Stage:
    """A street and those who come by, ready to be drawn at any moment of the film."""

    def __init__(self, seed: int) -> None:
        self.layout: Layout = layout_of(seed)
        self.visitors = visitors_of(self.layout)
        self._empty = draw_backdrop(self.layout)
        self._noise = Noise(seed)
        self._planar: Picture = np.asarray(cv2.cvtColor(self._empty, cv2.COLOR_BGR2YUV_I420), np.uint8)

    def frame(self, number: int) -> Picture:
        """Frame `number` as planar YUV 4:2:0 (I420)."""
        second = number / FPS
        here = [each for each in self.visitors if each.way.at(second) is not None]
        if here:
            picture = self._empty.copy()
            here.sort(key=lambda each: -(each.way.at(second) or (0, 0))[1])
            for visitor in here:
                self._draw(picture, visitor, second)
            planar = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2YUV_I420), np.uint8)
        else:
            planar = self._planar.copy()
        self._noise.lay(planar[:HEIGHT], number)
        return planar

    def _draw(self, picture: Picture, visitor: Visitor, second: float) -> None:
        spot = visitor.way.at(second)
        if spot is None:
            return
        x, y = self.layout.on_picture(spot[0], 0, spot[1])
        match visitor:
            case Walker():
                pose = pose_of(self.layout, visitor, second)
                if pose is not None:
                    draw_person(picture, pose, visitor.look)
            case Bag():
                draw_bag(picture, x, y, FOCAL_PX * 0.42 / spot[1])
            case Car():
                draw_car(picture, self.layout, Run(*spot, visitor.comes, visitor.colour))

    def truth(self) -> Truth:
        """What is true of the film."""
        return Truth(FPS, FILM_S, chapters_of(self.layout.seed), tuple(map(self._truth_of, self.visitors)))

    def _truth_of(self, visitor: Visitor) -> Presence:
        seen = {
            number: box
            for number in range(FILM_S * FPS)
            if (box := box_of(self.layout, visitor, number / FPS))
        }
        kind = {Walker: "person", Bag: "bag", Car: "car"}[type(visitor)]
        boxes = tuple(Seen(number / FPS, box) for number, box in seen.items() if number % FPS == 0)
        return Presence(kind, min(seen) / FPS, max(seen) / FPS, boxes)


def draw_film(
    seed: int,
    path: Path,
    tell: Callable[[float], None] = lambda _: None,
    *,
    coding: Coding = Coding.H264,
    small: Path | None = None,
) -> None:
    """Draws and encodes the film of a camera to `path` (MP4), and its truth beside it (JSON).

    `small` is where the same film goes in H.264 of half the width and height. `tell` hears the share done, 0 to 1. The
    files appear whole or not at all.
    """
    stage = Stage(seed)
    with ExitStack() as films:
        shows = [films.enter_context(_coded(path, coding, WIDTH, HEIGHT))]
        if small is not None:
            shows.append(films.enter_context(_coded(small, Coding.H264, WIDTH // SMALL, HEIGHT // SMALL)))
        for number in range(FILM_S * FPS):
            frame = av.VideoFrame.from_ndarray(stage.frame(number), format="yuv420p")
            frame.pts = number
            for show in shows:
                show(frame)
            if number % (FPS * 5) == 0:
                tell(number / (FILM_S * FPS))
        path.with_suffix(".json").write_bytes(msgspec.json.encode(stage.truth()))
    tell(1.0)


@contextmanager
def _coded(path: Path, coding: Coding, width: int, height: int) -> Generator[Callable[[av.VideoFrame], None]]:
    """A file that takes frames of any size; it appears, whole, at the end."""
    part = path.with_suffix(".part")
    with av.open(str(part), "w", format="mp4") as container:
        kbit_s = (KBIT_S_H265 if coding is Coding.H265 else KBIT_S) * width // WIDTH
        stream = container.add_stream(_CODERS[coding], rate=FPS, options=_options(coding, kbit_s))
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.time_base = Fraction(1, FPS)
        stream.codec_context.thread_count = 1
        yield lambda frame: container.mux(stream.encode(frame.reformat(width, height)))
        container.mux(stream.encode(None))
    part.replace(path)


def _options(coding: Coding, kbit_s: int) -> dict[str, str]:
    usual = {
        "preset": "ultrafast",
        "b": f"{kbit_s}k",
        "maxrate": f"{kbit_s * 3 // 2}k",
        "bufsize": f"{kbit_s * 2}k",
    }
    if coding is Coding.H265:
        keys = f"keyint={FPS}:min-keyint={FPS}:scenecut=0:open-gop=0:bframes=0"
        return usual | {"x265-params": f"{keys}:pools=1:frame-threads=1:log-level=none"}
    return usual | {
        "g": str(FPS),
        "keyint_min": str(FPS),
        "sc_threshold": "0",
        "bf": "0",
        "x264-params": "scenecut=0:open-gop=0",
    }
