"""A recorder as a child process, with a camera that sends a real stream at ten times its speed; to be killed.

    python recorder_child.py DATA CLIP

CLIP is an H.264 file as `fakes.stream.encoded` makes it. Prints the number of each picture once the recorder has it.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from pathlib import Path

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import RealClock, to_ms
from safecity.cameras import Codec, Picture, Sink, Track, Transport
from safecity.footage.model import RecorderLimits
from safecity.footage.recorder import Recorder

FPS = 150


class FastCamera:
    """Plays the clip without end."""

    def __init__(self, clip: Path) -> None:
        nals = [piece.rstrip(b"\0") for piece in clip.read_bytes().split(b"\0\0\1")[1:]]
        self._sps = next(nal for nal in nals if nal[0] & 31 == 7)
        self._pps = next(nal for nal in nals if nal[0] & 31 == 8)
        self._pictures = [nal for nal in nals if nal[0] & 31 in {1, 5}]

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
        clock = RealClock()
        sink.on_track(Track(Codec.H264, self._sps, (self._pps,), 320, 180))
        started = clock.monotonic()
        number = 0
        while True:
            nal = self._pictures[number % len(self._pictures)]
            sink.on_picture(
                Picture([nal], nal[0] & 31 == 5, number * 90_000 // FPS, to_ms(clock.now()), len(nal))
            )
            os.write(1, b"%d\n" % number)
            number += 1
            await clock.sleep(max(0.0, started + number / FPS - clock.monotonic()))


def main() -> None:
    data, clip = Path(sys.argv[1]), Path(sys.argv[2])
    index = FootageIndex(data / "index" / "recorder-0.db", writable=True)
    limits = RecorderLimits(min_free_bytes=0, segment_ms=700)
    recorder = Recorder(0, data, index, lambda _: FastCamera(clip), RealClock(), random.Random(0), limits)
    asyncio.run(recorder.run())


if __name__ == "__main__":
    main()
