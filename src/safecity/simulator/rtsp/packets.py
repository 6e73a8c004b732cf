"""Pictures as RTP packets (RFC 3550, RFC 6184), and the sender's reports (RFC 3550, 6.4.1).

A picture is cut once and kept as bytes in which only sequence number, time and source have to be written for each
viewer. All packets of a picture then leave in one write.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from safecity.simulator.rtsp.describe import VIDEO_TYPE

MTU = 1400  # bytes of payload a packet; leaves room for the headers on Ethernet
HEADER = 12
NTP_EPOCH_S = 2_208_988_800  # seconds from 1900 to 1970

_FU_A, _STAP_A = 28, 24
_FIELDS = struct.Struct(">HII")
_FRAME = struct.Struct(">BBH")


def payloads(nals: Sequence[bytes], mtu: int = MTU) -> list[bytes]:
    """The payloads of an access unit: parameter sets as STAP-A, small units alone, large ones in parts (FU-A)."""
    sets = [nal for nal in nals if nal[0] & 0x1F in (7, 8)]
    rest = [nal for nal in nals if nal[0] & 0x1F not in (7, 8)]
    done: list[bytes] = []
    if len(sets) > 1:
        importance = max(nal[0] & 0x60 for nal in sets)
        done.append(
            bytes([importance | _STAP_A]) + b"".join(len(nal).to_bytes(2, "big") + nal for nal in sets)
        )
    else:
        rest = [*sets, *rest]
    for nal in rest:
        done += [nal] if len(nal) <= mtu else _parts(nal, mtu)
    return done


def _parts(nal: bytes, mtu: int) -> list[bytes]:
    """A unit in fragments (RFC 6184, 5.8): indicator, header with the start and end bits, a piece of the body."""
    indicator, kind, body, step = nal[0] & 0x60 | _FU_A, nal[0] & 0x1F, nal[1:], mtu - 2
    starts = range(0, len(body), step)
    return [
        bytes([indicator, kind | (0x80 if at == 0 else 0) | (0x40 if at + step >= len(body) else 0)])
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

    def datagrams(self, seq: int, time: int, ssrc: int) -> list[memoryview]:
        """The packets one by one, for UDP."""
        whole = memoryview(self.framed(0, seq, time, ssrc))
        ends = [offset - 4 for offset in self.offsets[1:]] + [len(whole)]
        return [whole[start:end] for start, end in zip(self.offsets, ends, strict=True)]


def pack(nals: Sequence[bytes], *, is_key: bool, mtu: int = MTU) -> Packed:
    """Cuts and frames one access unit."""
    pieces = payloads(nals, mtu)
    out = bytearray()
    offsets: list[int] = []
    for number, piece in enumerate(pieces, 1):
        out += _FRAME.pack(0x24, 0, HEADER + len(piece))
        offsets.append(len(out))
        marker = 0x80 if number == len(pieces) else 0
        out += bytes([0x80, marker | VIDEO_TYPE]) + bytes(10) + piece
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


def interleaved(channel: int, packet: bytes) -> bytes:
    """One packet, framed for an interleaved connection."""
    return _FRAME.pack(0x24, channel, len(packet)) + packet
