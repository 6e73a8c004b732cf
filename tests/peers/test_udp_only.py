"""A foreign server that refuses TCP: an npm package, fed by ffmpeg. `npm ci --ignore-scripts` here fetches it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fakes.camera import Heard
from fakes.camera_clip import make_clip
from safecity.adapters.devices.rtsp import RtspWire
from safecity.base import RealClock
from safecity.cameras import Codec, NotVideo, Transport, WireError

HERE = Path(__file__).parent


def free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


@pytest.fixture(params=list(Codec))
def stream(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """The address of a stream that comes without end."""
    for program in ("node", "ffmpeg"):
        if shutil.which(program) is None:
            pytest.skip(f"there is no {program}")
    if not (HERE / "node_modules").is_dir():
        pytest.skip("the npm server is not there: run `npm ci --ignore-scripts` in tests/peers")
    make_clip(tmp_path / "clip.mp4", request.param)
    publish, client, first = free_ports(3)
    first -= first % 2 + 400 * (first > 60_000)
    node = subprocess.Popen(
        ["node", str(HERE / "udp_only.js"), str(publish), str(client), str(first)],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert node.stdout is not None
        assert node.stdout.readline() == "serving\n"
        feed = subprocess.Popen(
            ["ffmpeg", "-v", "quiet", "-re", "-stream_loop", "-1", "-i", str(tmp_path / "clip.mp4"), "-c", "copy",
             "-f", "rtsp", f"rtsp://127.0.0.1:{publish}/cam"],
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            yield f"rtsp://127.0.0.1:{client}/cam"
        finally:
            feed.kill()
            feed.wait()
    finally:
        node.kill()
        node.wait()
        assert node.stdout is not None
        node.stdout.close()


async def watch(url: str, sink: Heard, transport: Transport) -> None:
    await RtspWire(RealClock()).watch(url, sink, answer_s=5.0, silent_s=5.0, transport=transport)


async def heard(url: str, sink: Heard) -> None:
    """Watches until 20 pictures came; ffmpeg needs a moment before there is a stream."""
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(30):
        while True:
            task = loop.create_task(watch(url, sink, Transport.AUTO))
            counting = loop.create_task(sink.pictures_are(20, within_s=30))
            await asyncio.wait([task, counting], return_when="FIRST_COMPLETED")
            came = counting.done()
            for each in (task, counting):
                each.cancel()
            await asyncio.gather(task, counting, return_exceptions=True)
            if came:
                return
            await asyncio.sleep(0.1)


async def test_a_server_that_knows_udp_only_is_heard(stream: str):
    sink = Heard()
    await heard(stream, sink)
    assert (sink.tracks[0].width, sink.tracks[0].height) == (320, 180)
    assert sink.pictures[0].is_key
    with pytest.raises(WireError) as refused:
        await watch(stream, Heard(), Transport.TCP)
    assert isinstance(refused.value, NotVideo)
    assert "does not send over TCP" in refused.value.sentence
