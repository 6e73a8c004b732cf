"""What one more viewer costs: sixty screens of one camera, and the limit, a bare server of the same bytes.

Run as a program, this file is one of the other processes: an eye that shows finished fragments, the bare server, or
the screens, which say when all have a picture, and close their lines in order when they are told to end.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Coroutine, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import uvloop

from _node import process, stop, wait_until
from _processes import cpu_s
from _town import answers, control, set_up
from safecity.adapters.links.watch import WatchServer
from safecity.adapters.vision.encode import Encoder
from safecity.base import RealClock, to_ms
from safecity.footage import Chunk, Pixels, Shown, Started, Unmasked
from safecity.serve import free_port, until_told

VIEWERS, FPS = 60, 10
CHANNELS = 16  # the screens have the camera on different tiles of their walls
COME_S = 30.0
# until what coming in took, looks that are counted above all, is over; less where time is short
SETTLE_S = 5.0


def fragments() -> tuple[Started, list[bytes]]:
    """Two seconds of a picture 640 wide in which a little moves, as an eye encodes them."""
    import numpy as np

    chance, encoder = np.random.default_rng(7), Encoder(640, 360)
    ground = chance.integers(60, 180, (360, 640), dtype=np.uint8)
    grey = np.full((180, 320), 128, np.uint8)
    made: list[bytes] = []
    for number in range(2 * FPS):
        picture = ground.copy()
        picture[100:220, 20 * number : 20 * number + 60] = 30
        made.append(
            encoder.encode(Pixels(picture, grey, grey, 1000 + number * 100), key=number % FPS == 0).data
        )
    return Started(encoder.mime, encoder.init, 0), made


class FinishedEyes:
    """Shows finished fragments at the pace of a camera."""

    async def watch(
        self,
        camera: str,  # noqa: ARG002  every camera is the same one here
        *,
        at_ms: int | None,  # noqa: ARG002
        width: int,  # noqa: ARG002
        rate: float = 1.0,  # noqa: ARG002
        unmasked: Unmasked | None = None,  # noqa: ARG002
    ) -> AsyncGenerator[Shown, None]:
        """Without an end."""
        started, pieces = fragments()
        yield started
        begun_s, number = time.monotonic(), 0
        while True:
            await asyncio.sleep(begun_s + number / FPS - time.monotonic())
            now_ms = to_ms(RealClock().now())
            yield Chunk(pieces[number % len(pieces)], now_ms, number * 100, is_key=number % FPS == 0)
            number += 1

    async def snapshot(
        self,
        camera: str,  # noqa: ARG002
        *,
        width: int,  # noqa: ARG002
        at_ms: int | None = None,  # noqa: ARG002
        unmasked: Unmasked | None = None,  # noqa: ARG002
    ) -> bytes:
        """Nothing."""
        return b""


async def bare(port: int) -> None:
    """The limit: the same bytes to every connection, and nothing else."""
    _, pieces = fragments()
    writers: set[asyncio.StreamWriter] = set()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.add(writer)
        with suppress(ConnectionError):
            await reader.read()  # until the screen has gone
        writers.discard(writer)
        writer.close()

    await asyncio.start_server(take, "127.0.0.1", port)
    number = 0
    while True:
        await asyncio.sleep(1 / FPS)
        for writer in writers:
            writer.write(pieces[number % len(pieces)])
        number += 1


class Screens:
    """Sixty that read all they are sent."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._waits = set(range(VIEWERS))
        self._all_in = asyncio.Event()

    async def watch(self, word: str, token: str) -> None:
        """Opens them, says so when the last has a picture, and reads. The word is empty for bare connections."""
        async with asyncio.TaskGroup() as group:
            for number in range(VIEWERS):
                one = self._bare(number) if not word else self._one(number, json.loads(word), token)
                group.create_task(one)
            async with asyncio.timeout(COME_S):
                await self._all_in.wait()
            print("in", flush=True)

    def _has_one(self, number: int) -> None:
        self._waits.discard(number)
        if not self._waits:
            self._all_in.set()

    async def _bare(self, number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            while await reader.read(1 << 20):
                self._has_one(number)
        finally:
            writer.close()

    async def _one(self, number: int, word: dict[str, Any], token: str) -> None:
        from websockets.asyncio.client import connect

        address = f"ws://localhost:{self._port}/ws/video"
        headers = {"cookie": f"safecity={token}"}
        async with connect(
            address,
            additional_headers=headers,
            origin=f"http://localhost:{self._port}",  # type: ignore[arg-type]
        ) as socket:
            await socket.send(json.dumps({"open": number % CHANNELS + 1, **word}))
            async for said in socket:
                if isinstance(said, bytes):
                    self._has_one(number)
                elif json.loads(said)["kind"] in {"ended", "withheld"}:
                    raise SystemExit(said)


def role(stack: ExitStack, *words: str) -> subprocess.Popen[str]:
    """This file in another process, in one of its roles."""
    return stack.enter_context(process(__file__, *words, module=""))


@contextmanager
def watching(port: int, word: str, token: str) -> Generator[None]:
    """While sixty screens watch, from when the last of them has a picture."""
    with process(__file__, "screens", str(port), word, token, module="") as screens:
        assert screens.stdout is not None
        if not screens.stdout.readline():
            raise SystemExit(f"Not all of {VIEWERS} screens had a picture within {COME_S:.0f} s.")
        yield
        stop(screens)


def fan_out(seconds: float) -> tuple[float, float, float]:
    """Milliseconds of CPU a viewer-second: ours masked and unmasked, and the limit."""
    with tempfile.TemporaryDirectory(prefix="safecity-") as folder, ExitStack() as stack:
        town = asyncio.run(set_up(Path(folder), ["rtsp://127.0.0.1:9/none"]))
        eyes = [role(stack, "eye", str(town.data / "run" / f"eye-{number}.sock")) for number in range(2)]
        node = control(town, stack)
        pids = [node.pid, *(eye.pid for eye in eyes)]
        idle_ms = per_viewer(pids, seconds)
        ours: list[float] = []
        for permit in (None, town.permit):
            word = json.dumps({"camera": town.cameras[0], "purpose": "wall", "permit": permit})
            with watching(town.port, word, town.token):
                ours.append(per_viewer(pids, seconds) - idle_ms)
    with ExitStack() as stack:
        port = free_port()
        limit = role(stack, "bare", str(port))
        wait_until(lambda: answers(port), "The bare server did not answer", 20)
        with watching(port, "", ""):
            return ours[0], ours[1], per_viewer([limit.pid], seconds)


def per_viewer(pids: Sequence[int], seconds: float) -> float:
    """Milliseconds of CPU that these processes need for a viewer's second."""
    time.sleep(min(SETTLE_S, seconds / 2))
    before, since = cpu_s(pids), time.monotonic()
    time.sleep(seconds)
    return (cpu_s(pids) - before) * 1000 / (VIEWERS * (time.monotonic() - since))


async def watch(port: int, word: str, token: str) -> None:
    """The screens."""
    await Screens(port).watch(word, token)


def play(role_name: str, *words: str) -> None:
    """One of the other processes of this benchmark, until it is told to end or killed."""
    work: Coroutine[Any, Any, None]
    match role_name:
        case "eye":
            uvloop.run(WatchServer(Path(words[0]), FinishedEyes()).serve())  # as the program's own
            return
        case "bare":
            work = bare(int(words[0]))
        case _:
            work = watch(int(words[0]), words[1], words[2])
    asyncio.run(until_told(work))


if __name__ == "__main__":
    play(*sys.argv[1:])
