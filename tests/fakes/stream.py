"""A camera's stream made by hand: tracks and pictures as a wire would pass them on, and wires that play them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from safecity.base import Clock
from safecity.cameras import CameraGone, Codec, Picture, Sink, Track, Transport, WireError

SPS = bytes.fromhex("6742c01fda014016ec0440000003004000000c83c60ca8")
PPS = bytes.fromhex("68ce3c80")
TRACK = Track(Codec.H264, SPS, (PPS,), 1280, 720)
START_MS = 1_893_456_000_000  # 2030-01-01T00:00Z, where the set clock stands


def picture(
    number: int, *, fps: int = 15, group: int = 30, size: int = 200, start_ms: int = START_MS
) -> Picture:
    """The n-th picture of a steady stream; each `group`-th is a keyframe."""
    is_key = number % group == 0
    nal = bytes([0x65 if is_key else 0x41]) + number.to_bytes(4, "big") + bytes(size)
    return Picture([nal], is_key, number * 90_000 // fps, start_ms + number * 1000 // fps, len(nal))


def pictures(
    count: int, *, first: int = 0, fps: int = 15, group: int = 30, start_ms: int = START_MS
) -> list[Picture]:
    """So many pictures of a steady stream."""
    return [picture(n, fps=fps, group=group, start_ms=start_ms) for n in range(first, first + count)]


Played = Track | Picture | int | float | WireError
Script = Sequence[Played]


class ScriptedWire:
    """A wire that plays scripts, one a call: a track, pictures, numbers of lost packets, pauses in seconds (floats).

    A script that ends with a WireError ends with that; the last script is played for ever.
    """

    def __init__(self, clock: Clock, *scripts: Script) -> None:
        self._clock = clock
        self._scripts = list(scripts)
        self.calls: list[str] = []

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
        """As `cameras.Wire`."""
        self.calls.append(url)
        script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
        for each in script:
            if isinstance(each, Track):
                sink.on_track(each)
            elif isinstance(each, Picture):
                sink.on_picture(each)
            elif isinstance(each, WireError):
                raise each
            elif isinstance(each, int):
                sink.on_loss(each)
            else:
                await self._clock.sleep(each)
        raise CameraGone("The camera at fake ended the stream.")


def needs(program: str) -> str:
    """Why a test is skipped that needs a program, or an empty text."""
    return "" if shutil.which(program) else f"{program} is not installed here"


@cache
def encoded(
    folder: Path, *, seconds: int = 8, fps: int = 15, group: int = 30, b_frames: int = 0
) -> tuple[Track, list[list[bytes]]]:
    """A real H.264 stream by Debian's ffmpeg: its track, and the NAL units of each picture, in decoding order."""
    file = folder / f"clip-{seconds}-{fps}-{group}-{b_frames}.h264"
    command = (
        f"ffmpeg -v error -y -f lavfi -i testsrc2=s=320x180:r={fps} -t {seconds} -pix_fmt yuv420p -c:v libx264 "
        f"-preset ultrafast -profile:v main -bf {b_frames} -g {group} -keyint_min {group} -sc_threshold 0 "
        f"-x264-params slices=1:open-gop=0 -f h264 {file}"
    )
    subprocess.run(command.split(), check=True)
    nals = list(_nals(file.read_bytes()))
    sps = next(nal for nal in nals if nal[0] & 31 == 7)
    pps = next(nal for nal in nals if nal[0] & 31 == 8)
    return Track(Codec.H264, sps, (pps,), 320, 180), [[nal] for nal in nals if nal[0] & 31 in {1, 5}]


def _nals(data: bytes) -> Iterator[bytes]:
    for piece in data.split(b"\0\0\1")[1:]:
        yield piece.rstrip(b"\0")


def stream(
    folder: Path, *, seconds: int = 8, fps: int = 15, group: int = 30, start_ms: int = START_MS
) -> tuple[Track, list[Picture]]:
    """A real stream as a wire would pass it on."""
    track, units = encoded(folder, seconds=seconds, fps=fps, group=group)
    return track, [
        Picture(
            nals, nals[0][0] & 31 == 5, n * 90_000 // fps, start_ms + n * 1000 // fps, sum(map(len, nals))
        )
        for n, nals in enumerate(units)
    ]
