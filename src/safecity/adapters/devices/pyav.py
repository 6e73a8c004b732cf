# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# (PyAV types its packets only in part.)
"""The second wire: FFmpeg, through PyAV, for what our own does not speak: http, https and files.

Each camera costs a thread, so a process takes 32 of them at most. FFmpeg's own `timeout` option ends a thread whose
camera is frozen; PyAV's `timeout=` is not used, since its callback takes Python's lock at each poll. FFmpeg does not
tell how much was lost, so `on_loss` comes only for packets that it marks as corrupt.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

import av
import av.error
from av import AudioStream, VideoStream
from av.container import InputContainer

from safecity.adapters.devices.rtsp.assemble import Assembler
from safecity.adapters.devices.rtsp.h264 import H264Assembler
from safecity.adapters.devices.rtsp.h265 import H265Assembler
from safecity.base import BadInput, Clock, to_ms
from safecity.cameras import (
    AudioCodec,
    AudioTrack,
    CameraAbsent,
    CameraGone,
    CameraRefused,
    CameraSilent,
    Codec,
    NotVideo,
    Sink,
    Sound,
    Transport,
    WireError,
    hide_password,
)

MOST = 32
CLOCK_HZ = 90_000
GRACE_S = 2.0  # FFmpeg gives up a little after we did
LONGEST_PAUSE_S = 30.0
LIVE_LEAD_S = 10.0  # how far a server may send ahead of time before it is slowed down

# Which protocols FFmpeg may open on its own account for an address: a playlist shall not lead it to our files.
_PROTOCOLS = {
    "file": "file",
    "http": "http,tcp",
    "https": "https,http,tls,tcp",
    "rtsp": "rtsp,rtp,udp,tcp",
    "rtsps": "rtsp,rtsps,rtp,srtp,udp,tcp,tls",
}

_CODECS = {"h264": Codec.H264, "hevc": Codec.H265}
_SOUNDS = {"aac": AudioCodec.AAC, "pcm_alaw": AudioCodec.PCMA, "pcm_mulaw": AudioCodec.PCMU}


class PyavWire:
    """Hears whatever FFmpeg can open, if it is H.264 or H.265. One object for a process: its threads are counted."""

    def __init__(self, clock: Clock, *, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._free = threading.BoundedSemaphore(most)

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
        """As `cameras.Wire.watch`. Raises BadInput for a scheme that is not file, http, https, rtsp or rtsps."""
        source = _source(url, "udp" if transport is Transport.UDP else "tcp", answer_s, silent_s)
        if not self._free.acquire(blocking=False):
            raise WireError(
                f"{source.name} was not called: this process hears {self._most} cameras through FFmpeg already."
            )
        loop = asyncio.get_running_loop()
        heard = _Heard(loop, source.name, sink, self._clock)
        reading = _Reading(source, heard, self._free, audio=audio)
        threading.Thread(target=reading.run, name=f"pyav {source.name}", daemon=True).start()
        try:
            await heard.opened_within(answer_s)
            await heard.until_silent(silent_s)
        finally:
            reading.stop.set()
            heard.closed = True


@dataclass(frozen=True)
class _Source:
    url: str
    name: str
    options: dict[str, str]
    lead_s: float


def _source(url: str, transport: str, answer_s: float, silent_s: float) -> _Source:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", f":{parts.port}" if parts.port else ""
    except ValueError as error:
        raise BadInput(
            f"The address {hide_password(url)} is not well formed: check host and port."
        ) from error
    if parts.scheme not in _PROTOCOLS:
        raise BadInput("FFmpeg is asked only for file, http, https, rtsp and rtsps addresses.")
    options = {"protocol_whitelist": _PROTOCOLS[parts.scheme]}
    if parts.scheme == "file":
        path = unquote(parts.path)
        return _Source(path, f"The file {PurePosixPath(path).name}", options, 0.0)
    timeout_us = str(round((max(answer_s, silent_s) + GRACE_S) * 1_000_000))
    options["timeout"] = timeout_us
    if parts.scheme.startswith("rtsp"):
        # The description says all there is to know; looking into the stream would cost seconds.
        options |= {"rtsp_transport": transport, "analyzeduration": "0", "probesize": "32"}
    else:
        options["rw_timeout"] = timeout_us
    return _Source(url, f"The camera at {host}{port}", options, LIVE_LEAD_S)


class _Heard:
    """The event loop's side: what the thread brings becomes pictures."""

    def __init__(self, loop: asyncio.AbstractEventLoop, name: str, sink: Sink, clock: Clock) -> None:
        self._loop = loop
        self._name = name
        self._sink = sink
        self._clock = clock
        self._pictures: Assembler | None = None
        self._opened: asyncio.Future[None] = loop.create_future()
        self._ended: asyncio.Future[None] = loop.create_future()
        self.closed = False

    async def opened_within(self, answer_s: float) -> None:
        """Returns once FFmpeg has opened the source. Raises WireError."""
        done, _ = await asyncio.wait(
            [self._opened, self._ended], timeout=answer_s, return_when="FIRST_COMPLETED"
        )
        if not done:
            raise CameraSilent(f"{self._name} does not answer within {answer_s:g} s.")
        if self._ended in done and self._opened not in done:
            self._ended.result()

    async def until_silent(self, silent_s: float) -> None:
        """Raises the WireError with which the stream ends; silence is noticed within twice `silent_s`."""
        counted = -1
        while self._pictures is not None and counted != self._pictures.pictures:
            counted = self._pictures.pictures
            done, _ = await asyncio.wait([self._ended], timeout=silent_s)
            if done:
                self._ended.result()
        raise CameraSilent(f"{self._name} sent no picture for {silent_s:g} s.")

    def post_opened(self, codec: Codec, units: list[bytes], audio: AudioTrack | None) -> None:
        """From the thread: it is open, and these parameter sets are known."""
        self._post(self._on_opened, codec, units, audio)

    def post_units(self, units: list[bytes], ticks: int, corrupt: bool) -> None:
        """From the thread: the NAL units of one picture."""
        self._post(self._on_units, units, ticks, corrupt)

    def post_sound(self, data: bytes, time: int, duration: int) -> None:
        """From the thread: a piece of sound."""
        self._post(self._on_sound, data, time, duration)

    def post_end(self, error: WireError) -> None:
        """From the thread: it is over."""
        self._post(self._on_end, error)

    def _post(self, call: Callable[..., None], *values: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants to know any more
            self._loop.call_soon_threadsafe(call, *values)

    def _on_opened(self, codec: Codec, units: list[bytes], audio: AudioTrack | None) -> None:
        form = H264Assembler if codec is Codec.H264 else H265Assembler
        self._pictures = form(self._sink, self._now_ms, clock_hz=CLOCK_HZ, parameter_sets=units, audio=audio)
        if not self._opened.done():
            self._opened.set_result(None)

    def _on_units(self, units: list[bytes], ticks: int, corrupt: bool) -> None:
        if self.closed or self._pictures is None:
            return
        if corrupt:
            self._pictures.lose(1)
        self._pictures.take_picture(units, ticks)

    def _on_sound(self, data: bytes, time: int, duration: int) -> None:
        if not self.closed and self._pictures is not None and self._pictures.begun:
            self._sink.on_sound(Sound(data, time, duration, self._now_ms()))

    def _now_ms(self) -> int:
        return to_ms(self._clock.now())

    def _on_end(self, error: WireError) -> None:
        if not self._ended.done():
            self._ended.set_exception(error)
            self._ended.exception()  # seen, even where nobody waits for it any more


class _Reading:
    """The thread's side: opens the source, reads packets, posts their units."""

    def __init__(
        self, source: _Source, heard: _Heard, free: threading.BoundedSemaphore, *, audio: bool
    ) -> None:
        self._audio = audio
        self._source = source
        self._heard = heard
        self._free = free
        self.stop = threading.Event()

    def run(self) -> None:
        """Reads until the end, and says how it ended."""
        try:
            with av.open(self._source.url, options=self._source.options) as container:
                self._read(container)
        except av.error.FFmpegError as error:
            self._heard.post_end(_wire_error(self._source.name, error))
        except WireError as error:
            self._heard.post_end(error)
        finally:
            self._free.release()

    def _read(self, container: InputContainer) -> None:
        name = self._source.name
        video = next(iter(container.streams.video), None)
        if video is None:
            raise NotVideo(f"{name} sends no video.")
        context = video.codec_context
        codec = _CODECS.get(context.name)
        if codec is None:
            raise NotVideo(f"{name} sends {context.name}; set it to H.264 or H.265.")
        extra = bytes(context.extradata or b"")
        sound = next(iter(container.streams.audio), None) if self._audio else None
        track = _audio_track(sound) if sound is not None else None
        self._heard.post_opened(codec, list(configured_units(extra, codec)), track)
        self._pass_on(container, video, sound if track is not None else None, codec)
        raise CameraGone(f"{name} ended its stream.")

    def _pass_on(
        self, container: InputContainer, video: VideoStream, sound: AudioStream | None, codec: Codec
    ) -> None:
        length_size = _length_size(bytes(video.codec_context.extradata or b""), codec)
        pace = _Pace(self._source.lead_s, self.stop)
        held: list[bytes] = []
        ticks, is_corrupt = 0, False
        for packet in container.demux([video] if sound is None else [video, sound]):
            if self.stop.is_set():
                return
            stamp = packet.pts if packet.pts is not None else packet.dts
            if sound is not None and packet.stream is sound:
                if stamp is not None and packet.size:
                    tick = packet.time_base * sound.codec_context.sample_rate
                    duration = round((packet.duration or 0) * tick)
                    self._heard.post_sound(bytes(packet), round(stamp * tick), duration)
                continue
            units = list(split_units(bytes(packet), length_size))
            if held and begins_picture(units, codec):
                pace.wait_for(ticks / CLOCK_HZ)
                self._heard.post_units(held, ticks, is_corrupt)
                held, is_corrupt = [], False
            held += units
            is_corrupt |= bool(packet.is_corrupt)
            if stamp is not None and packet.size:
                ticks = round(stamp * packet.time_base * CLOCK_HZ)
        self._heard.post_units(held, ticks, is_corrupt)


def _audio_track(stream: AudioStream) -> AudioTrack | None:
    """The sound, where it is one that we record and its configuration is known."""
    context = stream.codec_context
    codec = _SOUNDS.get(context.name)
    config = bytes(context.extradata or b"")
    if codec is None or not context.sample_rate or (codec is AudioCodec.AAC and not config):
        return None
    return AudioTrack(
        codec, context.sample_rate, context.channels, config if codec is AudioCodec.AAC else b""
    )


class _Pace:
    """Keeps a source from running ahead of time: a file plays as a camera would."""

    def __init__(self, lead_s: float, stop: threading.Event) -> None:
        self._lead_s = lead_s
        self._stop = stop
        self._ahead_of: float | None = None

    def wait_for(self, media_s: float) -> None:
        """Returns when the picture of that media time may be passed on, or at once when all is to stop."""
        now = time.monotonic()
        if self._ahead_of is None:
            self._ahead_of = now - media_s
        early_s = media_s + self._ahead_of - now - self._lead_s
        if early_s > LONGEST_PAUSE_S:  # the camera's clock jumped; nobody waits for that
            self._ahead_of = now - media_s
        elif early_s > 0:
            self._stop.wait(early_s)


def begins_picture(units: list[bytes], codec: Codec = Codec.H264) -> bool:
    """Whether one of these slices is the first of its picture.

    In H.264 first_mb_in_slice is 0 (section 7.4.3), in H.265 first_slice_segment_in_pic_flag is set (section 7.4.7.1).
    FFmpeg cuts a picture of several slices in pieces where a camera repeats its parameter sets between them.
    """
    if codec is Codec.H265:
        return any(len(unit) > 2 and unit[0] >> 1 & 0x3F < 32 and unit[2] & 0x80 for unit in units)
    return any(unit[0] & 0x1F in {1, 5} and len(unit) > 1 and unit[1] & 0x80 for unit in units)


def split_units(data: bytes, length_size: int) -> Iterator[bytes]:
    """The NAL units of a packet: after start codes, or after lengths of so many bytes (ISO/IEC 14496-15 5.3.4.2)."""
    if length_size == 0:
        found = (piece.rstrip(b"\0") for piece in data.split(b"\0\0\1"))
        yield from (unit for unit in found if unit)
        return
    place = 0
    while place + length_size < len(data):
        length = int.from_bytes(data[place : place + length_size])
        unit = data[place + length_size : place + length_size + length]
        if unit:
            yield unit
        place += length_size + length


# Where in a configuration record the length of lengths and the parameter sets stand: avcC and hvcC
# (ISO/IEC 14496-15 sections 5.3.3.1 and 8.3.3.1).
_LENGTH_AT = {Codec.H264: 4, Codec.H265: 21}


def _length_size(extra: bytes, codec: Codec) -> int:
    at = _LENGTH_AT[codec]
    return (extra[at] & 3) + 1 if extra[:1] == b"\1" and len(extra) > at + 1 else 0


def configured_units(extra: bytes, codec: Codec = Codec.H264) -> Iterator[bytes]:
    """The parameter sets in a codec's configuration: an avcC or hvcC record, or start codes."""
    if extra[:1] != b"\1":
        yield from split_units(extra, 0)
        return

    def number(place: int, size: int) -> int:
        return int.from_bytes(extra[place : place + size])

    if codec is Codec.H264:
        place, arrays = 5, 2
    else:
        place, arrays = 23, number(22, 1)
    for _ in range(arrays):
        if codec is Codec.H264:
            left, place = number(place, 1) & 0x1F, place + 1
        else:
            left, place = number(place + 1, 2), place + 3
        for _ in range(left):
            length = number(place, 2)
            unit = extra[place + 2 : place + 2 + length]
            if unit:
                yield unit
            place += 2 + length
            if place >= len(extra):
                return


def _wire_error(name: str, error: av.error.FFmpegError) -> WireError:
    """Our word for FFmpeg's. Its own text is not used: the address with the password stands in it."""
    if isinstance(error, (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError)):
        return CameraRefused(f"{name} refuses our user name or password.")
    if isinstance(error, av.error.HTTPNotFoundError):
        return NotVideo(f"{name} has no stream under this path; check the end of its address.")
    if isinstance(error, (av.error.HTTPClientError, av.error.HTTPServerError)):
        return CameraSilent(f"{name} answers with an error.")
    if isinstance(error, av.error.InvalidDataError):
        return NotVideo(f"{name} sends what FFmpeg cannot read.")
    if isinstance(error, TimeoutError):
        return CameraSilent(f"{name} went silent.")
    if isinstance(error, FileNotFoundError):
        return CameraAbsent(f"{name} is not there.")
    if isinstance(error, ConnectionRefusedError):
        return CameraAbsent(f"{name} cannot be reached: the connection is refused.")
    return CameraAbsent(f"{name} cannot be reached (FFmpeg error {error.errno}).")
