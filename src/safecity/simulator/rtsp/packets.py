"""Pictures and sound as RTP packets (RFC 3550; RFC 6184 H.264, RFC 7798 H.265), and sender reports (RFC 3550, 6.4).

A picture is cut once and kept as bytes in which only sequence number, time and source have to be written for each
viewer. All packets of a picture then leave in one write.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from safecity.simulator.rtsp.describe import VIDEO_TYPE

MTU = 1400  # bytes of payload a packet; leaves room for the headers on Ethernet
HEADER = 12
NTP_EPOCH_S = 2_208_988_800  # seconds from 1900 to 1970

_FU_A, _STAP_A = 28, 24
_FU, _AP = 49, 48
_FIELDS = struct.Struct(">HII")
_FRAME = struct.Struct(">BBH")


@dataclass(frozen=True)
class Cutting:
    """How a coding's units are told apart, put together and cut."""

    kind: Callable[[bytes], int]
    sets: frozenset[int]
    together: Callable[[Sequence[bytes]], bytes]  # the head of a packet with several units
    head: Callable[[bytes], bytes]  # of a fragment
    body: int  # where a unit's payload begins


def _stap_a(units: Sequence[bytes]) -> bytes:
    return bytes([max(unit[0] & 0x60 for unit in units) | _STAP_A])


H264 = Cutting(
    kind=lambda unit: unit[0] & 0x1F,
    sets=frozenset({7, 8}),
    together=_stap_a,  # RFC 6184, 5.7.1
    head=lambda unit: bytes([unit[0] & 0x60 | _FU_A]),  # RFC 6184, 5.8
    body=1,
)
H265 = Cutting(
    kind=lambda unit: unit[0] >> 1 & 0x3F,
    sets=frozenset({32, 33, 34}),
    together=lambda _: bytes([_AP << 1, 1]),  # RFC 7798, 4.4.2
    head=lambda unit: bytes([unit[0] & 0x81 | _FU << 1, unit[1]]),  # RFC 7798, 4.4.3
    body=2,
)


def payloads(nals: Sequence[bytes], mtu: int = MTU, cutting: Cutting = H264) -> list[bytes]:
    """The payloads of an access unit: parameter sets together, small units alone, large ones in fragments."""
    sets = [nal for nal in nals if cutting.kind(nal) in cutting.sets]
    rest = [nal for nal in nals if cutting.kind(nal) not in cutting.sets]
    done: list[bytes] = []
    if len(sets) > 1:
        done.append(cutting.together(sets) + b"".join(len(nal).to_bytes(2, "big") + nal for nal in sets))
    else:
        rest = [*sets, *rest]
    for nal in rest:
        done += [nal] if len(nal) <= mtu else _parts(nal, mtu, cutting)
    return done


def _parts(nal: bytes, mtu: int, cutting: Cutting) -> list[bytes]:
    """A unit in fragments: head, a byte with the start and end bits, a piece of the body."""
    head, kind, body = cutting.head(nal), cutting.kind(nal), nal[cutting.body :]
    step = mtu - len(head) - 1
    starts = range(0, len(body), step)
    return [
        head
        + bytes([kind | (0x80 if at == 0 else 0) | (0x40 if at + step >= len(body) else 0)])
        + body[at : at + step]
        for at in starts
    ]


@dataclass(frozen=True, slots=True)
class Packed:
    """One picture, cut and framed for an interleaved connection; `offsets` are where its RTP headers begin."""

    data: bytes
    offsets: tuple[int, ...]
    is_key: bool
    octets: int

    def framed(self, channel: int, seq: int, time: int, ssrc: int) -> bytearray:
        """The bytes for an interleaved connection (RFC 2326, 10.12)."""
        out = bytearray(self.data)
        for number, offset in enumerate(self.offsets, seq):
            out[offset - 3] = channel
            _FIELDS.pack_into(out, offset + 2, number & 0xFFFF, time & 0xFFFFFFFF, ssrc)
        return out

    def frames(self, channel: int, seq: int, time: int, ssrc: int) -> list[memoryview]:
        """The packets one by one, each framed for an interleaved connection."""
        whole = memoryview(self.framed(channel, seq, time, ssrc))
        ends = [offset - 4 for offset in self.offsets[1:]] + [len(whole)]
        return [whole[start - 4 : end] for start, end in zip(self.offsets, ends, strict=True)]

    def datagrams(self, seq: int, time: int, ssrc: int) -> list[memoryview]:
        """The packets one by one, for UDP."""
        return [each[4:] for each in self.frames(0, seq, time, ssrc)]


def pack(nals: Sequence[bytes], *, is_key: bool, mtu: int = MTU, cutting: Cutting = H264) -> Packed:
    """Cuts and frames one access unit."""
    return frame(payloads(nals, mtu, cutting), VIDEO_TYPE, is_key=is_key)


def frame(pieces: Sequence[bytes], payload_type: int, *, is_key: bool = True) -> Packed:
    """Frames payloads that belong together; the last one bears the marker."""
    out = bytearray()
    offsets: list[int] = []
    for number, piece in enumerate(pieces, 1):
        out += _FRAME.pack(0x24, 0, HEADER + len(piece))
        offsets.append(len(out))
        marker = 0x80 if number == len(pieces) else 0
        out += bytes([0x80, marker | payload_type]) + bytes(10) + piece
    return Packed(bytes(out), tuple(offsets), is_key, sum(map(len, pieces)))


def sender_report(ssrc: int, wall_ms: int, time: int, packets: int, octets: int) -> bytes:
    """An RTCP sender report with its SDES: which RTP time was which moment, and how much was sent."""
    seconds, ms = divmod(wall_ms, 1000)
    report = struct.pack(
        ">BBHIIIIII",
        0x80,
        200,
        6,
        ssrc,
        (seconds + NTP_EPOCH_S) & 0xFFFFFFFF,
        (ms << 32) // 1000,
        time & 0xFFFFFFFF,
        packets & 0xFFFFFFFF,
        octets & 0xFFFFFFFF,
    )
    name = b"camera"
    items = bytes([1, len(name)]) + name
    items += bytes(4 - len(items) % 4)
    return report + struct.pack(">BBHI", 0x81, 202, 1 + len(items) // 4, ssrc) + items


def goodbye(ssrc: int) -> bytes:
    """An RTCP report with a BYE: the source sends no more (RFC 3550, 6.6)."""
    return struct.pack(">BBHI", 0x80, 201, 1, ssrc) + struct.pack(">BBHI", 0x81, 203, 1, ssrc)


def interleaved(channel: int, packet: bytes) -> bytes:
    """One packet, framed for an interleaved connection."""
    return _FRAME.pack(0x24, channel, len(packet)) + packet
