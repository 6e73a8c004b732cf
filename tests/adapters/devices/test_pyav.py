"""The second wire: files that play as cameras, and what only FFmpeg can open."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import IDR, PPS, PPS265, SLICE, SPS, SPS265, VPS265, Heard, ScriptedCamera
from fakes.camera_clip import FPS, PICTURES, make_clip, slices
from safecity.adapters.devices.pyav import PyavWire, begins_picture, configured_units, split_units
from safecity.base import BadInput, RealClock
from safecity.cameras import (
    AudioCodec,
    CameraAbsent,
    CameraGone,
    CameraSilent,
    Codec,
    NotVideo,
    WireError,
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[list[bytes]]]:
    path = tmp_path_factory.mktemp("clip") / "a clip.mp4"
    return path, make_clip(path)


Clip = tuple[Path, list[list[bytes]]]


async def ending(url: str, sink: Heard | None = None, *, answer_s: float = 5.0) -> WireError:
    with pytest.raises(WireError) as ended:
        await PyavWire(RealClock()).watch(url, sink or Heard(), answer_s=answer_s, silent_s=5.0)
    return ended.value


async def test_a_file_plays_in_real_time_as_a_camera_would(clip: Clip):
    path, sent = clip
    sink, clock = Heard(), RealClock()
    started = clock.monotonic()
    error = await ending(path.as_uri(), sink)
    assert clock.monotonic() - started >= (PICTURES - 1) / FPS * 0.98
    assert (type(error), error.sentence) == (CameraGone, "The file a clip.mp4 ended its stream.")
    assert [[unit for unit in picture.nals if unit[0] & 0x1F in {1, 5}] for picture in sink.pictures] == sent
    assert (sink.tracks[0].width, sink.tracks[0].height) == (320, 180)


async def test_a_clip_over_http(clip: Clip):
    handler = partial(_Quiet, directory=str(clip[0].parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            sink = Heard()
            base = f"http://127.0.0.1:{server.server_port}"
            assert isinstance(await ending(f"{base}/a%20clip.mp4", sink), CameraGone)
            assert len(sink.pictures) == PICTURES
            missing = await ending(f"{base}/none.mp4")
            assert (type(missing), "no stream under this path" in missing.sentence) == (NotVideo, True)
        finally:
            server.shutdown()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (its name in the base class)
        pass


async def test_a_file_that_is_not_there_and_one_that_is_no_video(tmp_path: Path):
    assert isinstance(await ending((tmp_path / "none.mp4").as_uri()), CameraAbsent)
    text = tmp_path / "text.mp4"
    text.write_text("no video")
    assert isinstance(await ending(text.as_uri()), NotVideo)


async def test_a_playlist_does_not_lead_ffmpeg_to_our_files(tmp_path: Path, clip: Clip):
    playlist = tmp_path / "a.m3u8"
    playlist.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{clip[0].as_uri()}\n#EXT-X-ENDLIST\n")
    handler = partial(_Quiet, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            sink = Heard()
            await ending(f"http://127.0.0.1:{server.server_port}/a.m3u8", sink)
            assert sink.pictures == []
        finally:
            server.shutdown()


async def test_a_camera_that_takes_the_call_and_says_nothing_is_silent():
    async with ScriptedCamera({}) as camera:
        error = await ending(camera.url, answer_s=0.3)
    assert (type(error), "does not answer within 0.3 s" in error.sentence) == (CameraSilent, True)


async def test_a_process_takes_only_so_many_cameras(clip: Clip):
    wire = PyavWire(RealClock(), most=1)
    sink = Heard()
    loop = asyncio.get_running_loop()
    task = loop.create_task(wire.watch(clip[0].as_uri(), sink, answer_s=5.0, silent_s=5.0))
    await sink.pictures_are(1)
    with pytest.raises(WireError, match="hears 1 cameras through FFmpeg already"):
        await wire.watch(clip[0].as_uri(), Heard(), answer_s=5.0, silent_s=5.0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    again = Heard()
    async with asyncio.timeout(5):  # until the thread has noticed
        while not again.pictures:
            try:
                async with asyncio.timeout(0.5):
                    await wire.watch(clip[0].as_uri(), again, answer_s=5.0, silent_s=5.0)
            except TimeoutError:
                break
            except WireError:
                await asyncio.sleep(0.01)
    assert again.pictures


@pytest.mark.parametrize("url", ["gopher://h/x", "concat:a|b", "/etc/passwd", "rtsp://u:s3cret@h:port/x"])
async def test_ffmpeg_is_asked_only_for_what_is_listed(url: str):
    with pytest.raises(BadInput) as refused:
        await PyavWire(RealClock()).watch(url, Heard(), answer_s=1.0, silent_s=1.0)
    assert "s3cret" not in refused.value.sentence


units = st.lists(st.sampled_from([SPS, PPS, IDR, SLICE, b"\x06\x05\x01\x80"]), max_size=6)


@given(units, st.sampled_from([0, 1, 2, 4]), st.booleans())
def test_units_are_found_behind_start_codes_and_lengths(sent: list[bytes], size: int, long: bool):
    if size:
        data = b"".join(len(unit).to_bytes(size) + unit for unit in sent)
    else:
        data = b"".join((b"\0\0\0\1" if long else b"\0\0\1") + unit for unit in sent)
    assert list(split_units(data, size)) == sent


@given(st.binary(max_size=200), st.sampled_from([0, 1, 2, 4]))
def test_arbitrary_bytes_hold_units_or_none(data: bytes, size: int):
    assert all(chain(split_units(data, size), configured_units(data), configured_units(b"\1" + data)))


def test_an_avcc_record_holds_its_parameter_sets():
    record = b"\1\x4d\x40\x1f\xff\xe1" + len(SPS).to_bytes(2) + SPS + b"\1" + len(PPS).to_bytes(2) + PPS
    assert list(configured_units(record)) == [SPS, PPS]
    assert list(configured_units(b"\0\0\0\1" + SPS + b"\0\0\1" + PPS)) == [SPS, PPS]
    arrays = [(kind, unit) for kind, unit in ((32, VPS265), (33, SPS265), (34, PPS265))]
    record = b"\1" + bytes(20) + b"\xff\3"
    for kind, unit in arrays:
        record += bytes((0x80 | kind, 0, 1)) + len(unit).to_bytes(2) + unit
    assert list(configured_units(record, Codec.H265)) == [VPS265, SPS265, PPS265]


async def test_a_file_of_h265_plays_too(tmp_path: Path):
    sent = make_clip(tmp_path / "clip.mp4", Codec.H265, between=1)
    sink = Heard()
    assert isinstance(await ending((tmp_path / "clip.mp4").as_uri(), sink), CameraGone)
    assert [slices(picture.nals, Codec.H265) for picture in sink.pictures] == sent
    track = sink.tracks[0]
    assert (track.codec, track.width, track.height, track.audio) == (Codec.H265, 320, 180, None)


@pytest.mark.parametrize(("name", "codec"), [("aac", AudioCodec.AAC), ("pcm_alaw", AudioCodec.PCMA)])
async def test_the_sound_of_a_file_is_heard_where_it_is_asked_for(
    tmp_path: Path, clip: Clip, name: str, codec: AudioCodec
):
    file = tmp_path / "sound.mkv"
    command = [
        "ffmpeg",
        "-v",
        "error",
        "-i",
        str(clip[0]),
        "-f",
        "lavfi",
        "-i",
        "sine=r=8000:d=1",
        "-c:v",
        "copy",
    ]
    if shutil.which("ffmpeg") is None:
        pytest.skip("there is no ffmpeg")
    subprocess.run([*command, "-c:a", name, "-shortest", str(file)], check=True)
    sink = Heard()
    with pytest.raises(CameraGone):
        await PyavWire(RealClock()).watch(file.as_uri(), sink, answer_s=5.0, silent_s=5.0, audio=True)
    audio = sink.tracks[0].audio
    assert audio is not None
    assert (audio.codec, audio.clock_hz, audio.channels) == (codec, 8000, 1)
    assert sum(sound.duration for sound in sink.sounds) >= 6000


def test_a_picture_begins_with_its_first_slice():
    assert begins_picture([SPS, PPS, b"\x65\x88\x84"])
    assert not begins_picture([SPS, PPS, b"\x65\x00\x6c"])
    assert not begins_picture([SPS, b"\x65"])
    assert begins_picture([SPS265, b"\x26\x01\x80"], Codec.H265)
    assert not begins_picture([SPS265, b"\x26\x01\x00"], Codec.H265)
