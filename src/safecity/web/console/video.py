"""The video socket: up to sixteen channels of pictures over one WebSocket, masked unless there is a permit.

Text from the browser: `{"open": 1, "camera": id, "at": ISO time or null, "purpose": "incident:…"|"wall"|"review",
"width": 640, "rate": 1, "permit": id or null}`, `{"close": 1}`, `{"ping": its own time}`. Text to it: `start`,
`withheld`, `ended`, and `pong` with the server's time, by which it knows how old a picture is. Binary: u16 channel
(little endian), u8 what: 0 and the initialisation segment; or 1, f64 wall_ms (when the picture was received from the
camera), f64 media_ms (where it stands on the media timeline), and the media fragment. Every look is in the journal
before the first picture goes out.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

import msgspec
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from safecity.access import Action, allow
from safecity.base import BadInput, SafeCityError, from_ms, to_ms
from safecity.cameras import camera as camera_of
from safecity.footage import Chunk, Ended, Shown, Started, Withheld, watch
from safecity.web import line
from safecity.web.ask import Ask, Who, ask_of
from safecity.web.given import Id, whole
from safecity.web.house import House
from safecity.web.sentences import decode_sentence, validation_sentence

INIT_HEAD = struct.Struct("<HB")
MEDIA_HEAD = struct.Struct("<HBdd")
INIT, MEDIA = 0, 1
LAG_MOST_MS = 10_000
WIDTH_PX = 640
TOO_LARGE = 64 * 1024
MOST_CHANNEL = 65_535
Channel = Annotated[int, msgspec.Meta(ge=0, le=MOST_CHANNEL)]
Purpose = Annotated[str, whole("wall|review|(?:incident|alert):[0-9a-f-]{36}")]


class Word(msgspec.Struct, forbid_unknown_fields=True):
    """What a browser says: open a channel, close one, or ask what time it is here."""

    open: Channel | None = None
    close: Channel | None = None
    ping: float | None = None
    camera: Id | None = None
    at: datetime | None = None
    purpose: Purpose = "wall"
    width: Annotated[int, msgspec.Meta(ge=160, le=1920)] = WIDTH_PX
    rate: Annotated[float, msgspec.Meta(ge=0.25, le=16)] = 1.0
    permit: Id | None = None


class Say(msgspec.Struct, omit_defaults=True):
    """What the server says about a channel."""

    ch: int
    kind: str
    mime: str = ""
    camera: str = ""
    start: datetime | None = msgspec.field(name="from", default=None)
    reason: str = ""
    ping: float | None = None
    now_ms: int | None = None


class Envelopes:
    """The messages of the picture that goes out just now: who sees it on the same channel gets the same bytes.

    All who watch a camera are woken one after the other for the same chunk, so that one picture at a time is enough.
    """

    def __init__(self) -> None:
        self._chunk: Chunk | None = None
        self._made: dict[int, bytes] = {}

    def of(self, channel: int, chunk: Chunk) -> bytes:
        """A picture as it goes to a channel."""
        if chunk is not self._chunk:
            self._chunk, self._made = chunk, {}
        made = self._made.get(channel)
        if made is None:
            made = MEDIA_HEAD.pack(channel, MEDIA, chunk.wall_ms, chunk.media_ms) + chunk.data
            self._made[channel] = made
        return made

    def forget(self) -> None:
        """Lets go of the picture: nobody may be left who sees it."""
        self._chunk, self._made = None, {}


@dataclass
class Screen:
    """One browser's channels. Sending waits for the line; a channel that falls ten seconds behind is ended."""

    ask: Ask
    socket: WebSocket
    send: Send
    envelopes: Envelopes
    tasks: asyncio.TaskGroup
    channels: dict[int, asyncio.Task[None]] = field(default_factory=dict[int, "asyncio.Task[None]"])

    async def hear(self, word: Word) -> None:
        """Does what the browser says. Raises BadInput."""
        if word.open is not None:
            self.open(word.open, word)
        elif word.close is not None:
            self.close(word.close)
        elif word.ping is not None:
            now_ms = to_ms(self.ask.house.node.clock.now())
            await self.say(Say(0, "pong", ping=word.ping, now_ms=now_ms))
        else:
            raise BadInput("Please say which channel to open or to close.")

    def open(self, channel: int, word: Word) -> None:
        """Opens a channel, or opens it anew. Raises BadInput where there are too many."""
        self.close(channel)
        if word.camera is None:
            raise BadInput("Please say which camera to show.")
        most = self.ask.house.settings.video_channels
        if len(self.channels) >= most:
            raise BadInput(f"At most {most} pictures can be shown at once; please close one first.")
        task = self.tasks.create_task(self._show(channel, word.camera, word))
        self.channels[channel] = task
        task.add_done_callback(lambda done: self._ended(channel, done))

    def close(self, channel: int) -> None:
        """Closes a channel; one that is not open is no error."""
        task = self.channels.pop(channel, None)
        if task is not None:
            task.cancel()

    def close_all(self) -> None:
        """The browser is gone."""
        for channel in list(self.channels):
            self.close(channel)
        self.envelopes.forget()

    def _ended(self, channel: int, task: asyncio.Task[None]) -> None:
        if self.channels.get(channel) is task:
            del self.channels[channel]

    async def _show(self, channel: int, camera: str, word: Word) -> None:
        house = self.ask.house
        at_ms = to_ms(word.at) if word.at else None
        try:
            name = (await camera_of(house.node, camera)).id
            pictures = watch(
                house.node,
                self.ask.by,
                house.eyes,
                camera=name,
                at_ms=at_ms,
                purpose=word.purpose,
                width=word.width,
                rate=word.rate,
                permit=word.permit,
            )
            async with aclosing(pictures):
                await self._send_all(channel, name, pictures, live=at_ms is None)
        except SafeCityError as refused:
            await self.say(Say(channel, "ended", reason=refused.sentence))
        except WebSocketDisconnect:
            return

    async def _send_all(
        self, channel: int, camera: str, pictures: AsyncIterator[Shown], *, live: bool
    ) -> None:
        async for shown in pictures:
            match shown:
                case Chunk():
                    # Once a second is enough, and the clock costs as much as the message.
                    if live and shown.is_key and self._is_late(shown):
                        await self.say(Say(channel, "ended", reason="The line is too slow for this picture."))
                        return
                    await line.send_picture(self.send, self.envelopes.of(channel, shown))
                case Started(mime=mime, init=init, wall_ms=wall_ms):
                    await self.say(Say(channel, "start", mime=mime, camera=camera, start=from_ms(wall_ms)))
                    await line.send(self.socket, INIT_HEAD.pack(channel, INIT) + init)
                case Withheld(reason=reason):
                    await self.say(Say(channel, "withheld", reason=reason))
                case Ended(reason=reason):
                    await self.say(Say(channel, "ended", reason=reason))
                    return

    def _is_late(self, chunk: Chunk) -> bool:
        return to_ms(self.ask.house.node.clock.now()) - chunk.wall_ms > LAG_MOST_MS

    async def say(self, word: Say) -> None:
        """Sends a text message."""
        with suppress(WebSocketDisconnect):  # who has gone is noticed where we listen
            await line.send(self.socket, msgspec.json.encode(word).decode())


def read_word(text: str) -> Word:
    """What a browser said. Raises BadInput."""
    if len(text) > TOO_LARGE:
        raise BadInput("This message is too large.")
    try:
        return msgspec.json.decode(text, type=Word)
    except msgspec.ValidationError as error:
        raise BadInput(validation_sentence(str(error))) from None
    except msgspec.DecodeError as error:
        raise BadInput(decode_sentence(str(error))) from None


@dataclass(frozen=True)
class Video:
    """The ASGI application of the video socket: one for all browsers."""

    house: House
    envelopes: Envelopes = field(default_factory=Envelopes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one browser until it goes away."""
        await _show(self, WebSocket(scope, receive, send), send)


async def _show(video: Video, socket: WebSocket, send: Send) -> None:
    try:
        ask = await ask_of(video.house, socket, Who.PEOPLE)
        allow(ask.by, Action.LOOK)
    except SafeCityError as refused:
        await line.refuse(socket, refused)
        return
    await socket.accept()
    async with line.until_stopped(socket), asyncio.TaskGroup() as tasks:
        screen = Screen(ask, socket, send, video.envelopes, tasks)
        while (message := await socket.receive())["type"] == "websocket.receive":
            text = message.get("text") or ""
            try:
                await screen.hear(read_word(text))
            except BadInput as refused:
                await screen.say(Say(channel_in(text), "ended", reason=refused.sentence))
        screen.close_all()


def channel_in(text: str) -> int:
    """The channel that a message was about, as far as it can be told."""
    try:
        channel = msgspec.json.decode(text, type=dict[str, object]).get("open", 0)
    except msgspec.DecodeError:
        return 0
    return channel if isinstance(channel, int) and 0 <= channel <= MOST_CHANNEL else 0
