"""VLC's own RTSP server: it refuses TCP, and nobody here wrote it. Debian's vlc-bin and vlc-plugin-base have it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from fakes.camera import Heard
from fakes.camera_clip import make_clip
from fakes.vlc import environment, readable, who
from safecity.adapters.devices.rtsp import RtspWire
from safecity.base import RealClock
from safecity.cameras import CameraAbsent, CameraGone, Codec, NotVideo, Transport, WireError


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(params=list(Codec))
def stream(request: pytest.FixtureRequest, tmp_path: Path) -> Generator[str]:
    """The address of a clip that VLC plays without end."""
    if shutil.which("cvlc") is None:
        pytest.skip("VLC is not here: install Debian's vlc-bin and vlc-plugin-base")
    clip, port = tmp_path / "clip.mp4", free_port()
    make_clip(clip, request.param)
    readable(clip)
    server = subprocess.Popen(
        ["cvlc", "-I", "dummy", "-q", "--loop", str(clip),
         "--sout", f"#rtp{{sdp=rtsp://127.0.0.1:{port}/cam}}", "--sout-keep", "--sout-all"],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env=environment(tmp_path), **who(),
    )  # fmt: skip
    try:
        yield f"rtsp://127.0.0.1:{port}/cam"
    finally:
        server.kill()
        server.wait()


async def watch(url: str, sink: Heard, transport: Transport = Transport.AUTO) -> None:
    await RtspWire(RealClock()).watch(url, sink, answer_s=10.0, silent_s=10.0, transport=transport)


async def heard(url: str, sink: Heard) -> None:
    """Watches until 60 pictures came. VLC needs a moment before it answers, and ends the stream when its clip does."""
    loop = asyncio.get_running_loop()
    counting = loop.create_task(sink.pictures_are(60, within_s=60))
    while not counting.done():
        task = loop.create_task(watch(url, sink))
        await asyncio.wait([task, counting], return_when="FIRST_COMPLETED")
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
        if not counting.done():
            assert isinstance(ended, CameraAbsent | CameraGone | NotVideo), ended
            await asyncio.sleep(0.1)
    await counting


async def test_vlc_as_a_server_is_heard_over_udp_and_refuses_tcp(stream: str):
    sink = Heard()
    await heard(stream, sink)
    assert (sink.tracks[0].width, sink.tracks[0].height) == (320, 180)
    assert sink.pictures[0].is_key
    with pytest.raises(WireError) as refused:
        await watch(stream, Heard(), Transport.TCP)
    assert isinstance(refused.value, NotVideo)
    assert "does not send over TCP" in refused.value.sentence
