"""Fakes around cameras: a sink that remembers, RTP packets by hand, and a camera that answers as a test wants it to."""

from __future__ import annotations

import asyncio
import base64
import struct
from collections.abc import Callable, Mapping
from types import TracebackType

from safecity.adapters.devices.rtsp.messages import Framer, Request, Response
from safecity.cameras import Picture, Sound, Track

# From a 1280x720 stream of x264, Main profile.
SPS = bytes.fromhex("674d401fda014016ec0440000003004000000783c60ca8")
PPS = bytes.fromhex("68ef3c80")
# A 1920x1080 one in High profile: 1088 lines, cropped.
SPS_1080 = bytes.fromhex("67640028acd940780227e5c05a808080a0000003002000000651e30632c0")
# From a 640x360 stream of x265, Main profile.
VPS265 = bytes.fromhex("40010c01ffff01600000030090000003000003003f959809")
SPS265 = bytes.fromhex("42010101600000030090000003000003003fa00502016965959a4932b9a02000000300200000030141")
PPS265 = bytes.fromhex("4401c172b46240")
IDR = b"\x65" + bytes(range(1, 200))
SLICE = b"\x41" + bytes(range(1, 90))


class Heard:
    """A sink that remembers what it was told; `pictures_are(n)` waits for it."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self.pictures: list[Picture] = []
        self.sounds: list[Sound] = []
        self.lost: list[int] = []
        self._came = asyncio.Condition()

    def on_track(self, track: Track) -> None:
        self.tracks.append(track)

    def on_picture(self, picture: Picture) -> None:
        self.pictures.append(picture)

    def on_sound(self, sound: Sound) -> None:
        self.sounds.append(sound)

    def on_loss(self, packets: int) -> None:
        self.lost.append(packets)

    async def pictures_are(self, count: int, *, within_s: float = 20.0) -> None:
        """Returns once so many pictures came."""
        async with asyncio.timeout(within_s):
            while len(self.pictures) < count:
                await asyncio.sleep(0.005)


def rtp(payload: bytes, sequence: int, stamp: int, *, marker: bool = False, payload_type: int = 96) -> bytes:
    """One RTP packet."""
    head = struct.pack(">BBHII", 0x80, marker << 7 | payload_type, sequence & 0xFFFF, stamp & 0xFFFFFFFF, 7)
    return head + payload


def interleaved(packet: bytes, channel: int = 0) -> bytes:
    """A packet in its frame on the TCP connection."""
    return struct.pack(">BBH", 0x24, channel, len(packet)) + packet


def fragments(unit: bytes, size: int) -> list[bytes]:
    """A NAL unit as FU-A payloads (RFC 6184 section 5.8), written here anew so that it may disagree with ours."""
    pieces = [unit[place : place + size] for place in range(1, len(unit), size)]
    found: list[bytes] = []
    for place, piece in enumerate(pieces):
        flags = (0x80 if place == 0 else 0) | (0x40 if place == len(pieces) - 1 else 0)
        found.append(bytes((unit[0] & 0xE0 | 28, flags | unit[0] & 0x1F)) + piece)
    return found


def aggregate(units: list[bytes]) -> bytes:
    """Several NAL units as one STAP-A payload (RFC 6184 section 5.7.1)."""
    return b"\x78" + b"".join(struct.pack(">H", len(unit)) + unit for unit in units)


def fragments265(unit: bytes, size: int, *, don: bool = False) -> list[bytes]:
    """An H.265 unit as FU payloads (RFC 7798 section 4.4.3), with decoding order numbers if `don`."""
    pieces = [unit[place : place + size] for place in range(2, len(unit), size)]
    found: list[bytes] = []
    for place, piece in enumerate(pieces):
        flags = (0x80 if place == 0 else 0) | (0x40 if place == len(pieces) - 1 else 0)
        order = b"\0\7" if don and place == 0 else b""
        found.append(bytes((unit[0] & 0x81 | 49 << 1, unit[1], flags | unit[0] >> 1 & 0x3F)) + order + piece)
    return found


def aggregate265(units: list[bytes], *, don: bool = False) -> bytes:
    """Several H.265 units as one AP payload (RFC 7798 section 4.4.2)."""
    data = b"\x60\x01"
    for place, unit in enumerate(units):
        order = (b"\0\7" if place == 0 else b"\0") if don else b""
        data += order + struct.pack(">H", len(unit)) + unit
    return data


def description(*, sets: bool = True, extra: str = "", codec: str = "H264/90000") -> bytes:
    """A session description as cameras write it."""
    sprop = f";sprop-parameter-sets={base64.b64encode(SPS).decode()},{base64.b64encode(PPS).decode()}"
    return (
        "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=Live\r\nt=0 0\r\na=control:*\r\n"
        "m=audio 0 RTP/AVP 8\r\na=control:trackID=0\r\n"
        f"m=video 0 RTP/AVP 96\r\na=rtpmap:96 {codec}\r\n"
        f"a=fmtp:96 packetization-mode=1;profile-level-id=4d401f{sprop if sets else ''}\r\n"
        f"a=control:trackID=1\r\n{extra}"
    ).encode()


Answer = Response | bytes | None
GOOD: Mapping[str, Answer] = {
    "OPTIONS": Response(200, "OK", (("Public", "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN, GET_PARAMETER"),)),
    "DESCRIBE": Response(200, "OK", (("Content-Type", "application/sdp"),), description()),
    "SETUP": Response(
        200,
        "OK",
        (("Transport", "RTP/AVP/TCP;unicast;interleaved=0-1"), ("Session", "12345678;timeout=60")),
    ),
    "PLAY": Response(200, "OK"),
    "GET_PARAMETER": Response(200, "OK"),
    "TEARDOWN": Response(200, "OK"),
}


def _no_frame(channel: int, begin: int, end: int) -> None:
    """Clients send none that matter."""


class ScriptedCamera:
    """A real TCP peer whose answers are a table.

    A Response gets the right CSeq, bytes go out as they are, None is silence.
    `asked` holds every request; `after_play` is sent once PLAY was answered; `hang_up_after` closes the connection
    after that method was answered.
    """

    def __init__(
        self,
        answers: Mapping[str, Answer] | Callable[[Request], Answer] = GOOD,
        *,
        after_play: bytes = b"",
        hang_up_after: str = "",
    ) -> None:
        self._answers = answers
        self._after_play = after_play
        self._hang_up_after = hang_up_after
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._left = asyncio.Event()
        self.asked: list[Request] = []
        self.port = 0

    async def __aenter__(self) -> ScriptedCamera:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.close()
        for writer in list(self._writers):
            writer.close()
        async with asyncio.timeout(5):
            while self._writers:
                await asyncio.sleep(0.005)

    @property
    def url(self) -> str:
        """Where it can be called."""
        return f"rtsp://127.0.0.1:{self.port}/live"

    @property
    def methods(self) -> list[str]:
        """What it was asked, in order."""
        return [request.method for request in self.asked]

    def send(self, data: bytes) -> None:
        """Sends bytes to everyone who is connected."""
        for writer in self._writers:
            writer.write(data)

    async def left(self) -> None:
        """Returns once a client has gone."""
        async with asyncio.timeout(5):
            await self._left.wait()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)

        def hear(message: Request | Response) -> None:
            if not isinstance(message, Request):
                return
            self.asked.append(message)
            table = self._answers
            answer = table(message) if callable(table) else table.get(message.method)
            if isinstance(answer, Response):
                headers = (("CSeq", message.header("CSeq") or ""), *answer.headers)
                answer = Response(answer.status, answer.reason, headers, answer.body).encode()
            writer.write(answer or b"")
            if message.method == "PLAY":
                writer.write(self._after_play)
            if message.method == self._hang_up_after:
                writer.close()

        framer = Framer(_no_frame, hear)
        try:
            while data := await reader.read(65536):
                framer.feed(data)
        except ConnectionError:
            pass
        finally:
            writer.close()
            self._writers.discard(writer)
            self._left.set()
