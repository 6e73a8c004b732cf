"""Masked pictures over a unix socket, between real sockets; the eye may die at any time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvloop
from hypothesis import given
from hypothesis import strategies as st

from safecity.adapters.links.watch import RESTARTED, SocketEyes, WatchServer, decode_shown, encode_shown
from safecity.base import SetClock
from safecity.footage import Chunk, Ended, PictureWithheld, Shown, Started, Unmasked, Withheld

SHOWN: list[Shown] = [
    Withheld("The empty scene of this camera is still being learned (6 s)."),
    Started('video/mp4; codecs="avc1.42c01f"', b"init", 1000),
    Chunk(b"one", 1000, 0, is_key=True),
    Chunk(b"two", 1100, 100),
]


class ScriptedEyes:
    """Shows what it was given and then waits, or ends; knows who watches."""

    def __init__(self, shown: list[Shown]) -> None:
        self.shown = shown
        self.asked: list[tuple[str, int | None, int]] = []
        self.terms: list[tuple[float, Unmasked | None]] = []
        self.watching = 0
        self.gone = asyncio.Event()

    async def watch(
        self,
        camera: str,
        *,
        at_ms: int | None,
        width: int,
        rate: float = 1.0,
        unmasked: Unmasked | None = None,
    ) -> AsyncGenerator[Shown, None]:
        self.asked.append((camera, at_ms, width))
        self.terms.append((rate, unmasked))
        self.watching += 1
        try:
            for each in self.shown:
                yield each
            if not isinstance(self.shown[-1], Ended):
                await asyncio.Event().wait()
        finally:
            self.watching -= 1
            self.gone.set()

    async def snapshot(
        self, camera: str, *, width: int, at_ms: int | None = None, unmasked: Unmasked | None = None
    ) -> bytes:
        self.terms.append((1.0, unmasked))
        if camera == "dark":
            raise PictureWithheld("The camera sends no pictures just now.")
        return b"\xff\xd8" + camera.encode() + (bytes(width) if at_ms is None else str(at_ms).encode())


@asynccontextmanager
async def serving(path: Path, eyes: ScriptedEyes) -> AsyncGenerator[None, None]:
    task = asyncio.get_running_loop().create_task(WatchServer(path, eyes).serve())
    while not path.exists() or path.stat().st_mode & 0o777 != 0o600:
        await asyncio.sleep(0.001)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    return tmp_path / "run" / "eye-0.sock"


async def test_everything_shown_comes_through_in_order(socket: Path):
    eyes = ScriptedEyes([*SHOWN, Ended("This is the end of the footage.")])
    async with serving(socket, eyes):
        client = SocketEyes(lambda _: socket, SetClock())
        shown = [each async for each in client.watch("cam", at_ms=77, width=320)]
    assert shown == eyes.shown
    assert eyes.asked == [("cam", 77, 320)]


async def test_pace_and_leave_come_through(socket: Path):
    eyes = ScriptedEyes([Ended("This is the end of the footage.")])
    leave = Unmasked("permit-1", "Amina Otieno 3f9a21", 1_795_000_000_000)
    async with serving(socket, eyes):
        client = SocketEyes(lambda _: socket, SetClock())
        async for _ in client.watch("cam", at_ms=77, width=1280, rate=0.5, unmasked=leave):
            pass
        await client.snapshot("cam", width=64, unmasked=leave)
        await client.snapshot("cam", width=64)
    assert eyes.terms == [(0.5, leave), (1.0, leave), (1.0, None)]


async def test_who_stops_watching_ends_the_watch_in_the_eye(socket: Path):
    eyes = ScriptedEyes(SHOWN)
    async with serving(socket, eyes):
        watching = SocketEyes(lambda _: socket, SetClock()).watch("cam", at_ms=None, width=640)
        assert await anext(watching) == SHOWN[0]
        assert eyes.watching == 1
        await watching.aclose()
        async with asyncio.timeout(10):
            await eyes.gone.wait()
    assert eyes.watching == 0


async def test_when_the_eye_dies_it_says_so_and_goes_on_when_it_is_back(socket: Path):
    clock = SetClock()
    watching = SocketEyes(lambda _: socket, clock).watch("cam", at_ms=None, width=640)
    assert await anext(watching) == Withheld(RESTARTED)
    eyes = ScriptedEyes(SHOWN[1:])
    async with serving(socket, eyes):
        going_on = asyncio.get_running_loop().create_task(anext_of(watching))
        while not going_on.done():
            clock.pass_(seconds=1)
            await asyncio.sleep(0.001)
        assert going_on.result() == SHOWN[1]
        await anext(watching)
    await anext(watching)
    assert await anext(watching) == Withheld(RESTARTED)
    await watching.aclose()


async def anext_of(items: AsyncIterator[Shown]) -> Shown:
    return await anext(items)


async def test_playing_goes_on_where_it_was_when_the_eye_died(socket: Path):
    clock = SetClock()
    eyes = ScriptedEyes(SHOWN)
    async with serving(socket, eyes):
        watching = SocketEyes(lambda _: socket, clock).watch("cam", at_ms=900, width=640)
        assert [await anext(watching) for _ in SHOWN] == SHOWN
    assert await anext(watching) == Withheld(RESTARTED)
    again = ScriptedEyes(SHOWN)
    async with serving(socket, again):
        going_on = asyncio.get_running_loop().create_task(anext_of(watching))
        while not going_on.done():
            clock.pass_(seconds=1)
            await asyncio.sleep(0.001)
    assert again.asked == [("cam", 1100, 640)]
    await watching.aclose()


async def test_a_snapshot_comes_or_its_reason(socket: Path):
    client = SocketEyes(lambda _: socket, SetClock())
    with pytest.raises(PictureWithheld, match="restarted"):
        await client.snapshot("cam", width=5)
    async with serving(socket, ScriptedEyes(SHOWN)):
        assert await client.snapshot("cam", width=5) == b"\xff\xd8cam\0\0\0\0\0"
        assert await client.snapshot("cam", width=5, at_ms=77) == b"\xff\xd8cam77"
        with pytest.raises(PictureWithheld, match="no pictures"):
            await client.snapshot("dark", width=5)


async def test_who_speaks_another_language_is_sent_away(socket: Path):
    eyes = ScriptedEyes(SHOWN)
    async with serving(socket, eyes):
        for nonsense in (
            b"GET / HTTP/1.1\r\n\r\n",
            b"\0\0\0\x03\0{}",
            b"\0\0\0\x01\x07",
            b"\xff\xff\xff\xff\0",
        ):
            reader, writer = await asyncio.open_unix_connection(str(socket))
            writer.write(nonsense)
            async with asyncio.timeout(10):
                assert await reader.read() == b""
            writer.close()
    assert eyes.asked == []


texts = st.text(max_size=50)
numbers = st.integers(0, 2**63)
anything_shown = st.one_of(
    st.builds(Started, texts, st.binary(max_size=50), numbers),
    st.builds(Chunk, st.binary(max_size=50), numbers, numbers),
    st.builds(Withheld, texts),
    st.builds(Ended, texts),
)


@given(anything_shown)
def test_what_is_shown_survives_the_wire(shown: Shown):
    frame = encode_shown(shown)
    assert int.from_bytes(frame[:4], "big") == len(frame) - 4
    assert decode_shown(frame[4], frame[5:]) == shown


@given(st.integers(0, 255), st.binary(max_size=60))
def test_no_bytes_raise_anything_but_a_value_error(kind: int, body: bytes):
    try:
        shown = decode_shown(kind, body)
    except ValueError:
        return
    assert isinstance(shown, Started | Chunk | Withheld | Ended)


class RestlessEyes(ScriptedEyes):
    """Shows one picture after the other and looks at nobody."""

    async def watch(self, *_: object, **__: object) -> AsyncGenerator[Shown, None]:
        yield SHOWN[1]
        try:
            while True:
                yield SHOWN[2]
                await asyncio.sleep(0)
        finally:
            self.gone.set()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_one_who_goes_in_the_middle_of_a_picture_is_no_error(run: Any, socket: Path):
    errors: list[dict[str, Any]] = []

    async def story() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        eyes = RestlessEyes(SHOWN)
        async with serving(socket, eyes):
            for _ in range(20):
                eyes.gone.clear()
                shown = SocketEyes(lambda _: socket, SetClock()).watch("cam", at_ms=None, width=320)
                async with aclosing(shown), asyncio.timeout(10):
                    assert [type(await anext(shown)) for _ in range(5)] == [Started, *[Chunk] * 4]
                async with asyncio.timeout(10):
                    await eyes.gone.wait()

    run(story())
    assert errors == []
