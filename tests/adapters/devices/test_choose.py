"""Each address gets the wire that speaks its language."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fakes.camera import IDR, Heard, ScriptedCamera, fragments, interleaved, rtp
from fakes.camera_clip import PICTURES, make_clip
from safecity.adapters.devices.choose import AnyWire
from safecity.base import BadInput, RealClock
from safecity.cameras import CameraAbsent, CameraGone, Transport


async def test_rtsp_is_heard_by_our_own_wire():
    packets = b"".join(
        interleaved(rtp(piece, place, 0, marker=piece[1] & 0x40 > 0))
        for place, piece in enumerate(fragments(IDR, 60))
    )
    sink = Heard()
    async with ScriptedCamera(after_play=packets, hang_up_after="PLAY") as camera:
        with pytest.raises(CameraGone):
            await AnyWire(RealClock()).watch(camera.url, sink, answer_s=2.0, silent_s=2.0)
        assert camera.asked[0].header("User-Agent") == "SafeCity"
    assert len(sink.pictures) == 1


async def test_rtsp_in_tls_is_heard_by_our_own_wire_and_ffmpeg_stays_away():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"RTSPS://127.0.0.1:{closed.getsockname()[1]}/x"
        with pytest.raises(CameraAbsent, match="connection is refused"):
            await AnyWire(RealClock()).watch(
                url, Heard(), answer_s=2.0, silent_s=2.0, transport=Transport.TCP, audio=True
            )


async def test_a_file_is_played_by_ffmpeg(tmp_path: Path):
    make_clip(tmp_path / "clip.mp4")
    sink = Heard()
    with pytest.raises(CameraGone):
        await AnyWire(RealClock()).watch((tmp_path / "clip.mp4").as_uri(), sink, answer_s=5.0, silent_s=5.0)
    assert len(sink.pictures) == PICTURES


async def test_a_strange_address_is_bad_input():
    with pytest.raises(BadInput):
        await AnyWire(RealClock()).watch("gopher://h/x", Heard(), answer_s=1.0, silent_s=1.0)


def test_ffmpeg_is_not_loaded_for_cameras_that_speak_rtsp():
    script = (
        "import sys; from safecity.base import RealClock; from safecity.adapters.devices.choose import AnyWire; "
        "AnyWire(RealClock()); sys.exit('av' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
