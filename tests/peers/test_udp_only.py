"""A foreign server that refuses TCP: an npm package, fed by ffmpeg. `npm ci --ignore-scripts` here fetches it."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fakes.camera_clip import make_clip
from fakes.peer import hear, sends_no_tcp
from safecity.cameras import Codec

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


async def test_a_server_that_knows_udp_only_is_heard(stream: str):
    sink = await hear(stream, 20)
    assert (sink.tracks[0].width, sink.tracks[0].height) == (320, 180)
    assert sink.pictures[0].is_key
    await sends_no_tcp(stream)
