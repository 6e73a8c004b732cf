"""The wire itself: a connection on the event loop that drives the client, and reads pictures where they lie.

Implements `cameras.Wire` for rtsp:// and rtsps://, over TCP, TLS and UDP.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import ssl
from collections.abc import Callable
from typing import cast

from safecity.adapters.devices.rtsp.address import Address, parse_address
from safecity.adapters.devices.rtsp.client import (
    Client,
    Command,
    Fail,
    Listen,
    OpenPorts,
    Playing,
    Send,
    Step,
    Way,
)
from safecity.adapters.devices.rtsp.messages import BadMessage, Framer, Request, Response
from safecity.adapters.devices.rtsp.sdp import Audio, Video
from safecity.adapters.devices.rtsp.stream import PictureStream, SoundStream, Stream
from safecity.adapters.devices.rtsp.tls import camera_context, check_certificate
from safecity.adapters.devices.rtsp.udp import Ports
from safecity.base import BadInput, Clock
from safecity.cameras import CameraAbsent, CameraGone, CameraSilent, NotVideo, Sink, Transport, WireError

REPORT_S = 5.0  # how often the camera hears what arrived (RFC 3550 section 6.2)
MOST_REMEMBERED = 10_000


def _fresh_cnonce() -> str:
    return secrets.token_hex(8)


class RtspWire:
    """Hears cameras that speak RTSP. One object serves any number of cameras.

    It remembers which cameras refused TCP, so that they are asked for UDP first the next time.
    """

    def __init__(self, clock: Clock, cnonce: Callable[[], str] = _fresh_cnonce) -> None:
        self._clock = clock
        self._cnonce = cnonce
        self._udp: set[str] = set()

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
        """As `cameras.Wire.watch`. Raises BadInput for an address that is neither rtsp:// nor rtsps://."""
        address = parse_address(url)
        if address.is_secure and transport is Transport.UDP:
            raise BadInput("Over rtsps:// pictures come over TCP only; UDP would carry them for all to see.")
        way = Transport.TCP if address.is_secure else transport
        client = Client(address, self._cnonce, transport=way, udp_first=address.url in self._udp, audio=audio)
        link = _Link(address, sink, self._clock, client, answer_s=answer_s, silent_s=silent_s)
        try:
            await _connect(link, address, answer_s)
            await link.ended
        finally:
            link.close()
            self._remember(address.url, client.over_udp and link.had_pictures)

    def _remember(self, url: str, over_udp: bool) -> None:
        if over_udp and len(self._udp) < MOST_REMEMBERED:
            self._udp.add(url)
        elif not over_udp:  # a camera that sends nothing over UDP is asked for TCP again
            self._udp.discard(url)


async def _connect(link: _Link, address: Address, answer_s: float) -> None:
    loop = asyncio.get_running_loop()
    context = camera_context() if address.is_secure else None
    try:
        async with asyncio.timeout(answer_s):
            await loop.create_connection(lambda: link, address.host, address.port, ssl=context)
    except TimeoutError as error:
        raise CameraAbsent(f"Nothing answers at {address.name} within {answer_s:g} s.") from error
    except ssl.SSLError as error:
        raise CameraAbsent(f"What answers at {address.name} speaks no TLS that we know.") from error
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
        self, address: Address, sink: Sink, clock: Clock, client: Client, *, answer_s: float, silent_s: float
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._address = address
        self._name = f"The camera at {address.name}"
        self._sink = sink
        self._clock = clock
        self._client = client
        self._answer_s = answer_s
        self._silent_s = silent_s
        self._framer = Framer(self._on_frame, self._on_message)
        self.get_buffer = self._framer.get_buffer  # it is called for each read: without a detour
        self._transport: asyncio.Transport | None = None
        self._ports: dict[int, Ports] = {}
        self._streams: list[tuple[Way, Stream]] = []
        self._channels: dict[int, Stream] = {}
        self._pictures: PictureStream | None = None
        self._counted = 0
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self.ended: asyncio.Future[None] = self._loop.create_future()
        self.had_pictures = False  # whether any came; known when it is closed

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is one by deed, not by descent
        secured = cast("ssl.SSLObject | None", transport.get_extra_info("ssl_object"))
        try:
            check_certificate(self._address, secured.getpeercert(binary_form=True) if secured else None)
        except WireError as error:
            self._fail(error)
            return
        self._obey(self._client.start())

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._framer.get_buffer(sizehint)

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
        """Says goodbye, if there is someone to say it to, closes all at once, and gives the memory back.

        Its error refers to it, and its parts to each other, so it stays until the next collection of garbage.
        """
        for timer in self._timers.values():
            timer.cancel()
        for ports in self._ports.values():
            ports.close()
        self.had_pictures = self._pictures is not None and self._pictures.pictures.pictures > 0
        self._hang_up()
        for each in (self._timers, self._ports, self._streams, self._channels):
            each.clear()
        self._pictures = None
        self._framer.release()

    def _hang_up(self) -> None:
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
        stream = self._channels.get(channel)
        if stream is not None:
            stream.take(self._framer.buffer, begin, end)
            return
        stream = self._channels.get(channel - 1)
        if stream is not None and stream.take_report(self._framer.buffer, begin, end):
            self._goodbye(stream)

    def _goodbye(self, stream: Stream) -> None:
        if stream is self._pictures:
            self._obey(self._client.goodbye())

    def _on_message(self, message: Request | Response) -> None:
        if isinstance(message, Request):
            self._obey(self._client.asked(message))
            return
        commands = self._client.answered(message)
        if commands and "answer" in self._timers:
            self._timers.pop("answer").cancel()
        self._obey(commands)

    def _obey(self, commands: list[Command]) -> None:
        for command in commands:
            match command:
                case Send(data, awaited):
                    self._send(data)
                    if awaited:
                        self._after("answer", self._answer_s, self._no_answer)
                case OpenPorts():
                    self._open_ports()
                case Listen(ways):
                    self._listen(ways)
                case Playing(keep_alive_s):
                    self._after("picture", self._silent_s, self._still_there)
                    self._after("life", keep_alive_s, self._sign_of_life, keep_alive_s)
                    self._after("report", REPORT_S, self._report)
                case Fail(error):
                    self._fail(error)

    def _send(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def _after(self, name: str, seconds: float, call: Callable[..., None], *values: object) -> None:
        before = self._timers.pop(name, None)
        if before is not None:
            before.cancel()
        self._timers[name] = self._loop.call_later(seconds, call, *values)

    def _open_ports(self) -> None:
        if self._transport is None:
            return
        local = cast("tuple[str, int]", self._transport.get_extra_info("sockname"))
        try:
            ports = Ports(local[0])
        except OSError as error:
            self._fail(
                CameraAbsent(f"{self._name} sends over UDP, and no ports can be had here: {_why(error)}.")
            )
            return
        self._ports[ports.first] = ports
        self._obey(self._client.ports(ports.first))

    def _listen(self, ways: tuple[Way, ...]) -> None:
        for way in ways:
            stream = self._stream(way, ways)
            self._streams.append((way, stream))
            if way.channel < 0:
                self._listen_to_ports(way, stream)
                continue
            self._channels.setdefault(way.channel, stream)
            if isinstance(stream, PictureStream):
                self._framer.lane = stream.lane(way.channel)

    def _stream(self, way: Way, ways: tuple[Way, ...]) -> Stream:
        ssrc, monotonic, now_ms = secrets.randbits(32), self._clock.monotonic, self._clock.now_ms
        if isinstance(way.media, Audio) and self._pictures is not None:
            pictures = self._pictures.pictures
            return SoundStream(way.media, pictures, self._sink, now_ms, ssrc=ssrc, monotonic=monotonic)
        video = cast("Video", way.media)  # pictures come first
        audio = next((each.media.track for each in ways if isinstance(each.media, Audio)), None)
        self._pictures = PictureStream(video, audio, self._sink, now_ms, ssrc=ssrc, monotonic=monotonic)
        return self._pictures

    def _listen_to_ports(self, way: Way, stream: Stream) -> None:
        if self._transport is not None:
            host = cast("tuple[str, int]", self._transport.get_extra_info("peername"))[0]
            self._ports[way.port].listen(
                stream,
                (host, way.server_port),
                way.source,
                self._clock.monotonic,
                lambda: self._goodbye(stream),
            )

    def _report(self) -> None:
        """Tells the camera what arrived; some take that for the only sign of life."""
        for way, stream in self._streams:
            report = stream.report()
            if way.channel < 0:
                self._ports[way.port].send(report)
            elif report:
                self._send(bytes((0x24, way.channel + 1 & 0xFF)) + len(report).to_bytes(2) + report)
        self._after("report", REPORT_S, self._report)

    def _fail(self, error: WireError) -> None:
        if not self.ended.done():
            self.ended.set_exception(error)

    def _no_answer(self) -> None:
        answer = "finish its answer to" if self._framer.is_half else "answer"
        words = f"{self._name} takes the call but does not {answer} {self._client.step} within {self._answer_s:g} s."
        self._fail(CameraSilent(words))

    def _sign_of_life(self, keep_alive_s: float) -> None:
        self._obey(self._client.keep_alive())
        if self._client.step is Step.PLAYING:
            self._after("life", keep_alive_s, self._sign_of_life, keep_alive_s)

    def _still_there(self) -> None:
        """Looks after each `silent_s` whether a picture came; silence is noticed within twice that time."""
        pictures = self._pictures.pictures.pictures if self._pictures is not None else 0
        if pictures == self._counted:
            over = " over UDP (is a firewall between us?)" if self._client.over_udp and not pictures else ""
            self._fail(CameraSilent(f"{self._name} sent no picture for {self._silent_s:g} s{over}."))
            return
        self._counted = pictures
        self._after("picture", self._silent_s, self._still_there)
