"""The wire on real sockets: what it hears from a camera, and the sentence it ends with."""

from __future__ import annotations

import asyncio
import gc
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager

import pytest

from fakes.camera import GOOD, IDR, PPS, SLICE, SPS, Heard, ScriptedCamera, fragments, interleaved, rtp
from safecity.adapters.devices.rtsp import RtspWire
from safecity.adapters.devices.rtsp.messages import Framer, Request, Response
from safecity.base import BadInput, SetClock
from safecity.cameras import (
    CameraAbsent,
    CameraGone,
    CameraRefused,
    CameraSilent,
    Codec,
    NotVideo,
    Picture,
    Track,
    Transport,
    WireError,
)


def stream(*units: bytes, first: int = 0) -> bytes:
    """Each unit as a picture of its own, in packets, in frames."""
    sequence, data = first, b""
    for place, unit in enumerate(units):
        pieces = fragments(unit, 60)
        for number, piece in enumerate(pieces):
            marker = number == len(pieces) - 1
            data += interleaved(rtp(piece, sequence, place * 6000, marker=marker))
            sequence += 1
    return data


@asynccontextmanager
async def watching(camera: ScriptedCamera, sink: Heard, url: str = "") -> AsyncGenerator[asyncio.Task[None]]:
    wire = RtspWire(SetClock(), cnonce=lambda: "c0ffee")
    task = asyncio.get_running_loop().create_task(
        wire.watch(url or camera.url, sink, answer_s=2.0, silent_s=5.0)
    )
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def ending(camera: ScriptedCamera, *, answer_s: float = 2.0, silent_s: float = 5.0) -> WireError:
    """How watching this camera ends."""
    with pytest.raises(WireError) as ended:
        await RtspWire(SetClock()).watch(camera.url, Heard(), answer_s=answer_s, silent_s=silent_s)
    assert f"127.0.0.1:{camera.port}" in ended.value.sentence
    return ended.value


async def test_pictures_are_heard_with_the_time_of_the_clock(clock: SetClock):
    sink = Heard()
    async with ScriptedCamera(after_play=stream(IDR, SLICE, SLICE)) as camera, watching(camera, sink):
        await sink.pictures_are(3)
    assert sink.tracks == [Track(Codec.H264, SPS, (PPS,), 1280, 720, 90_000)]
    assert [picture.nals for picture in sink.pictures] == [[IDR], [SLICE], [SLICE]]
    assert [picture.time for picture in sink.pictures] == [0, 6000, 12_000]
    assert {picture.received_ms for picture in sink.pictures} == {1_893_456_000_000}


async def test_who_leaves_tears_the_session_down():
    sink = Heard()
    async with ScriptedCamera(after_play=stream(IDR)) as camera:
        async with watching(camera, sink):
            await sink.pictures_are(1)
        await camera.left()
        assert camera.methods == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "TEARDOWN"]


async def test_a_sign_of_life_is_given_at_half_the_timeout():
    setup = Response(200, "OK", (("Transport", "RTP/AVP/TCP;interleaved=0-1"), ("Session", "1;timeout=2")))
    heard = asyncio.Event()

    def answers(request: Request) -> Response | None:
        if request.method == "GET_PARAMETER":
            heard.set()
        answer = {**GOOD, "SETUP": setup}.get(request.method)
        return answer if isinstance(answer, Response) else None

    async with ScriptedCamera(answers, after_play=stream(IDR)) as camera, watching(camera, Heard()):
        async with asyncio.timeout(5):
            await heard.wait()


async def test_a_lost_packet_is_told_and_its_picture_dropped():
    sink = Heard()
    data = stream(IDR) + stream(SLICE, first=10) + stream(IDR, first=12)
    async with ScriptedCamera(after_play=data) as camera, watching(camera, sink):
        await sink.pictures_are(2)
    assert sink.lost == [6]
    assert [picture.nals for picture in sink.pictures] == [[IDR], [IDR]]


async def test_the_password_goes_over_the_wire_only_as_a_digest():
    asked: list[str] = []

    def answers(request: Request) -> Response | None:
        asked.append(request.method)
        if request.header("Authorization") is None:
            return Response(
                401, "No", (("WWW-Authenticate", 'Digest realm="r", nonce="n", algorithm=SHA-256'),)
            )
        answer = GOOD.get(asked[-1])
        return answer if isinstance(answer, Response) else None

    sink = Heard()
    async with ScriptedCamera(answers, after_play=stream(IDR)) as camera:
        url = camera.url.replace("rtsp://", "rtsp://admin:s3cret@")
        async with watching(camera, sink, url):
            await sink.pictures_are(1)
        assert all(b"s3cret" not in request.encode() for request in camera.asked)
    assert asked[:2] == ["OPTIONS", "OPTIONS"]


async def test_nothing_listens():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"rtsp://u:s3cret@127.0.0.1:{closed.getsockname()[1]}/x"
        with pytest.raises(CameraAbsent, match="connection is refused") as absent:
            await RtspWire(SetClock()).watch(url, Heard(), answer_s=2.0, silent_s=2.0)
    assert "s3cret" not in absent.value.sentence


async def test_a_name_that_is_not_known():
    with pytest.raises(
        CameraAbsent, match=r"no-such-camera\.invalid cannot be reached: its name is not known"
    ):
        await RtspWire(SetClock()).watch(
            "rtsp://no-such-camera.invalid/x", Heard(), answer_s=5.0, silent_s=2.0
        )


async def test_another_scheme_is_bad_input():
    with pytest.raises(BadInput, match="rtsp:// and rtsps:// only"):
        await RtspWire(SetClock()).watch("http://127.0.0.1/x", Heard(), answer_s=1.0, silent_s=1.0)


@pytest.mark.parametrize(
    ("method", "answer", "kind", "words"),
    [
        ("OPTIONS", None, CameraSilent, "does not answer OPTIONS within 0.2 s"),
        ("DESCRIBE", None, CameraSilent, "does not answer DESCRIBE"),
        ("DESCRIBE", Response(401, "No"), CameraRefused, "asks for a user name and a password"),
        ("DESCRIBE", Response(404, "No"), NotVideo, "no stream under this path"),
        ("DESCRIBE", Response(302, "Elsewhere"), CameraAbsent, "another address"),
        (
            "DESCRIBE",
            b"RTSP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nv=0",
            CameraSilent,
            "does not finish its answer",
        ),
        ("OPTIONS", b"HTTP/1.0 400 Bad Request\r\n\r\n", NotVideo, "does not speak proper RTSP"),
        ("OPTIONS", b"\x16\x03\x01\x02", NotVideo, "does not speak proper RTSP"),
    ],
)
async def test_each_bad_answer_ends_with_its_sentence(
    method: str, answer: Response | bytes | None, kind: type[WireError], words: str
):
    async with ScriptedCamera({**GOOD, method: answer}) as camera:
        error = await ending(camera, answer_s=0.2)
    assert type(error) is kind
    assert words in error.sentence


async def test_a_camera_that_plays_nothing_is_silent():
    async with ScriptedCamera() as camera:
        error = await ending(camera, silent_s=0.2)
    assert isinstance(error, CameraSilent)
    assert "sent no picture for 0.2 s" in error.sentence


@pytest.fixture
def uncollected() -> Generator[None]:
    """Recorders collect garbage seldom: within, it is not collected at all."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def buffered() -> int:
    """Bytes in all receive buffers that are still there."""
    return sum(len(each.buffer) for each in gc.get_objects() if isinstance(each, Framer))


@pytest.mark.usefixtures("uncollected")
async def test_calls_that_ended_keep_no_memory():
    before = buffered()
    async with ScriptedCamera(after_play=stream(IDR), hang_up_after="PLAY") as camera:
        for _ in range(3):
            await ending(camera)
    assert buffered() == before
    for _ in range(3):  # it has gone
        assert isinstance(await ending(camera), CameraAbsent)
    assert buffered() == before


@pytest.mark.parametrize("method", ["OPTIONS", "PLAY"])
async def test_a_camera_that_hangs_up_is_gone(method: str):
    async with ScriptedCamera(hang_up_after=method) as camera:
        error = await ending(camera)
    assert isinstance(error, CameraGone)


async def test_a_goodbye_ends_the_stream():
    goodbye = interleaved(b"\x80\xc8\0\6" + b"\0" * 24 + b"\x81\xcb\0\1abcd", 1)
    async with ScriptedCamera(after_play=goodbye) as camera:
        error = await ending(camera)
    assert isinstance(error, CameraGone)
    assert "ended its stream" in error.sentence


async def test_rubbish_in_the_middle_of_a_stream_ends_it():
    async with ScriptedCamera(after_play=stream(IDR) + b"\xff" * 70_000) as camera:
        error = await ending(camera)
    assert isinstance(error, CameraGone)
    assert "broke off" in error.sentence


def _hush(_loop: asyncio.AbstractEventLoop, _context: dict[str, object]) -> None:
    """asyncio also logs what it hands to us."""


async def test_a_sink_that_fails_is_not_taken_for_a_camera_that_fails():
    class Full(Heard):
        def on_picture(self, picture: Picture) -> None:
            raise ZeroDivisionError(picture.size)

    async with ScriptedCamera(after_play=stream(IDR)) as camera:
        asyncio.get_running_loop().set_exception_handler(_hush)
        with pytest.raises(ZeroDivisionError):
            await RtspWire(SetClock()).watch(camera.url, Full(), answer_s=2.0, silent_s=2.0)


async def test_what_the_camera_hears_of_us_over_udp_names_a_firewall():
    transport = "RTP/AVP;unicast;client_port=6000-6001"
    setup = Response(200, "OK", (("Transport", transport), ("Session", "1")))
    async with ScriptedCamera({**GOOD, "SETUP": setup}) as camera:
        with pytest.raises(CameraSilent, match="over UDP"):
            await RtspWire(SetClock()).watch(
                camera.url, Heard(), answer_s=2.0, silent_s=0.2, transport=Transport.UDP
            )
        assert "client_port" in (camera.asked[2].header("Transport") or "")


async def test_rubbish_between_pictures_costs_no_connection():
    sink = Heard()
    data = stream(IDR) + b"\xfe\xff" * 50 + stream(SLICE, first=4)
    async with ScriptedCamera(after_play=data) as camera, watching(camera, sink):
        await sink.pictures_are(2)
    assert sink.lost == []
