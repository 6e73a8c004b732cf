"""The wire itself: a TCP connection on the event loop that drives the client, and reads pictures where they lie.

Implements `cameras.Wire` for rtsp:// with H.264 over TCP.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Callable
from typing import cast

from safecity.adapters.devices.rtsp.address import Address, parse_address
from safecity.adapters.devices.rtsp.client import Client, Command, Fail, Listen, Playing, Send, Step
from safecity.adapters.devices.rtsp.h264 import Depacketiser
from safecity.adapters.devices.rtsp.messages import BadMessage, Framer, Request, Response
from safecity.adapters.devices.rtsp.rtp import RtpReader, says_goodbye
from safecity.base import Clock, to_ms
from safecity.cameras import CameraAbsent, CameraGone, CameraSilent, NotVideo, Sink, Transport, WireError


def _fresh_cnonce() -> str:
    return secrets.token_hex(8)


class RtspWire:
    """Hears cameras that speak RTSP over TCP. One object serves any number of cameras."""

    def __init__(self, clock: Clock, cnonce: Callable[[], str] = _fresh_cnonce) -> None:
        self._clock = clock
        self._cnonce = cnonce

    async def watch(
        self,
        url: str,
        sink: Sink,
        *,
        answer_s: float,
        silent_s: float,
        transport: Transport = Transport.AUTO,
        audio: bool = False,
    ) -> None:
        """As `cameras.Wire.watch`. Raises BadInput for an address that is not rtsp://."""
        address = parse_address(url)
        client = Client(address, self._cnonce)
        link = _Link(address.name, sink, self._clock, client, answer_s=answer_s, silent_s=silent_s)
        try:
            await _connect(link, address, answer_s)
            await link.ended
        finally:
            link.close()


async def _connect(link: _Link, address: Address, answer_s: float) -> None:
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(answer_s):
            await loop.create_connection(lambda: link, address.host, address.port)
    except TimeoutError as error:
        raise CameraAbsent(f"Nothing answers at {address.name} within {answer_s:g} s.") from error
    except OSError as error:
        raise CameraAbsent(f"The camera at {address.name} cannot be reached: {_why(error)}.") from error


def _why(error: OSError) -> str:
    if isinstance(error, socket.gaierror):
        return "its name is not known"
    if isinstance(error, ConnectionRefusedError):
        return "the connection is refused"
    return (error.strerror or "the network failed").lower()


class _Link(asyncio.BufferedProtocol):
    """One connection. Frames are read in place; everything else goes through the client's table."""

    def __init__(
        self, name: str, sink: Sink, clock: Clock, client: Client, *, answer_s: float, silent_s: float
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._name = f"The camera at {name}"
        self._sink = sink
        self._clock = clock
        self._client = client
        self._answer_s = answer_s
        self._silent_s = silent_s
        self._framer = Framer(self._on_frame, self._on_message)
        self._transport: asyncio.Transport | None = None
        self._channel = -1
        self._reader: RtpReader | None = None
        self._pictures: Depacketiser | None = None
        self._counted = 0
        self._answer_timer: asyncio.TimerHandle | None = None
        self._picture_timer: asyncio.TimerHandle | None = None
        self._life_timer: asyncio.TimerHandle | None = None
        self.ended: asyncio.Future[None] = self._loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by deed, not by descent
        self._obey(self._client.start())

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002
        return self._framer.get_buffer()

    def buffer_updated(self, nbytes: int) -> None:
        if self.ended.done():
            return
        try:
            self._framer.received(nbytes)
        except BadMessage as error:
            if self._client.step is Step.PLAYING:
                self._fail(CameraGone(f"{self._name} broke off its stream: {error.sentence}"))
            else:
                self._fail(NotVideo(f"{self._name} does not speak proper RTSP: {error.sentence}"))

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        if exc is not None and not isinstance(exc, OSError) and not self.ended.done():
            self.ended.set_exception(exc)  # a fault of ours, or of the sink: it is not the camera's
        when = "the stream" if self._pictures is not None else "the connection before it sent pictures"
        self._fail(CameraGone(f"{self._name} ended {when}."))

    def close(self) -> None:
        """Says goodbye, if there is someone to say it to, and closes the connection at once."""
        for timer in (self._answer_timer, self._picture_timer, self._life_timer):
            if timer is not None:
                timer.cancel()
        transport, self._transport = self._transport, None
        if transport is None:
            return
        if not transport.is_closing():
            for command in self._client.close():
                if isinstance(command, Send):
                    transport.write(command.data)
        if transport.get_write_buffer_size():
            transport.abort()  # it takes nothing any more, so it will not hear us either
        else:
            transport.close()

    def _on_frame(self, channel: int, begin: int, end: int) -> None:
        reader, pictures = self._reader, self._pictures
        if reader is None or pictures is None:
            return
        framer = self._framer
        if channel == self._channel:
            lost = reader.read(framer.buffer, begin, end)
            if lost:
                if lost < 0:
                    return
                pictures.lose(lost)
            pictures.take(framer.view, reader.begin, reader.end, reader.time, reader.marker)
        elif channel == self._channel + 1 and says_goodbye(framer.buffer, begin, end):
            self._obey(self._client.goodbye())

    def _on_message(self, message: Request | Response) -> None:
        if isinstance(message, Request):
            self._obey(self._client.asked(message))
            return
        commands = self._client.answered(message)
        if commands and self._answer_timer is not None:
            self._answer_timer.cancel()
            self._answer_timer = None
        self._obey(commands)

    def _obey(self, commands: list[Command]) -> None:
        for command in commands:
            match command:
                case Send(data, awaited):
                    if self._transport is not None and not self._transport.is_closing():
                        self._transport.write(data)
                    if awaited:
                        self._answer_timer = self._loop.call_later(self._answer_s, self._no_answer)
                case Listen(video, channel):
                    self._channel = channel
                    self._reader = RtpReader(video.payload_type)
                    self._pictures = Depacketiser(
                        self._sink,
                        self._now_ms,
                        clock_hz=video.clock_hz,
                        parameter_sets=video.parameter_sets,
                    )
                case Playing(keep_alive_s):
                    self._picture_timer = self._loop.call_later(self._silent_s, self._still_there)
                    self._life_timer = self._loop.call_later(keep_alive_s, self._sign_of_life, keep_alive_s)
                case Fail(error):
                    self._fail(error)

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())

    def _fail(self, error: WireError) -> None:
        if not self.ended.done():
            self.ended.set_exception(error)

    def _no_answer(self) -> None:
        words = f"{self._name} takes the call but does not answer {self._client.step} within {self._answer_s:g} s."
        self._fail(CameraSilent(words))

    def _sign_of_life(self, keep_alive_s: float) -> None:
        self._obey(self._client.keep_alive())
        if self._client.step is Step.PLAYING:
            self._life_timer = self._loop.call_later(keep_alive_s, self._sign_of_life, keep_alive_s)

    def _still_there(self) -> None:
        """Looks after each `silent_s` whether a picture came; silence is noticed within twice that time."""
        pictures = self._pictures.pictures if self._pictures is not None else 0
        if pictures == self._counted:
            self._fail(CameraSilent(f"{self._name} sent no picture for {self._silent_s:g} s."))
            return
        self._counted = pictures
        self._picture_timer = self._loop.call_later(self._silent_s, self._still_there)
