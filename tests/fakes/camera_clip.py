# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (PyAV types its packets only in part.)
"""A short clip for cameras to send, and GStreamer's RTSP server that sends it."""

from __future__ import annotations

import signal
import subprocess
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
import numpy as np
import pytest

from safecity.adapters.devices.pyav import split_units

SYSTEM_PYTHON = Path("/usr/bin/python3")
FPS, GROUP, PICTURES = 25, 10, 75


def make_clip(path: Path) -> list[list[bytes]]:
    """Writes three seconds of 320x180 H.264 with noise in it; returns the slices of each picture."""
    noise = np.random.default_rng(7)
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        options = {"preset": "ultrafast", "tune": "zerolatency", "g": str(GROUP), "crf": "20"}
        stream = container.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.time_base = Fraction(1, FPS)
        for place in range(PICTURES):
            picture = noise.integers(0, 255, (180, 320, 3), dtype=np.uint8)
            picture[:, : place * 4] = 90
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    return [[unit for unit in split_units(packet, 4) if unit[0] & 0x1F in {1, 5}] for packet in packets]


class GstCamera:
    """`gst_camera.py` as a child process: `with GstCamera(clip, "--once") as camera: camera.url`."""

    def __init__(self, file: Path | str, *arguments: str) -> None:
        script = Path(__file__).with_name("gst_camera.py")
        self._command = [str(SYSTEM_PYTHON), str(script), str(file), *arguments]
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def __enter__(self) -> GstCamera:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.startswith("serving "), f"GStreamer did not start: {line!r}"
        self.url = line.split()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdout is not None
            self._process.stdout.close()

    def with_password(self, user: str, password: str) -> str:
        """The address with credentials in it."""
        return self.url.replace("rtsp://", f"rtsp://{user}:{password}@")

    def freeze(self) -> None:
        """It stands still, its connections stay."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def die(self) -> None:
        """It is killed."""
        assert self._process is not None
        self._process.kill()


def skip_without_gstreamer() -> None:
    """Skips the test where GStreamer's RTSP server is not installed."""
    wanted = "import gi; gi.require_version('GstRtspServer', '1.0'); from gi.repository import GstRtspServer"
    if not SYSTEM_PYTHON.exists():
        pytest.skip("there is no system python3")
    found = subprocess.run([str(SYSTEM_PYTHON), "-c", wanted], capture_output=True, check=False)
    if found.returncode:
        pytest.skip("GStreamer's RTSP server is not installed (gir1.2-gst-rtsp-server-1.0, python3-gi)")
