"""The fast lane: middle pieces of large units, which are nine of ten packets, read many at a time.

A keyframe comes in a hundred packets that differ in their sequence number and nothing else before the payload. Here
they are told apart by five comparisons and copied once, in one loop; whatever else comes is left to `RtpReader` and
the assembler, which would do the same with these.
"""

from __future__ import annotations

from struct import Struct

from safecity.adapters.devices.rtsp.assemble import MAX_PICTURE, Assembler
from safecity.adapters.devices.rtsp.rtp import RtpReader

_FRAME = Struct(">HHHHI").unpack_from  # `$` and channel, length, RTP's first two octets, sequence, timestamp
_LEAST = 4 + 12 + 3


def run(
    buffer: bytearray, read: int, written: int, *, channel: int, reader: RtpReader, pictures: Assembler
) -> int:
    """Takes the middle pieces that lie from `read` on; returns where they end. `channel` is the track's."""
    middle = pictures.middle
    pieces, size = pictures.pieces, pictures.size
    head, kind = 0x2400 | channel, 0x8000 | reader.payload_type
    expected, stamp, skip = reader.expected, reader.stamp, 16 + len(middle)
    while written - read > _LEAST:
        found_head, length, found_kind, sequence, found_stamp = _FRAME(buffer, read)
        end = read + 4 + length
        if (
            sequence != expected
            or found_kind != kind
            or found_stamp != stamp
            or found_head != head
            or end > written
            or length < _LEAST
            or not buffer.startswith(middle, read + 16)
        ):
            break
        pieces.append(buffer[read + skip : end])
        size += length - skip + 4
        expected = (expected + 1) & 0xFFFF
        read = end
        if size > MAX_PICTURE:
            break
    pictures.size, reader.expected = size, expected
    if size > MAX_PICTURE:
        pictures.spoil()
    return read
