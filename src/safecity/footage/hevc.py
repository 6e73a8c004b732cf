"""H.265 in MP4: sample entry `hvc1`, whose parameter sets all stand in hvcC (ISO/IEC 14496-15 section 8.3.3.1). Pure.

`hvc1` and not `hev1`, because players of one maker play no other. What hvcC repeats of the SPS is read from the SPS
itself (ITU-T H.265 sections 7.3.2.2.1 and 7.3.3).
"""

from __future__ import annotations

from dataclasses import dataclass

from safecity.base import Unreadable
from safecity.footage.boxes import box

VPS, SPS, PPS = 32, 33, 34  # kinds of NAL units (ITU-T H.265 table 7-1)
MOST_SETS = 64
_HEAD = 22  # bytes of an hvcC before its number of arrays


@dataclass(frozen=True)
class Shape:
    """What an SPS says of its stream. `profile` is general_profile_space up to general_level_idc, 12 bytes."""

    profile: bytes
    layers: int
    nested: bool
    chroma: int
    luma_bits: int
    chroma_bits: int


class _Bits:
    """Reads bits of a NAL unit's payload (ITU-T H.265 section 9.2)."""

    def __init__(self, data: bytes) -> None:
        self._value, self._left = int.from_bytes(data, "big"), len(data) * 8

    def take(self, count: int) -> int:
        """So many bits as a number. Raises Unreadable at the end."""
        if count > self._left:
            raise Unreadable("The parameter sets of this H.265 stream are cut off.")
        self._left -= count
        return self._value >> self._left & (1 << count) - 1

    def golomb(self) -> int:
        """ue(v)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise Unreadable("The parameter sets of this H.265 stream are damaged.")
        return (1 << zeros) - 1 + self.take(zeros)


def read_sps(sps: bytes) -> Shape:
    """What hvcC needs to know of an SPS, a NAL unit without start code. Raises Unreadable."""
    bits = _Bits(sps[2:].replace(b"\0\0\3", b"\0\0"))
    bits.take(4)
    below, nested = bits.take(3), bool(bits.take(1))
    profile = bits.take(96).to_bytes(12, "big")
    present = [(bits.take(1), bits.take(1)) for _ in range(below)]
    if below:
        bits.take(2 * (8 - below))
    for has_profile, has_level in present:
        bits.take(88 * has_profile + 8 * has_level)
    bits.golomb()
    chroma = bits.golomb()
    if chroma == 3:
        bits.take(1)
    bits.golomb()
    bits.golomb()
    if bits.take(1):
        for _ in range(4):
            bits.golomb()
    luma, chroma_bits = bits.golomb(), bits.golomb()
    if chroma > 3 or luma > 8 or chroma_bits > 8:
        raise Unreadable("The parameter sets of this H.265 stream are damaged.")
    return Shape(profile, below + 1, nested, chroma, luma + 8, chroma_bits + 8)


def hvcc(vps: bytes, sps: bytes, pps: tuple[bytes, ...]) -> bytes:
    """The box hvcC: every parameter set is in it, and NAL units have lengths of four bytes. Raises Unreadable."""
    shape = read_sps(sps)
    head = bytes([1, *shape.profile, 0xF0, 0, 0xFC, 0xFC | shape.chroma, 0xF8 | shape.luma_bits - 8])
    head += bytes([0xF8 | shape.chroma_bits - 8, 0, 0, shape.layers << 3 | shape.nested << 2 | 3])
    arrays = [(VPS, (vps,)), (SPS, (sps,)), (PPS, pps)]
    return box(b"hvcC", head, bytes([len(arrays)]), *(_array(kind, units) for kind, units in arrays))


def _array(kind: int, units: tuple[bytes, ...]) -> bytes:
    complete = 0x80  # there are none of this kind among the pictures
    rows = b"".join(len(each).to_bytes(2, "big") + each for each in units)
    return bytes([complete | kind]) + len(units).to_bytes(2, "big") + rows


def read_hvcc(content: bytes) -> tuple[bytes, bytes, tuple[bytes, ...]]:
    """VPS, SPS and every PPS of an hvcC box. Raises Unreadable."""
    found: dict[int, list[bytes]] = {VPS: [], SPS: [], PPS: []}
    at = _HEAD + 1
    for _ in range(content[_HEAD] if len(content) > _HEAD else 0):
        kind, count = content[at : at + 1], int.from_bytes(content[at + 1 : at + 3], "big")
        at += 3
        if count > MOST_SETS or not kind:
            break
        for _ in range(count):
            end = at + 2 + int.from_bytes(content[at : at + 2], "big")
            if kind[0] & 0x3F in found:
                found[kind[0] & 0x3F].append(content[at + 2 : end])
            at = end
    if at > len(content) or not all(found.values()):
        raise Unreadable("The parameter sets in this footage file are cut off.")
    return found[VPS][0], found[SPS][0], tuple(found[PPS])


def hevc_name(sps: bytes) -> str:
    """The codec's name for players (ISO/IEC 14496-15 annex E.3), e.g. `hvc1.1.6.L93.B0`. Raises Unreadable."""
    profile = read_sps(sps).profile
    space = ("", "A", "B", "C")[profile[0] >> 6]
    fits = int(f"{int.from_bytes(profile[1:5], 'big'):032b}"[::-1], 2)
    tier = "H" if profile[0] & 0x20 else "L"
    bounds = profile[5:11].rstrip(b"\0")
    return ".".join(
        [f"hvc1.{space}{profile[0] & 0x1F}", f"{fits:X}", f"{tier}{profile[11]}", *(f"{e:X}" for e in bounds)]
    )
