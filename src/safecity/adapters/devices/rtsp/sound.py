"""Sound out of RTP payloads: AAC (RFC 3640, mpeg4-generic, also fragmented) and G.711 (RFC 3551 section 4.5.14)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from safecity.cameras import AudioCodec, AudioTrack, Sink, Sound

MAX_FRAME = 64 * 1024  # AAC allows 6,144 bits a channel and frame; this is far beyond
MOST_FRAMES = 64  # access units in one packet

# Sampling frequencies by index (ISO/IEC 14496-3 table 1.18).
_FREQUENCIES = (
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350,
)  # fmt: skip


class BadSound(ValueError):
    """We cannot record this sound."""


@dataclass(frozen=True, slots=True)
class Packing:
    """How a packet holds its frames: bits of an AU header's fields (RFC 3640 section 3.2.1), ticks of a frame.

    All are 0 for G.711, whose payload is its samples.
    """

    size_bits: int = 0
    index_bits: int = 0
    delta_bits: int = 0
    frame_ticks: int = 0


def g711(codec: AudioCodec, clock_hz: int, channels: int) -> tuple[AudioTrack, Packing]:
    """A track of G.711."""
    return AudioTrack(codec, clock_hz, channels), Packing()


def aac(clock_hz: int, channels: int, parameters: Mapping[str, str]) -> tuple[AudioTrack, Packing]:
    """A track of AAC, from the parameters of its description (RFC 3640 section 4.1). Raises BadSound."""
    size_bits = _number(parameters, "sizelength")
    if not 0 < size_bits <= 16:
        raise BadSound("it does not say how large its frames are")
    if any(_number(parameters, name) for name in _UNKNOWN):
        raise BadSound("it has fields that cameras do not send")
    try:
        config = bytes.fromhex(parameters.get("config", ""))[:64]
    except ValueError as error:
        raise BadSound("its configuration is no hexadecimal number") from error
    if not config:
        config = _config(clock_hz, channels)
    kind, said_channels, is_short = _read_config(config)
    if kind not in {2, 5, 29}:
        raise BadSound("it is no AAC-LC")
    ticks = _number(parameters, "constantduration") or (960 if is_short else 1024)
    packing = Packing(
        size_bits, _number(parameters, "indexlength"), _number(parameters, "indexdeltalength"), ticks
    )
    if packing.index_bits > 16 or packing.delta_bits > 16 or ticks > 65_536:
        raise BadSound("its parameters make no sense")
    return AudioTrack(AudioCodec.AAC, clock_hz, said_channels or channels, config), packing


_UNKNOWN = ("ctsdeltalength", "dtsdeltalength", "streamstateindication", "auxiliarydatasizelength")


def _number(parameters: Mapping[str, str], name: str) -> int:
    text = parameters.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else 0


def _config(clock_hz: int, channels: int) -> bytes:
    """The AudioSpecificConfig of AAC-LC (ISO/IEC 14496-3 section 1.6.2.1) for a camera that sends none."""
    if clock_hz not in _FREQUENCIES:
        raise BadSound("its sampling frequency is unknown")
    return (2 << 11 | _FREQUENCIES.index(clock_hz) << 7 | (channels & 15) << 3).to_bytes(2)


def _read_config(config: bytes) -> tuple[int, int, bool]:
    """Object type, channels, and whether a frame has 960 samples instead of 1024."""
    value, left = int.from_bytes(config), len(config) * 8

    def take(count: int) -> int:
        nonlocal left
        left -= count
        if left < 0:
            raise BadSound("its configuration ends too early")
        return value >> left & ((1 << count) - 1)

    kind = take(5)
    if kind == 31:
        kind = 32 + take(6)
    if take(4) == 15:
        take(24)
    channels = take(4)
    return kind, channels if channels < 7 else 8, kind == 2 and left > 0 and take(1) == 1


class SoundTaker:
    """Turns payloads into sound, and tells `sink`. What is broken is left out; pictures do not suffer."""

    def __init__(self, sink: Sink, now_ms: Callable[[], int], track: AudioTrack, packing: Packing) -> None:
        self._sink = sink
        self._now_ms = now_ms
        self._channels = track.channels
        self._packing = packing
        self._part = bytearray()  # of a frame that is larger than a packet
        self._whole = 0  # how large that frame will be
        self._time: int = 0

    def lose(self) -> None:
        """Packets are missing before the next payload."""
        self._whole = 0
        self._part.clear()

    def take(self, buffer: bytes | bytearray, begin: int, end: int, time: int) -> None:
        """A payload between `begin` and `end`, and its unwrapped timestamp."""
        if self._packing.size_bits:
            self._take_frames(buffer, begin, end, time)
        elif end - begin >= self._channels:
            data = bytes(buffer[begin:end])
            self._tell(data, time, len(data) // self._channels)

    def _take_frames(self, buffer: bytes | bytearray, begin: int, end: int, time: int) -> None:
        """AU headers, then the frames one after the other (RFC 3640 section 3.2)."""
        if end - begin < 2:
            return
        bits = buffer[begin] << 8 | buffer[begin + 1]
        place = begin + 2 + (bits + 7 >> 3)
        if place > end:
            return
        sizes = self._sizes(bytes(buffer[begin + 2 : place]), bits)
        if len(sizes) == 1 and (sizes[0] > end - place or self._whole):
            self._take_part(bytes(buffer[place:end]), sizes[0], time)
            return
        self.lose()
        for number, size in enumerate(sizes):
            if size == 0 or place + size > end:
                return
            ticks = self._packing.frame_ticks
            self._tell(bytes(buffer[place : place + size]), time + number * ticks, ticks)
            place += size

    def _sizes(self, headers: bytes, bits: int) -> list[int]:
        value, left = int.from_bytes(headers), len(headers) * 8
        rest = len(headers) * 8 - bits
        found: list[int] = []
        while len(found) < MOST_FRAMES:
            index_bits = self._packing.delta_bits if found else self._packing.index_bits
            left -= self._packing.size_bits + index_bits
            if left < rest:
                break
            header = value >> left
            if found and header & ((1 << index_bits) - 1):  # interleaved, which cameras do not do
                break
            found.append(header >> index_bits & ((1 << self._packing.size_bits) - 1))
        return found

    def _take_part(self, piece: bytes, size: int, time: int) -> None:
        if not self._whole or size != self._whole or time != self._time:
            self.lose()
            self._whole, self._time = size, time
        self._part += piece
        if len(self._part) > MAX_FRAME:
            self.lose()
        elif len(self._part) >= size:
            data = bytes(self._part[:size])
            self.lose()
            if data:
                self._tell(data, time, self._packing.frame_ticks)

    def _tell(self, data: bytes, time: int, duration: int) -> None:
        self._sink.on_sound(Sound(data, time, duration, self._now_ms()))
