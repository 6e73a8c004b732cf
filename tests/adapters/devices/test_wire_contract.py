"""What every wire promises (cameras.Wire), tried with each adapter on a server that we did not write."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from fakes.camera import Heard
from fakes.camera_clip import (
    PICTURES,
    GstCamera,
    make_certificate,
    make_clip,
    skip_without_gstreamer,
    slices,
)
from safecity.adapters.devices.pyav import PyavWire
from safecity.adapters.devices.rtsp import RtspWire
from safecity.base import BadInput, RealClock
from safecity.cameras import (
    AudioCodec,
    CameraAbsent,
    CameraGone,
    CameraRefused,
    CameraSilent,
    Codec,
    NotVideo,
    Transport,
    Wire,
    WireError,
)

pytestmark = pytest.mark.gstreamer
ANSWER_S, SILENT_S = 10.0, 5.0


@pytest.fixture(params=["own", "pyav"])
def wire(request: pytest.FixtureRequest) -> Wire:
    return RtspWire(RealClock()) if request.param == "own" else PyavWire(RealClock())


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[bytes]]]:
    skip_without_gstreamer()
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return path, make_clip(path)


Clip = tuple[Path, list[list[bytes]]]


async def ending(wire: Wire, url: str, sink: Heard | None = None, *, silent_s: float = SILENT_S) -> WireError:
    """How watching ends; no password in the words."""
    with pytest.raises(WireError) as ended:
        await wire.watch(url, sink or Heard(), answer_s=ANSWER_S, silent_s=silent_s)
    assert "s3cret" not in ended.value.sentence
    assert "127.0.0.1" in ended.value.sentence
    return ended.value


@asynccontextmanager
async def watching(
    wire: Wire, url: str, sink: Heard, *, silent_s: float = SILENT_S
) -> AsyncGenerator[asyncio.Task[None]]:
    task = asyncio.get_running_loop().create_task(wire.watch(url, sink, answer_s=ANSWER_S, silent_s=silent_s))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize("auth", ["", "digest", "basic"])
async def test_every_picture_of_a_clip_arrives_as_it_was_sent(wire: Wire, clip: Clip, auth: str):
    path, sent = clip
    password = ["--user", "admin", "--password", "s3cret", "--auth", auth] if auth else []
    sink = Heard()
    with GstCamera(path, "--once", "--fps", "50", *password) as camera:
        url = camera.with_password("admin", "s3cret") if auth else camera.url
        error = await ending(wire, url, sink)
    assert isinstance(error, CameraGone)
    slices = [[unit for unit in picture.nals if unit[0] & 0x1F in {1, 5}] for picture in sink.pictures]
    assert len(slices) == PICTURES
    assert slices == sent
    assert [picture.is_key for picture in sink.pictures] == [place % 10 == 0 for place in range(PICTURES)]
    assert all(unit[0] & 0x1F not in {7, 8, 9} for picture in sink.pictures for unit in picture.nals)
    times = [picture.time for picture in sink.pictures]
    steps = [after - before for before, after in pairwise(times)]
    assert all(abs(step - 1800) <= 1 for step in steps[1:]), "50 pictures a second are 1,800 ticks apart"
    assert [(track.codec, track.width, track.height, track.clock_hz) for track in sink.tracks] == [
        ("h264", 320, 180, 90_000)
    ]
    assert sink.lost == []


@pytest.mark.parametrize("auth", ["digest", "basic"])
async def test_a_wrong_password_is_refused(wire: Wire, clip: Clip, auth: str):
    with GstCamera(clip[0], "--user", "admin", "--password", "right", "--auth", auth) as camera:
        error = await ending(wire, camera.with_password("admin", "s3cret"))
        assert isinstance(error, CameraRefused)
        assert isinstance(await ending(wire, camera.url), CameraRefused)


async def test_nothing_listens(wire: Wire):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"rtsp://admin:s3cret@127.0.0.1:{closed.getsockname()[1]}/cam0"
        assert isinstance(await ending(wire, url), CameraAbsent)


@pytest.mark.parametrize("kind", ["audio", "jpeg"])
async def test_a_camera_without_h264_is_not_video(wire: Wire, clip: Clip, kind: str):
    with GstCamera("-", "--kind", kind) as camera:
        assert isinstance(await ending(wire, camera.url), NotVideo)


async def test_a_path_that_is_not_there_is_not_video(wire: Wire, clip: Clip):
    with GstCamera(clip[0]) as camera:
        assert isinstance(await ending(wire, camera.url + "no"), NotVideo)


async def test_a_camera_that_freezes_is_silent(wire: Wire, clip: Clip):
    sink = Heard()
    with GstCamera(clip[0]) as camera:
        async with watching(wire, camera.url, sink, silent_s=0.5) as task:
            await sink.pictures_are(5)
            camera.freeze()
            with pytest.raises(CameraSilent, match=r"sent no picture for 0\.5 s"):
                await task


async def test_a_camera_that_dies_is_gone(wire: Wire, clip: Clip):
    sink = Heard()
    with GstCamera(clip[0]) as camera:
        async with watching(wire, camera.url, sink) as task:
            await sink.pictures_are(5)
            camera.die()
            with pytest.raises(CameraGone):
                await task


def connections_to(port: int) -> int:
    """Established TCP connections of ours to a port (column 3 is the other side, 01 is ESTABLISHED)."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[2].endswith(f":{port:04X}") and row[3] == "01" for row in rows)


async def test_a_cancelled_watch_closes_its_connection(wire: Wire, clip: Clip):
    sink = Heard()
    with GstCamera(clip[0]) as camera:
        port = int(camera.url.rpartition(":")[2].split("/")[0])
        async with watching(wire, camera.url, sink):
            await sink.pictures_are(5)
            assert connections_to(port) == 1
        heard = len(sink.pictures)
        async with asyncio.timeout(5):
            while connections_to(port):
                await asyncio.sleep(0.02)
        assert len(sink.pictures) == heard


async def test_a_strange_scheme_is_bad_input(wire: Wire):
    with pytest.raises(BadInput):
        await wire.watch("gopher://admin:s3cret@127.0.0.1/x", Heard(), answer_s=1.0, silent_s=1.0)


@pytest.mark.parametrize("codec", list(Codec))
@pytest.mark.parametrize("transport", [Transport.TCP, Transport.UDP])
async def test_each_codec_comes_whole_with_pictures_between_over_tcp_and_udp(
    tmp_path: Path, codec: Codec, transport: Transport
):
    skip_without_gstreamer()
    sent = make_clip(tmp_path / "clip.mp4", codec, between=2)
    sink = Heard()
    options = ["--once", "--fps", "50", "--codec", codec]
    with (
        GstCamera(tmp_path / "clip.mp4", *options) as camera,
        pytest.raises((CameraGone, CameraSilent)),
    ):
        await RtspWire(RealClock()).watch(
            camera.url, sink, answer_s=ANSWER_S, silent_s=1.5, transport=transport
        )
    heard = [slices(picture.nals, codec) for picture in sink.pictures]
    assert heard == [picture for picture in sent if picture in heard], "in order, and nothing invented"
    assert not (transport is Transport.TCP and sink.lost)
    if not sink.lost:  # a loaded machine may drop datagrams
        assert len(heard) == PICTURES
    track = sink.tracks[0]
    assert (track.codec, track.width, track.height) == (codec, 320, 180)
    times = [picture.time for picture in sink.pictures]
    assert times != sorted(times), "B pictures are shown in another order than they come"


@pytest.mark.parametrize(
    ("kind", "transport"),
    [("aac", Transport.TCP), ("aac", Transport.UDP), ("pcma", Transport.TCP), ("pcmu", Transport.UDP)],
)
async def test_sound_comes_where_it_is_asked_for(clip: Clip, kind: str, transport: Transport):
    sink = Heard()
    with GstCamera(clip[0], "--fps", "50", "--audio", kind) as camera:
        await heard_with_sound(camera.url, sink, transport, audio=True)
    track = sink.tracks[0].audio
    assert track is not None
    assert (track.codec, track.channels) == (AudioCodec(kind), 1)
    assert all(after.time == before.time + before.duration for before, after in pairwise(sink.sounds[:5]))


async def test_sound_that_nobody_asked_for_does_not_come(clip: Clip):
    sink = Heard()
    with GstCamera(clip[0], "--fps", "50", "--audio", "aac") as camera:
        await heard_with_sound(camera.url, sink, Transport.TCP, audio=False)
    assert (sink.tracks[0].audio, sink.sounds) == (None, [])


async def heard_with_sound(url: str, sink: Heard, transport: Transport, *, audio: bool) -> None:
    """Watches until there is enough to judge by."""
    wire = RtspWire(RealClock())
    task = asyncio.get_running_loop().create_task(
        wire.watch(url, sink, answer_s=ANSWER_S, silent_s=SILENT_S, transport=transport, audio=audio)
    )
    async with asyncio.timeout(20):
        while len(sink.pictures) < 20 or (audio and len(sink.sounds) < 5):
            await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_camera_without_sound_just_has_none(clip: Clip):
    sink = Heard()
    with GstCamera(clip[0], "--once", "--fps", "50") as camera, pytest.raises(CameraGone):
        await RtspWire(RealClock()).watch(camera.url, sink, answer_s=ANSWER_S, silent_s=SILENT_S, audio=True)
    assert (sink.tracks[0].audio, len(sink.pictures)) == (None, PICTURES)


async def test_a_camera_that_refuses_tcp_is_heard_over_udp_and_remembered(clip: Clip):
    own = RtspWire(RealClock())
    with GstCamera(clip[0], "--fps", "50", "--transport", "udp") as camera:
        for _ in range(2):
            sink = Heard()
            async with watching(own, camera.url, sink):
                await sink.pictures_are(5)
        with pytest.raises(NotVideo, match="does not send over TCP"):
            await own.watch(
                camera.url, Heard(), answer_s=ANSWER_S, silent_s=SILENT_S, transport=Transport.TCP
            )


async def test_the_cameras_own_time_is_told(clip: Clip):
    sink = Heard()
    with GstCamera(clip[0], "--fps", "50") as camera:
        async with watching(RtspWire(RealClock()), camera.url, sink), asyncio.timeout(20):
            while not sink.pictures or sink.pictures[-1].camera_ms is None:
                await asyncio.sleep(0.02)
    last = sink.pictures[-1]
    assert last.camera_ms is not None
    assert abs(last.camera_ms - last.received_ms) < 60_000, "both run on this machine"


async def test_pictures_come_through_tls_and_a_wrong_certificate_gets_no_password(clip: Clip, tmp_path: Path):
    cert, key, digest = make_certificate(tmp_path)
    password = ["--user", "admin", "--password", "s3cret"]
    with GstCamera(clip[0], "--fps", "50", "--tls", cert, key, *password) as camera:
        url = camera.with_password("admin", "s3cret")
        for pin in ("", f"#sha256={digest}"):
            sink = Heard()
            async with watching(RtspWire(RealClock()), url + pin, sink):
                await sink.pictures_are(5)
        error = await ending(RtspWire(RealClock()), f"{url}#sha256={'0' * 64}")
        assert isinstance(error, CameraAbsent)
        assert digest in error.sentence
        with pytest.raises(BadInput, match="over TCP only"):
            await RtspWire(RealClock()).watch(
                url, Heard(), answer_s=1.0, silent_s=1.0, transport=Transport.UDP
            )


async def test_tls_where_there_is_none_is_absent(clip: Clip):
    with GstCamera(clip[0]) as camera:
        error = await ending(RtspWire(RealClock()), camera.url.replace("rtsp://", "rtsps://"))
    assert isinstance(error, CameraAbsent)
    assert "no TLS" in error.sentence
