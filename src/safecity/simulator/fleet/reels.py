"""The films of a fleet, drawn and coded at run time from a seed: a bright square on noise, at a steady rate of bits."""

# PyAV's own types leave its packets open.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from safecity.simulator.rtsp import Reel, Voice, VoiceCodec, load_reel, make_voice


@dataclass(frozen=True, kw_only=True)
class Look:
    """How pictures are: their size, pictures a second, rate and seconds from one keyframe to the next."""

    width: int = 640
    height: int = 360
    fps: int = 15
    kbit_s: int = 500
    group_s: int = 2
    seconds: int = 10


@dataclass(frozen=True)
class Reels:
    """What the cameras of a fleet show and let hear; all of them share it."""

    main: Reel
    h265: Reel
    small: Reel  # what a camera shows that was set to another size
    sub: Reel
    voices: dict[VoiceCodec, Voice] = field(default_factory=dict[VoiceCodec, Voice])


def make_reels(look: Look, seed: int = 1, *, h265: bool = True, sound: bool = True) -> Reels:
    """Draws and codes them, some seconds of work. Without `h265` that reel is the main one."""
    halved = replace(look, width=look.width // 4 * 2, height=look.height // 4 * 2, kbit_s=look.kbit_s // 2)
    sub = replace(look, width=320, height=180, fps=5, kbit_s=100)
    main = make_reel(look, seed)
    return Reels(
        main,
        make_reel(look, seed, "libx265") if h265 else main,
        make_reel(halved, seed),
        make_reel(sub, seed),
        {codec: make_voice(codec) for codec in VoiceCodec} if sound else {},
    )


def make_reel(look: Look, seed: int, coder: str = "libx264") -> Reel:
    """One reel."""
    group = look.fps * look.group_s
    options = {"preset": "ultrafast"}
    if coder == "libx264":
        options |= {
            "bf": "0",
            "g": str(group),
            "sc_threshold": "0",
            "x264-params": "slices=1:repeat-headers=0",
        }
    else:
        options["x265-params"] = (
            f"keyint={group}:min-keyint={group}:bframes=0:scenecut=0:open-gop=0:log-level=none"
        )
    bits = look.kbit_s * 1000
    with tempfile.TemporaryDirectory(prefix="safecity-reel-") as folder:
        file = Path(folder) / "reel.mp4"
        with av.open(str(file), "w", format="mp4") as container:
            stream = container.add_stream(coder, rate=look.fps, options=options)
            assert isinstance(stream, av.VideoStream)
            stream.width, stream.height, stream.pix_fmt = look.width, look.height, "yuv420p"
            stream.codec_context.thread_count = 1
            stream.bit_rate = bits
            stream.codec_context.bit_rate_tolerance = bits // 4
            stream.codec_context.time_base = Fraction(1, look.fps)
            for picture in _pictures(look, seed):
                container.mux(stream.encode(picture))
            container.mux(stream.encode(None))
        return load_reel(file)


def _pictures(look: Look, seed: int) -> Iterator[av.VideoFrame]:
    chance = np.random.default_rng(seed)
    noises = chance.integers(-14, 15, (8, look.height, look.width), dtype=np.int16)
    street = np.add.outer(np.arange(look.height), np.arange(look.width)) % 96 + 70
    side = look.height // 5
    for number in range(look.seconds * look.fps):
        grey = np.clip(street + noises[number % len(noises)], 16, 235).astype(np.uint8)
        left = (number * 7) % (look.width - side)
        grey[side : 2 * side, left : left + side] = 225
        planes = np.full((look.height * 3 // 2, look.width), 128, np.uint8)
        planes[: look.height] = grey
        yield av.VideoFrame.from_ndarray(planes, format="yuv420p")
