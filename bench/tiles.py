"""How sixteen masked tiles reach a screen that only reads: what `bench/live.py` shows, without a browser's share.

The same cameras and the same processes of the program as there, and in place of the browser one WebSocket that asks for
sixteen tiles as wide as the cameras send (`--width`) and reads what comes. So what a machine's own decoding and
painting need is not in the figures: where these hold and those of `bench/live.py` do not, the browser had too little of
the machine left. The notes say of each kind of process how much of a core it took, and what one picture of a tile costs
the eyes.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from websockets.asyncio.client import ClientConnection, connect

import _wall
from _node import process
from _processes import cpu_s
from _report import Measure, arguments, report
from _town import Town, control, set_up
from _wall import TILES, begin, make_clip
from safecity.base import RealClock, to_ms
from safecity.serve import free_port

READY_S = 60.0
STEADY_S = 3.0  # until each tile has been searched for the first time
MEDIA = 1
HEAD = struct.Struct("<HBdd")  # channel, kind, when the camera's picture came, its place on the timeline


@dataclass(frozen=True)
class Read:
    """Delays (ms) of the pictures read, their share of those sent, and cores by kind of process."""

    delays: list[float]
    share: float
    cores: dict[str, float]


async def read_wall(
    town: Town, fps: int, width: int, seconds: float, pids: Mapping[str, Sequence[int]]
) -> Read:
    """Asks for all tiles, waits until each has come for a while, and reads."""
    headers, origin = {"cookie": f"safecity={town.token}"}, f"http://localhost:{town.port}"
    address = f"ws://localhost:{town.port}/ws/video"
    async with connect(address, additional_headers=headers, origin=origin, compression=None) as socket:  # type: ignore[arg-type]
        for channel, camera in enumerate(town.cameras, 1):
            await socket.send(
                json.dumps({"open": channel, "camera": camera, "purpose": "wall", "width": width})
            )
        await until_all_came(socket)
        await delays(socket, STEADY_S)
        before, since_s = {name: cpu_s(each) for name, each in pids.items()}, time.monotonic()
        came = await delays(socket, seconds)
        passed_s = time.monotonic() - since_s
        cores = {name: (cpu_s(each) - before[name]) / passed_s for name, each in pids.items()}
    return Read(came, len(came) / (TILES * fps * passed_s), cores)


async def until_all_came(socket: ClientConnection) -> None:
    """Reads until every tile has shown something. Ends the benchmark where that takes too long."""
    shown: set[int] = set()
    try:
        async with asyncio.timeout(READY_S):
            while len(shown) < TILES:
                said = await socket.recv()
                if isinstance(said, bytes) and said[2] == MEDIA:
                    shown.add(HEAD.unpack_from(said)[0])
    except TimeoutError:
        raise SystemExit(f"Only {len(shown)} of {TILES} tiles came within {READY_S:.0f} s.") from None


async def delays(socket: ClientConnection, seconds: float) -> list[float]:
    """How old each picture is that comes meanwhile."""
    clock, found = RealClock(), list[float]()
    until_s = time.monotonic() + seconds
    while time.monotonic() < until_s:
        said = await socket.recv()
        if isinstance(said, bytes) and said[2] == MEDIA:
            found.append(to_ms(clock.now()) - HEAD.unpack_from(said)[2])
    return found


def watch(fps: int, width: int, seconds: float) -> Read:
    """The whole way, from cameras to the socket."""
    with tempfile.TemporaryDirectory(prefix="safecity-") as folder, ExitStack() as stack:
        clip, port, data = Path(folder) / "clip.mp4", free_port(), Path(folder) / "data"
        make_clip(clip, fps, 20)
        cameras = stack.enter_context(process(_wall.__file__, str(clip), str(port), module=""))
        urls = [f"rtsp://127.0.0.1:{port}/street{number}" for number in range(TILES)]
        town = asyncio.run(set_up(data, urls))
        recorder = begin(stack, "recorder", 0, data)
        eyes = [begin(stack, "eye", each, data, "--eyes", "2", "--learn-seconds", "6") for each in range(2)]
        node = control(town, stack)
        pids = {
            "cameras": [cameras.pid], "recorder": [recorder.pid],
            "eyes": [each.pid for each in eyes], "control": [node.pid],
        }  # fmt: skip
        return asyncio.run(read_wall(town, fps, width, seconds, pids))


def main() -> int:
    """Measures and reports."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--fps", type=int, default=10, help="pictures a second that the cameras send")
    parser.add_argument("--width", type=int, default=640, help="pixels; a wall of small tiles asks for 320")
    options = parser.parse_args()
    read = watch(options.fps, options.width, 5 if options.quick else 15)
    cuts, at = quantiles(read.delays, n=100), f"{options.width} wide, {options.fps} a second"
    spent = ", ".join(f"{name} {cores:.2f}" for name, cores in read.cores.items())
    each_ms = read.cores["eyes"] * 1000 / (TILES * options.fps * read.share)
    measures = [
        Measure(name=f"received to read, p95, {at}", figure=cuts[94], unit="ms", target=300, less_is_better=True),
        Measure(name=f"received to read, p50, {at}", figure=cuts[49], unit="ms", less_is_better=True),
        Measure(name=f"pictures read of {TILES} tiles, {at}", figure=read.share * 100, unit="%", target=97),
    ]  # fmt: skip
    notes = [
        f"cores: {spent}",
        f"the eyes took {each_ms:.1f} ms of CPU a picture that was shown, searches and keyframes included",
    ]
    return report("tiles", measures, as_json=options.json, notes=notes)


if __name__ == "__main__":
    sys.exit(main())
