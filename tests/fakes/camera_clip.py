# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (PyAV types its packets only in part.)
"""A short clip for cameras to send, and GStreamer's RTSP server that sends it."""

from __future__ import annotations

import signal
import subprocess
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from types import TracebackType

import av
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from safecity.adapters.devices.pyav import split_units
from safecity.cameras import Codec

SYSTEM_PYTHON = Path("/usr/bin/python3")
FPS, GROUP, PICTURES = 25, 10, 75


def make_clip(path: Path, codec: Codec = Codec.H264, *, between: int = 0) -> list[list[bytes]]:
    """Writes three seconds of 320x180 with noise in it; returns the slices of each picture.

    `between` is how many B pictures stand between others.
    """
    noise = np.random.default_rng(7)
    with av.open(str(path), "w", options={"movflags": "faststart"}) as container:
        options = {"preset": "ultrafast", "g": str(GROUP), "crf": "20"}
        options |= {"bf": str(between)} if between else {"tune": "zerolatency"}
        name = "libx264" if codec is Codec.H264 else "libx265"
        if codec is Codec.H265:
            options["x265-params"] = (
                f"keyint={GROUP}:min-keyint={GROUP}:scenecut=0:bframes={between}:log-level=none"
            )
        stream = container.add_stream(name, rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.time_base = Fraction(1, FPS)
        for place in range(PICTURES):
            picture = noise.integers(0, 255, (180, 320, 3), dtype=np.uint8)
            picture[:, : place * 4] = 90
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    return [slices(list(split_units(packet, 4)), codec) for packet in packets]


def encoded_sets(width: int, height: int, options: str = "") -> list[bytes]:
    """The parameter sets that x265 writes for such pictures: VPS, SPS, PPS."""
    with av.open(BytesIO(), "w", format="hevc") as container:
        stream = container.add_stream(
            "libx265", rate=10, options={"x265-params": f"log-level=none:{options}"}
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 10)
        frame = av.VideoFrame(width, height, "yuv420p")
        packets = [bytes(packet) for packet in [*stream.encode(frame), *stream.encode(None)]]
    units = list(split_units(b"".join(packets), 0))
    return [next(unit for unit in units if unit[0] >> 1 & 0x3F == kind) for kind in (32, 33, 34)]


def slices(units: list[bytes], codec: Codec) -> list[bytes]:
    """Those of a picture's units that are its slices."""
    if codec is Codec.H264:
        return [unit for unit in units if unit[0] & 0x1F in {1, 5}]
    return [unit for unit in units if unit[0] >> 1 & 0x3F < 32]


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
        return self.url.replace("://", f"://{user}:{password}@")

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


def make_certificate(folder: Path) -> tuple[str, str, str]:
    """A certificate that a camera signed itself: where it and its key lie (PEM), and its SHA-256."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "camera")])
    day = datetime(2025, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(day).not_valid_after(day + timedelta(days=36_500))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    return str(cert_file), str(key_file), certificate.fingerprint(hashes.SHA256()).hex()
