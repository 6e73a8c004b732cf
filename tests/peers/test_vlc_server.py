"""VLC's own RTSP server: it refuses TCP, and nobody here wrote it. Debian's vlc-bin and vlc-plugin-base have it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from fakes.camera_clip import make_clip
from fakes.peer import hear, sends_no_tcp
from fakes.running import free_port
from fakes.vlc import environment, readable, who
from safecity.cameras import Codec


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


async def test_vlc_as_a_server_is_heard_over_udp_and_refuses_tcp(stream: str):
    sink = await hear(stream, 60)
    assert (sink.tracks[0].width, sink.tracks[0].height) == (320, 180)
    assert sink.pictures[0].is_key
    await sends_no_tcp(stream)
