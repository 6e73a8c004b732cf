"""Live pictures over a real unix socket: late joiners, slow readers, nonsense, and a recorder that is not there."""

from __future__ import annotations

import asyncio
import socket
import stat
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.stream import START_MS, TRACK, picture, pictures
from safecity.adapters.links.feed import (
    FeedServer,
    SocketFeed,
    decode_picture,
    decode_track,
    encode_picture,
    encode_track,
)
from safecity.cameras import Picture, Track
from safecity.footage import Listener
from safecity.footage.record import Recording
from safecity.footage.rules import Coverage


class OneCamera:
    """A recorder with the camera `gate` only."""

    def __init__(self, folder: Path) -> None:
        self.recording = Recording("gate", folder, Coverage("gate", START_MS), lambda: None)
        self.joined = asyncio.Event()
        self.left = asyncio.Event()

    def join(self, camera: str, listener: Listener, *, sub: bool = False) -> None:
        if camera == "gate":
            self.recording.join(listener)
        self.joined.set()

    def leave(self, camera: str, listener: Listener) -> None:
        self.recording.leave(listener)
        self.left.set()


@asynccontextmanager
async def serving(folder: Path) -> AsyncGenerator[tuple[OneCamera, SocketFeed]]:
    live = OneCamera(folder)
    path = folder / "run" / "recorder-0.sock"
    task = asyncio.get_running_loop().create_task(FeedServer(path, live).serve())
    while not path.exists():
        await asyncio.sleep(0)
    try:
        yield live, SocketFeed(path)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def take(feed: AsyncIterator[Track | Picture], count: int) -> list[Track | Picture]:
    return [await anext(feed) for _ in range(count)]


async def test_a_late_joiner_hears_the_current_group_then_what_comes(tmp_path: Path):
    async with serving(tmp_path) as (live, feed):
        live.recording.on_track(TRACK)
        stream = pictures(40)
        for each in stream[:35]:
            live.recording.on_picture(each)
        heard = feed.subscribe("gate", keyframes_only=False)
        assert await take(heard, 6) == [TRACK, *stream[30:35]]
        live.recording.on_picture(stream[35])
        assert await anext(heard) == stream[35]
        live.recording.end()
        assert [each async for each in heard] == []
        await asyncio.wait_for(live.left.wait(), 5)


async def test_who_asks_for_keyframes_gets_no_others(tmp_path: Path):
    async with serving(tmp_path) as (live, feed):
        live.recording.on_track(TRACK)
        heard = feed.subscribe("gate", keyframes_only=True)
        first = asyncio.ensure_future(anext(heard))  # noqa: TID251 - a test that waits beside
        await asyncio.wait_for(live.joined.wait(), 5)
        for each in pictures(70):
            live.recording.on_picture(each)
        assert [await first, *await take(heard, 3)] == [TRACK, picture(0), picture(30), picture(60)]


async def test_a_slow_reader_misses_pictures_up_to_a_keyframe_and_slows_nobody(tmp_path: Path):
    async with serving(tmp_path) as (live, feed):
        live.recording.on_track(TRACK)
        heard = feed.subscribe("gate", keyframes_only=False)
        assert await anext(heard) == TRACK
        for number in range(150):
            live.recording.on_picture(picture(number, size=200_000))
        live.recording.on_picture(picture(150))
        got: list[int] = []
        last = asyncio.Event()

        async def read() -> None:
            async for each in heard:
                assert isinstance(each, Picture)
                got.append(each.time // 6000)
                if each.time // 6000 >= 150:
                    last.set()
                    return

        async def go_on() -> None:
            number = 151
            while not last.is_set():
                live.recording.on_picture(picture(number))
                number += 1
                await asyncio.sleep(0.001)

        await asyncio.wait_for(asyncio.gather(read(), go_on()), 20)
        assert len(got) < 150
        for before, after in pairwise(got):
            assert after == before + 1 or after % 30 == 0


async def test_a_recorder_that_is_not_there_ends_the_feed_at_once(tmp_path: Path):
    feed = SocketFeed(tmp_path / "nobody.sock")
    assert [each async for each in feed.subscribe("gate", keyframes_only=True)] == []


@pytest.mark.parametrize(
    "nonsense", [b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\5\0{}{}", b"\xff" * 2000, b"\0\0\0\x03\0{}"]
)
async def test_nonsense_ends_the_connection_and_nothing_else(tmp_path: Path, nonsense: bytes):
    async with serving(tmp_path) as (live, feed):
        reader, writer = await asyncio.open_unix_connection(str(tmp_path / "run" / "recorder-0.sock"))
        writer.write(nonsense)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        live.recording.on_track(TRACK)
        assert await anext(feed.subscribe("gate", keyframes_only=True)) == TRACK


async def test_a_server_that_talks_nonsense_ends_the_feed(tmp_path: Path):
    async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\0\0\0\x09\x02" + b"\1" * 40)
        writer.close()

    server = await asyncio.start_unix_server(babble, str(tmp_path / "x.sock"))
    async with server:
        assert [
            each async for each in SocketFeed(tmp_path / "x.sock").subscribe("a", keyframes_only=True)
        ] == []


async def test_only_this_user_may_open_the_socket_and_a_stale_one_is_replaced(tmp_path: Path):
    path = tmp_path / "run" / "recorder-0.sock"
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as stale:
        stale.bind(str(path))
    path.unlink()
    path.touch()
    live = OneCamera(tmp_path)
    task = asyncio.get_running_loop().create_task(FeedServer(path, live).serve())
    while not (
        path.exists() and stat.S_ISSOCK(path.stat().st_mode) and stat.S_IMODE(path.stat().st_mode) == 0o600
    ):
        assert not task.done()
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@given(
    nals=st.lists(st.binary(min_size=1, max_size=50), max_size=5),
    is_key=st.booleans(),
    time=st.integers(0, (1 << 64) - 1),
    received_ms=st.integers(0, (1 << 64) - 1),
)
def test_what_is_sent_is_what_is_heard(nals: list[bytes], is_key: bool, time: int, received_ms: int):
    sent = Picture(nals, is_key, time, received_ms, sum(map(len, nals)))
    assert decode_picture(encode_picture(sent)[5:]) == sent
    assert decode_track(encode_track(TRACK)[5:]) == TRACK
