"""H.264 in MP4: sample entry `avc1` with the parameter sets in avcC (ISO/IEC 14496-15 section 5.3.3.1). Pure."""

from __future__ import annotations

from safecity.base import Unreadable
from safecity.footage.boxes import box


def avcc(sps: bytes, pps: tuple[bytes, ...]) -> bytes:
    """The box avcC: NAL units have lengths of four bytes."""
    return box(
        b"avcC",
        bytes([1, sps[1], sps[2], sps[3], 0xFF, 0xE1]),
        len(sps).to_bytes(2, "big"),
        sps,
        len(pps).to_bytes(1, "big"),
        *(len(each).to_bytes(2, "big") + each for each in pps),
    )


def read_avcc(content: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """SPS and every PPS of an avcC box. Raises Unreadable."""
    end = 8 + int.from_bytes(content[6:8], "big")
    if len(content) <= end or end < 12:
        raise Unreadable("The parameter sets in this footage file are cut off.")
    sps, count, pps = content[8:end], content[end], list[bytes]()
    end += 1
    for _ in range(count):
        start = end + 2
        end = start + int.from_bytes(content[end:start], "big")
        pps.append(content[start:end])
    if len(content) < end or not pps:
        raise Unreadable("The parameter sets in this footage file are cut off.")
    return sps, tuple(pps)


def avc_name(sps: bytes) -> str:
    """The codec's name for players (RFC 6381 section 3.3): `avc1.42c01f` is profile, constraints and level."""
    return f"avc1.{sps[1:4].hex()}"
