"""Throws arbitrary bytes at everything that reads what a camera or a disk says.

    .venv/bin/python tests/fuzz/harness.py TARGET [FOLDER] [-runs=100000] [libFuzzer's other options]

TARGET is a name of `TARGETS`; FOLDER keeps what was found worth keeping, and begins with seeds made here. A parser may
refuse with its declared error; any other exception, more than 5 s for one input or 1 GB of memory is a finding.
Needs atheris (the coverage-guided fuzzer of the Python world), which is not there for every Python.
"""

from __future__ import annotations

import contextlib
import struct
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safecity.cameras import Picture, Sound, Track

ROOT = Path(__file__).parents[2]
Target = Callable[[bytes], None]


class Nobody:
    """A sink that checks what it hears."""

    def on_track(self, track: Track) -> None:
        pass

    def on_picture(self, picture: Picture) -> None:
        assert picture.nals

    def on_sound(self, sound: Sound) -> None:
        assert sound.data

    def on_loss(self, packets: int) -> None:
        assert packets > 0


def _no_frame(channel: int, begin: int, end: int) -> None:
    """RTP is for other targets."""


def _pieces(data: bytes) -> list[bytes]:
    """The input in pieces: each behind two bytes that say how long it is."""
    found: list[bytes] = []
    place = 0
    while place + 2 <= len(data) and len(found) < 200:
        length = int.from_bytes(data[place : place + 2])
        found.append(data[place + 2 : place + 2 + length])
        place += 2 + length
    return found


def _joined(*pieces: bytes) -> bytes:
    return b"".join(struct.pack(">H", len(each)) + each for each in pieces)


def framer() -> Target:
    from safecity.adapters.devices.rtsp.messages import BUFFER, MAX_BODY, MAX_HEAD, BadMessage, Framer

    def run(data: bytes) -> None:
        cut = Framer(_no_frame, lambda _: None)
        with contextlib.suppress(BadMessage):
            for piece in _pieces(data):
                cut.feed(piece)
        assert len(cut.buffer) <= BUFFER + MAX_BODY + MAX_HEAD

    return run


def conversation() -> Target:
    from safecity.adapters.devices.rtsp.address import parse_address
    from safecity.adapters.devices.rtsp.client import Client
    from safecity.adapters.devices.rtsp.messages import BadMessage, Framer, Request, Response

    def run(data: bytes) -> None:
        client = Client(parse_address("rtsp://u:p@camera/x"), lambda: "c", audio=True)

        def hear(message: Request | Response) -> None:
            commands = client.asked(message) if isinstance(message, Request) else client.answered(message)
            if any(type(each).__name__ == "OpenPorts" for each in commands):
                client.ports(6000)

        client.start()
        with contextlib.suppress(BadMessage):
            cut = Framer(_no_frame, hear)
            for piece in _pieces(data):
                cut.feed(piece)

    return run


def sdp() -> Target:
    from safecity.adapters.devices.rtsp.sdp import NoVideo, find_media

    def run(data: bytes) -> None:
        with contextlib.suppress(NoVideo):
            find_media(data)

    return run


def auth() -> Target:
    from safecity.adapters.devices.rtsp.auth import Authenticator

    def run(data: bytes) -> None:
        answering = Authenticator("user", "word", lambda: "c")
        if answering.challenged(data.decode("utf-8", "replace").split("\n")):
            assert answering.header("DESCRIBE", "rtsp://camera/x")

    return run


def rtp() -> Target:
    from safecity.adapters.devices.rtsp.reorder import Reorder
    from safecity.adapters.devices.rtsp.rtp import RtpReader

    def run(data: bytes) -> None:
        reader = RtpReader(96)

        def take(buffer: bytes | bytearray, begin: int, end: int) -> None:
            if reader.read(buffer, begin, end) >= 0:
                assert begin + 12 <= reader.begin <= reader.end <= end

        order = Reorder(96, take)
        for number, piece in enumerate(_pieces(data)):
            order.push(piece, len(piece), number / 100)
            order.release(number / 100)

    return run


def rtcp() -> Target:
    from safecity.adapters.devices.rtsp.rtcp import CameraClock, Reception, SenderReport, read_reports

    def run(data: bytes) -> None:
        clock, reception = CameraClock(90_000), Reception(1)
        for each in read_reports(data, 0, len(data)):
            if isinstance(each, SenderReport):
                clock.report(each.ntp_ms, each.stamp)
                clock.ms_at(len(data) * 12_345)
                reception.heard(each, 1.0)
        assert len(reception.report(1, len(data) & 0xFFFF, len(data), 2.0)) % 4 == 0

    return run


def _payloads(codec: str) -> Target:
    from safecity.adapters.devices.rtsp.h264 import H264Assembler
    from safecity.adapters.devices.rtsp.h265 import H265Assembler

    def run(data: bytes) -> None:
        form = H264Assembler if codec == "h264" else H265Assembler
        pictures = form(Nobody(), lambda: 7, clock_hz=90_000)
        for piece in _pieces(data):
            if piece:
                pictures.take(piece, 1, len(piece), piece[0] >> 4, marker=piece[0] & 1 > 0)

    return run


def h264() -> Target:
    return _payloads("h264")


def h265() -> Target:
    return _payloads("h265")


def sps() -> Target:
    from safecity.adapters.devices.rtsp.bits import BadSet
    from safecity.adapters.devices.rtsp.sps import read_sps

    def run(data: bytes) -> None:
        with contextlib.suppress(BadSet):
            assert read_sps(data)[1].width > 0

    return run


def sps265() -> Target:
    from safecity.adapters.devices.rtsp.bits import BadSet
    from safecity.adapters.devices.rtsp.sps265 import read_sps

    def run(data: bytes) -> None:
        with contextlib.suppress(BadSet):
            assert read_sps(data)[1].width > 0

    return run


def sound() -> Target:
    from safecity.adapters.devices.rtsp.sound import SoundTaker, aac

    def run(data: bytes) -> None:
        track, packing = aac(16_000, 1, {"sizelength": "13", "indexlength": "3", "indexdeltalength": "3"})
        taker = SoundTaker(Nobody(), lambda: 7, track, packing)
        for number, piece in enumerate(_pieces(data)):
            taker.take(piece, 0, len(piece), number >> 2)

    return run


def unfmp4() -> Target:
    from safecity.base import Unreadable
    from safecity.footage.unfmp4 import read_ends, read_fragments, read_init

    def run(data: bytes) -> None:
        def read(offset: int, size: int) -> bytes:
            assert size <= 64 << 20, "nothing asks for that much"
            return data[max(offset, 0) : max(offset, 0) + max(size, 0)]

        with contextlib.suppress(Unreadable):
            read_init(read)
        with contextlib.suppress(Unreadable):
            read_ends(read, len(data))
        with contextlib.suppress(Unreadable):
            for _ in zip(range(100), read_fragments(read, 0, len(data)), strict=False):
                pass

    return run


WIRE = (framer, conversation, sdp, auth, rtp, rtcp, h264, h265, sps, sps265, sound)


def wire() -> Target:
    """All of the wire's: the first byte chooses."""
    targets = [each() for each in WIRE]

    def run(data: bytes) -> None:
        if data:
            targets[data[0] % len(targets)](data[1:])

    return run


TARGETS: dict[str, Callable[[], Target]] = {each.__name__: each for each in (*WIRE, unfmp4, wire)}


FOOTAGE = [f"safecity.footage.{each}" for each in ("unfmp4", "boxes", "avc", "hevc", "sound")]


def seeds(name: str) -> list[bytes]:
    """Good input for a target, so that the fuzzer does not begin with nothing."""
    sys.path.insert(0, str(ROOT / "tests"))
    from fakes import camera as fake
    from safecity.adapters.devices.rtsp.messages import Response

    answers = [each.encode() for each in fake.GOOD.values() if isinstance(each, Response)]
    challenge = b'Digest realm="r", nonce="n", qop="auth", algorithm=SHA-256, stale=true\nBasic realm="r"'
    packets = [fake.rtp(piece, number, 0) for number, piece in enumerate(fake.fragments(fake.IDR, 40))]
    report = struct.pack(">BBHIIIIII", 0x80, 200, 6, 7, 0xEE000000, 0, 90_000, 1, 2) + b"\x81\xcb\0\1abcd"
    h264_units = [fake.aggregate([fake.SPS, fake.PPS]), *fake.fragments(fake.IDR, 40), fake.SLICE]
    key265 = b"\x26\x01" + fake.IDR
    h265_units = [
        fake.aggregate265([fake.VPS265, fake.SPS265, fake.PPS265]),
        *fake.fragments265(key265, 40),
        b"\x02\x01" + fake.SLICE,
    ]
    frame = b"\0\x20\0\x28\0\x28" + b"abcdeabcde"
    table: dict[str, list[bytes]] = {
        "framer": [_joined(*answers, fake.interleaved(packets[0]))],
        "conversation": [_joined(*answers)],
        "sdp": [fake.description(), fake.description(codec="H265/90000", sets=False)],
        "auth": [challenge],
        "rtp": [_joined(*packets)],
        "rtcp": [report],
        "h264": [_joined(*(b"\x10" + each for each in h264_units), b"\x11" + fake.IDR)],
        "h265": [_joined(*(b"\x10" + each for each in h265_units), b"\x11" + key265)],
        "sps": [fake.SPS, fake.SPS_1080],
        "sps265": [fake.SPS265],
        "sound": [_joined(frame, frame)],
        "unfmp4": [_film()] if name == "unfmp4" else [],
    }
    table["wire"] = [bytes((n,)) + seed for n, each in enumerate(WIRE) for seed in table[each.__name__]]
    return table[name]


def _film() -> bytes:
    """The start of a recording of ours."""
    from fakes import camera as fake
    from safecity.cameras import Codec, Track
    from safecity.footage.fmp4 import init_segment

    return init_segment(Track(Codec.H264, fake.SPS, (fake.PPS,), 1280, 720))


def main() -> None:
    """Runs libFuzzer on one target."""
    import atheris

    name, *options = sys.argv[1:]
    folder = next((each for each in options if not each.startswith("-")), "")
    with tempfile.TemporaryDirectory() as fresh:
        kept = Path(folder or fresh)
        instrument = atheris.instrument_imports  # pyright: ignore  (it comes from a compiled part)
        with instrument(include=["safecity.adapters.devices.rtsp", *FOOTAGE]):
            target = TARGETS[name]()
        for number, seed in enumerate(seeds(name)):
            (kept / f"seed-{number}").write_bytes(seed)
        limits = ["-timeout=5", "-rss_limit_mb=1024", "-max_len=4096"]
        atheris.Setup(
            [sys.argv[0], *limits, *(each for each in options if each != folder), str(kept)], target
        )
        atheris.Fuzz()


if __name__ == "__main__":
    main()
