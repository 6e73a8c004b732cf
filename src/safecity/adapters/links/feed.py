"""Live pictures over a unix socket: from a recorder (`FeedServer`) to eyes (`SocketFeed`).

Frames are u32 length, u8 kind, body (big endian; the length counts kind and body).
From the client once: kind 0, JSON {"camera", "keyframes_only", "sub"}. From the server:
1 track    a `cameras.Track` as MessagePack
2 picture  u8 is_key, u64 time, u64 received_ms, then u32 length and bytes of each NAL unit
3 end      the stream is over; the connection is closed
A client that reads too slowly misses pictures up to the next keyframe; it never slows the recorder.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import msgspec

from safecity.cameras import Picture, Track
from safecity.footage import Live

ASK, TRACK, PICTURE, END = range(4)
LARGEST_ASK = 1024
LARGEST_FRAME = 64 << 20
MOST_QUEUED = 4 << 20  # bytes a client may be behind, and one picture more

_HEAD = struct.Struct(">IB")
_PICTURE = struct.Struct(">?QQ")


@dataclass(frozen=True)
class _Ask:
    camera: str
    keyframes_only: bool
    sub: bool


class FeedServer:
    """Serves the live pictures of one recorder at a socket that only this user may open."""

    def __init__(self, path: Path, live: Live) -> None:
        self._path = path
        self._live = live
        self._last: tuple[Picture, bytes] | None = None

    async def serve(self) -> None:
        """Serves until it is cancelled. Raises OSError where there can be no socket."""
        self._path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        self._path.unlink(missing_ok=True)  # left by a process that was killed
        loop = asyncio.get_running_loop()
        server = await loop.create_unix_server(lambda: _Client(self, self._live), str(self._path))
        self._path.chmod(0o600)
        async with server:
            await server.serve_forever()

    def encoded(self, picture: Picture) -> bytes:
        """A picture as a frame; made once for all who hear it."""
        if self._last is None or self._last[0] is not picture:
            self._last = picture, encode_picture(picture)
        return self._last[1]


class _Client(asyncio.Protocol):
    """One subscriber, heard as `footage.Listener`."""

    def __init__(self, server: FeedServer, live: Live) -> None:
        self._server = server
        self._live = live
        self._asked = b""
        self._ask: _Ask | None = None
        self._skips = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's derive from no class of asyncio's

    def data_received(self, data: bytes) -> None:
        """The one question; anything else ends the connection."""
        self._asked += data
        if self._ask is not None or len(self._asked) > LARGEST_ASK:
            self._close()
            return
        if len(self._asked) < _HEAD.size:
            return
        length, kind = _HEAD.unpack_from(self._asked)
        if kind != ASK or length > LARGEST_ASK:
            self._close()
        elif len(self._asked) >= 4 + length:
            try:
                self._ask = msgspec.json.decode(self._asked[_HEAD.size : 4 + length], type=_Ask)
            except msgspec.DecodeError:
                self._close()
                return
            self._live.join(self._ask.camera, self, sub=self._ask.sub)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio says why; it is the same to us
        self._transport = None
        if self._ask is not None:
            self._live.leave(self._ask.camera, self)

    def on_track(self, track: Track) -> None:
        """As `footage.Listener`."""
        if self._transport is not None:
            self._transport.write(encode_track(track))

    def on_picture(self, picture: Picture) -> None:
        """As `footage.Listener`: writes, or skips to the next keyframe where the client is behind."""
        transport, ask = self._transport, self._ask
        if (
            transport is None
            or ask is None
            or not (picture.is_key or not (self._skips or ask.keyframes_only))
        ):
            return
        self._skips = transport.get_write_buffer_size() > MOST_QUEUED
        if not self._skips:
            transport.write(self._server.encoded(picture))

    def on_end(self) -> None:
        """As `footage.Listener`."""
        if self._transport is not None:
            self._transport.write(_HEAD.pack(1, END))
            self._close()

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class SocketFeed:
    """Fills `footage.Feed` for the cameras of one recorder."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def subscribe(
        self, camera: str, *, keyframes_only: bool, sub: bool = False
    ) -> AsyncIterator[Track | Picture]:
        """As `footage.Feed`; ends at once where the recorder is not there, and at anything that is no frame."""
        try:
            reader, writer = await asyncio.open_unix_connection(str(self._path), limit=1 << 20)
        except OSError:
            return
        try:
            body = msgspec.json.encode(_Ask(camera, keyframes_only, sub))
            writer.write(_HEAD.pack(1 + len(body), ASK) + body)
            while True:
                length, kind = _HEAD.unpack(await reader.readexactly(_HEAD.size))
                if kind not in (TRACK, PICTURE) or not 1 <= length <= LARGEST_FRAME:
                    return
                found = await reader.readexactly(length - 1)
                yield decode_track(found) if kind == TRACK else decode_picture(found)
        except (asyncio.IncompleteReadError, OSError, struct.error, msgspec.DecodeError):
            return
        finally:
            writer.close()


def encode_track(track: Track) -> bytes:
    """A track as a frame."""
    body = msgspec.msgpack.encode(track)
    return _HEAD.pack(1 + len(body), TRACK) + body


def decode_track(body: bytes) -> Track:
    """The track of a frame's body. Raises msgspec.DecodeError."""
    return msgspec.msgpack.decode(body, type=Track)


def encode_picture(picture: Picture) -> bytes:
    """A picture as a frame."""
    pieces = [b"", _PICTURE.pack(picture.is_key, picture.time, picture.received_ms)]
    for nal in picture.nals:
        pieces += (len(nal).to_bytes(4, "big"), nal)
    pieces[0] = _HEAD.pack(1 + sum(map(len, pieces)), PICTURE)
    return b"".join(pieces)


def decode_picture(body: bytes) -> Picture:
    """The picture of a frame's body. Raises struct.error."""
    is_key, time, received_ms = _PICTURE.unpack_from(body)
    nals: list[bytes] = []
    at = _PICTURE.size
    while at < len(body):
        (size,) = struct.unpack_from(">I", body, at)
        nals.append(body[at + 4 : at + 4 + size])
        at += 4 + size
    return Picture(nals, is_key, time, received_ms, sum(map(len, nals)))
