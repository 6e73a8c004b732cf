"""Pictures for people over a unix socket: from an eye (`WatchServer`) to the control process (`SocketEyes`).

One connection is one watch or one snapshot; closing it ends the watch. Frames are u32 length, u8 kind, body (big
endian; the length counts kind and body). From the client once: kind 0, JSON {"camera", "at_ms", "width", "snapshot",
"rate", "unmasked": null or {"permit", "viewer", "until_ms"}}.
From the server:
1 started   u64 wall_ms, u16 length of the MIME type, MIME type, initialisation segment
2 chunk     u64 wall_ms, u64 media_ms, u8 is_key, media fragment
3 withheld  the reason
4 ended     the reason; the connection is closed
5 jpeg      the snapshot; the connection is closed
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import msgspec

from safecity.base import Clock
from safecity.footage import Chunk, Ended, Eyes, PictureWithheld, Shown, Started, Unmasked, Withheld

ASK, STARTED, CHUNK, WITHHELD, ENDED, JPEG = range(6)
LARGEST_ASK, LARGEST_FRAME = 1024, 16 << 20
ASK_WITHIN_S = 5.0
AGAIN_S = 1.0
SNAPSHOT_WITHIN_S = 10.0
RESTARTED = "The masking process is being restarted."

_HEAD = struct.Struct(">IB")
_STARTED = struct.Struct(">QH")
_CHUNK = struct.Struct(">QQ?")


@dataclass(frozen=True)
class _Ask:
    camera: str
    at_ms: int | None
    width: int
    snapshot: bool = False
    rate: float = 1.0
    unmasked: Unmasked | None = None


class WatchServer:
    """Serves an eye's masked pictures at a socket that only this user may open."""

    def __init__(self, path: Path, eyes: Eyes) -> None:
        self._path = path
        self._eyes = eyes
        self._open: set[asyncio.StreamWriter] = set()

    async def serve(self) -> None:
        """Serves until it is cancelled. Raises OSError where there can be no socket."""
        self._path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)  # left by a process that was killed
        server = await asyncio.start_unix_server(self._answer, str(self._path))
        self._path.chmod(0o600)
        try:
            async with server:
                await server.serve_forever()
        finally:
            for writer in self._open:
                writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            async with asyncio.timeout(ASK_WITHIN_S):
                kind, body = await _receive(reader, LARGEST_ASK)
            if kind == ASK:
                ask = msgspec.json.decode(body, type=_Ask)
                await self._until_gone(ask, reader, writer)
        except (asyncio.IncompleteReadError, OSError, TimeoutError, msgspec.DecodeError, _NoFrame):
            pass  # whoever asked has gone, or speaks another language
        finally:
            self._open.discard(writer)
            writer.close()

    async def _until_gone(
        self, ask: _Ask, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Sends what was asked for; stops at once when the other side closes."""
        loop = asyncio.get_running_loop()
        sending = loop.create_task(self._send(ask, writer))
        leaving = loop.create_task(reader.read(1))
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            leaving.cancel()
            sending.cancel()
            await asyncio.gather(sending, leaving, return_exceptions=True)
        if sending.done() and not sending.cancelled():
            sending.result()  # what went wrong in an eye must not go unseen

    async def _send(self, ask: _Ask, writer: asyncio.StreamWriter) -> None:
        if ask.snapshot:
            try:
                jpeg = await self._eyes.snapshot(
                    ask.camera, width=ask.width, at_ms=ask.at_ms, unmasked=ask.unmasked
                )
                frame = _frame(JPEG, jpeg)
            except PictureWithheld as error:
                frame = _frame(WITHHELD, error.sentence.encode())
            await _give(writer, frame)
            return
        shown = self._eyes.watch(
            ask.camera, at_ms=ask.at_ms, width=ask.width, rate=ask.rate, unmasked=ask.unmasked
        )
        async with aclosing(shown) as items:
            async for each in items:
                await _give(writer, encode_shown(each))


class SocketEyes:
    """Fills `footage.Eyes`: asks the eye that looks at a camera. `path_of` says where that eye's socket is."""

    def __init__(self, path_of: Callable[[str], Path], clock: Clock) -> None:
        self._path_of = path_of
        self._clock = clock

    async def watch(
        self,
        camera: str,
        *,
        at_ms: int | None,
        width: int,
        rate: float = 1.0,
        unmasked: Unmasked | None = None,
    ) -> AsyncGenerator[Shown, None]:
        """As `footage.Eyes`; an eye that is dead is tried again, and playing goes on where it was."""
        reason = ""
        while True:
            ask = _Ask(camera, at_ms, width, rate=rate, unmasked=unmasked)
            async with aclosing(self._once(ask)) as items:
                async for shown in items:
                    reason = shown.reason if isinstance(shown, Withheld) else ""
                    if isinstance(shown, Chunk) and at_ms is not None:
                        at_ms = shown.wall_ms
                    yield shown
                    if isinstance(shown, Ended):
                        return
            if reason != RESTARTED:
                reason = RESTARTED
                yield Withheld(RESTARTED)
            await self._clock.sleep(AGAIN_S)

    async def snapshot(
        self, camera: str, *, width: int, at_ms: int | None = None, unmasked: Unmasked | None = None
    ) -> bytes:
        """As `footage.Eyes`."""
        try:
            async with asyncio.timeout(SNAPSHOT_WITHIN_S):
                kind, body = await self._ask_once(
                    _Ask(camera, at_ms, width, snapshot=True, unmasked=unmasked)
                )
        except TimeoutError as error:
            raise PictureWithheld("The picture could not be masked in time.") from error
        except (OSError, asyncio.IncompleteReadError, _NoFrame) as error:
            raise PictureWithheld(RESTARTED) from error
        if kind != JPEG:
            raise PictureWithheld(body.decode(errors="replace") or RESTARTED)
        return body

    async def _once(self, ask: _Ask) -> AsyncGenerator[Shown, None]:
        """One connection; ends when the eye does."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(self._path_of(ask.camera)))
        except OSError:
            return
        try:
            writer.write(_frame(ASK, msgspec.json.encode(ask)))
            while True:
                yield decode_shown(*await _receive(reader, LARGEST_FRAME))
        except (asyncio.IncompleteReadError, OSError, _NoFrame):
            return
        finally:
            writer.close()

    async def _ask_once(self, ask: _Ask) -> tuple[int, bytes]:
        reader, writer = await asyncio.open_unix_connection(str(self._path_of(ask.camera)))
        try:
            writer.write(_frame(ASK, msgspec.json.encode(ask)))
            return await _receive(reader, LARGEST_FRAME)
        finally:
            writer.close()


class _NoFrame(ValueError):
    """What came is no frame of this wire."""


def encode_shown(shown: Shown) -> bytes:
    """What an eye shows, as a frame."""
    if isinstance(shown, Started):
        mime = shown.mime.encode()
        return _frame(STARTED, _STARTED.pack(shown.wall_ms, len(mime)) + mime + shown.init)
    if isinstance(shown, Chunk):
        return _frame(CHUNK, _CHUNK.pack(shown.wall_ms, shown.media_ms, shown.is_key) + shown.data)
    return _frame(WITHHELD if isinstance(shown, Withheld) else ENDED, shown.reason.encode())


def decode_shown(kind: int, body: bytes) -> Shown:
    """What a frame shows. Raises ValueError where it is none."""
    try:
        if kind == STARTED:
            wall_ms, size = _STARTED.unpack_from(body)
            end = _STARTED.size + size
            return Started(body[_STARTED.size : end].decode(), body[end:], wall_ms)
        if kind == CHUNK:
            wall_ms, media_ms, is_key = _CHUNK.unpack_from(body)
            return Chunk(body[_CHUNK.size :], wall_ms, media_ms, is_key=is_key)
        if kind in (WITHHELD, ENDED):
            return (Withheld if kind == WITHHELD else Ended)(body.decode())
    except (struct.error, UnicodeDecodeError) as error:
        raise _NoFrame from error
    raise _NoFrame


def _frame(kind: int, body: bytes) -> bytes:
    return _HEAD.pack(1 + len(body), kind) + body


async def _receive(reader: asyncio.StreamReader, largest: int) -> tuple[int, bytes]:
    """The next frame. Raises IncompleteReadError at the end, ValueError for what is no frame."""
    length, kind = _HEAD.unpack(await reader.readexactly(_HEAD.size))
    if not 1 <= length <= largest:
        raise _NoFrame
    return kind, await reader.readexactly(length - 1)


async def _give(writer: asyncio.StreamWriter, frame: bytes) -> None:
    """Sends a frame. Raises OSError where the other side has gone; to write then is another error in each loop."""
    if writer.is_closing():
        raise ConnectionResetError
    writer.write(frame)
    await writer.drain()
