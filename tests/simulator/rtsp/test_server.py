"""The server against real peers: Debian's ffmpeg, and a client of plain sockets for what ffmpeg hides."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from random import Random

import pytest

from fakes.short_film import short_film
from safecity.adapters.devices.rtsp import RtspWire
from safecity.base import RealClock
from safecity.cameras.ports import CameraRefused, Picture, Sound, Track
from safecity.simulator.rtsp import CameraServer, Challenge, Fault, FaultKind, Mount, Reel, Scheme, load_reel

needs_ffmpeg = pytest.mark.skipif(shutil.which("ffprobe") is None, reason="Debian's ffmpeg is not here")


@pytest.fixture(scope="module")
def reel(tmp_path_factory: pytest.TempPathFactory) -> Reel:
    return load_reel(short_film(tmp_path_factory.mktemp("film") / "film.mp4"))


@asynccontextmanager
async def serving(*mounts: Mount) -> AsyncGenerator[CameraServer]:
    server, ready = CameraServer(mounts, RealClock(), Random(1)), asyncio.Event()
    task = asyncio.get_running_loop().create_task(server.serve(0, ready))
    await ready.wait()
    try:
        yield server
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def ffmpeg(url: str, transport: str = "tcp") -> tuple[int, str]:
    """Counts pictures of the first 2 s; the status and what was said."""
    process = await asyncio.create_subprocess_exec(
        "ffprobe", "-v", "warning", "-rtsp_transport", transport, "-count_packets", "-read_intervals", "%+2",
        "-show_entries", "stream=codec_name,width,height,nb_read_packets", "-of", "csv=p=0", url,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


@needs_ffmpeg
@pytest.mark.parametrize("transport", ["tcp", "udp"])
async def test_ffmpeg_sees_the_camera_over_both_ways(reel: Reel, transport: str):
    async with serving(Mount(name="07", reel=reel)) as server:
        status, said = await ffmpeg(server.url("07"), transport)
    name, wide, high, packets = said.strip().split(",")
    assert (status, name, wide, high) == (0, "h264", "320", "180")
    assert int(packets) >= 15


@needs_ffmpeg
@pytest.mark.parametrize("scheme", [Scheme.BASIC, Scheme.MD5])
async def test_ffmpeg_proves_its_password(reel: Reel, scheme: Scheme):
    camera = Mount(name="07", reel=reel, challenge=Challenge(user="u", password="right", scheme=scheme))
    async with serving(camera) as server:
        good = await ffmpeg(server.url("07"))
        bad = await ffmpeg(server.url("07").replace("right", "wrong"))
    assert good[0] == 0, good
    assert "401" in bad[1]


class Client:
    """Speaks just enough RTSP, over a plain connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, url: str) -> None:
        self.reader, self.writer, self.url = reader, writer, url
        self.count, self.session = 0, ""

    async def ask(self, method: str, path: str = "", **headers: str) -> tuple[int, str]:
        self.count += 1
        lines = [f"{method} {self.url}{path} RTSP/1.0", f"CSeq: {self.count}"]
        lines += [f"{name.title()}: {value}" for name, value in headers.items()]
        if self.session:
            lines.append(f"Session: {self.session}")
        self.writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        found = [line for line in head.split("\r\n") if line.startswith("Content-Length")]
        body = await self.reader.readexactly(int(found[0].split(":")[1])) if found else b""
        for line in head.split("\r\n"):
            if line.startswith("Session:"):
                self.session = line.split(":")[1].split(";")[0].strip()
        return int(head.split(" ")[1]), head + body.decode()

    async def play(self) -> None:
        assert (await self.ask("DESCRIBE"))[0] == 200
        assert (await self.ask("SETUP", "/track1", transport="RTP/AVP/TCP;unicast;interleaved=2-3"))[0] == 200
        assert (await self.ask("PLAY"))[0] == 200

    async def packet(self) -> tuple[int, bytes]:
        head = await self.reader.readexactly(4)
        return head[1], await self.reader.readexactly(int.from_bytes(head[2:], "big"))

    async def watch_until_broken(self) -> None:
        with suppress(ConnectionResetError, asyncio.IncompleteReadError):
            while True:
                await self.packet()


@asynccontextmanager
async def calling(server: CameraServer, name: str = "07") -> AsyncGenerator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    try:
        yield Client(reader, writer, f"rtsp://127.0.0.1/{name}")
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_pictures_begin_with_a_keyframe_on_the_channels_asked_for(reel: Reel):
    async with serving(Mount(name="07", reel=reel)) as server, calling(server) as client:
        await client.play()
        first, second = [await client.packet() for _ in range(2)]
        assert (first[0], first[1][12] & 0x1F) == (2, 24), "parameter sets"
        assert second[1][12] & 0x1F in (5, 28)
        channels = {channel for channel, _ in [await client.packet() for _ in range(6)]}
        assert channels == {2, 3}, "pictures, and a sender's report with the first of them"


async def test_order_of_requests_is_kept_to(reel: Reel):
    async with serving(Mount(name="07", reel=reel)) as server:
        async with calling(server) as client:
            assert (await client.ask("OPTIONS"))[1].count("GET_PARAMETER") == 1
            assert (await client.ask("PLAY"))[0] == 455
            client.session = "stranger"
            assert (await client.ask("PLAY"))[0] == 454
            client.session = ""
            assert (await client.ask("SETUP", transport="RTP/AVP;multicast"))[0] == 461
            assert (await client.ask("RECORD"))[0] == 501
            await client.play()
        async with calling(server, "99") as nobody:
            assert (await nobody.ask("DESCRIBE"))[0] == 404
            nobody.writer.write(b"rubbish\r\n\r\n")
            assert (await nobody.reader.read()).startswith(b"RTSP/1.0 400")


async def test_a_camera_that_refuses_takes_no_password(reel: Reel):
    challenge = Challenge(user="u", password="p", scheme=Scheme.BASIC)
    camera = Mount(name="07", reel=reel, challenge=challenge, faults=(Fault(kind=FaultKind.REFUSE),))
    async with serving(camera) as server, calling(server) as client:
        status, said = await client.ask("DESCRIBE", authorization="Basic dTpw")
        assert status == 401
        assert 'WWW-Authenticate: Basic realm="camera"' in said


async def test_a_camera_with_sound_only_offers_no_video(reel: Reel):
    camera = Mount(name="07", reel=reel, faults=(Fault(kind=FaultKind.SDP, form="audio_only"),))
    async with serving(camera) as server, calling(server) as client:
        status, said = await client.ask("DESCRIBE")
        assert status == 200
        assert "m=video" not in said


async def test_a_connection_breaks_when_the_script_says_so(reel: Reel):
    camera = Mount(name="07", reel=reel, faults=(Fault(kind=FaultKind.RESET, from_s=0.6),))
    async with serving(camera) as server, calling(server) as client:
        await client.play()
        await client.watch_until_broken()
        assert server.since_start_s() >= 0.6


async def test_a_server_whose_cameras_are_all_away_does_not_answer_and_comes_back(reel: Reel):
    away = Fault(kind=FaultKind.OFFLINE, from_s=0.3, until_s=1.2)
    async with serving(Mount(name="07", reel=reel, faults=(away,))) as server:
        async with calling(server) as client:
            await client.play()
            await client.watch_until_broken()
        refused, back = 0, False
        async with asyncio.timeout(10):
            while not back:
                try:
                    async with calling(server) as client:
                        await client.play()
                        back = True
                except (ConnectionError, asyncio.IncompleteReadError):
                    refused += 1
        assert refused > 0
        assert server.since_start_s() >= 1.2


async def test_a_frozen_camera_shows_the_first_picture_again(reel: Reel):
    camera = Mount(name="07", reel=reel, faults=(Fault(kind=FaultKind.FROZEN),))
    async with serving(camera) as server, calling(server) as client:
        await client.play()
        pictures: list[bytes] = []
        while len(pictures) < 2:
            channel, data = await client.packet()
            if channel == 2 and data[12] & 0x1F != 24:
                pictures.append(data[12:])
        assert pictures[0] == pictures[1]


async def test_a_stalled_camera_answers_and_sends_nothing(reel: Reel):
    camera = Mount(name="07", reel=reel, faults=(Fault(kind=FaultKind.STALL),))
    async with serving(camera) as server, calling(server) as client:
        await client.play()
        for _ in range(3):  # nothing comes between the answers
            assert (await client.ask("GET_PARAMETER"))[0] == 200
        assert (await client.ask("TEARDOWN"))[0] == 200


class Heard:
    """Counts what our own client hears, and hangs up after two keyframes."""

    def __init__(self) -> None:
        self.tracks: list[Track] = []
        self.pictures: list[Picture] = []
        self.lost = 0
        self.enough = asyncio.Event()

    def on_track(self, track: Track) -> None:
        self.tracks.append(track)

    def on_picture(self, picture: Picture) -> None:
        self.pictures.append(picture)
        if sum(each.is_key for each in self.pictures) == 2:
            self.enough.set()

    def on_sound(self, sound: Sound) -> None:
        raise AssertionError(f"Nobody asked for sound, but {sound} came.")

    def on_loss(self, packets: int) -> None:
        self.lost += packets


@pytest.mark.parametrize("scheme", list(Scheme))
async def test_our_own_client_hears_every_picture_of_it(reel: Reel, scheme: Scheme):
    camera = Mount(name="07", reel=reel, challenge=Challenge(user="u", password="p", scheme=scheme))
    heard = Heard()
    async with serving(camera) as server:
        wire = RtspWire(RealClock())
        watching = asyncio.get_running_loop().create_task(
            wire.watch(server.url("07"), heard, answer_s=5, silent_s=5)
        )
        async with asyncio.timeout(20):
            await heard.enough.wait()
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    assert (heard.tracks[0].width, heard.tracks[0].height, heard.lost) == (320, 180, 0)
    assert [picture.is_key for picture in heard.pictures] == [True] + [False] * 9 + [True]
    assert {b.time - a.time for a, b in pairwise(heard.pictures)} == {9000}


async def test_our_own_client_says_that_the_password_is_wrong(reel: Reel):
    camera = Mount(name="07", reel=reel, challenge=Challenge(user="u", password="right"))
    async with serving(camera) as server:
        with pytest.raises(CameraRefused):
            await RtspWire(RealClock()).watch(
                server.url("07").replace("right", "wrong"), Heard(), answer_s=5, silent_s=5
            )
