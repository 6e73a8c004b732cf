"""Reads the structure of our own fragmented MP4 files back (ISO/IEC 14496-12): pure, through a `read` function.

For start-up after a crash (where does the playable part end?), for the index rebuilt from files, for playback and for
cutting. Picture data are never read, only their places. Anything that `fmp4` did not write is `Unreadable`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from safecity.base import Unreadable
from safecity.cameras import Codec, Track
from safecity.footage.fmp4 import KEY_FLAGS, MOOF_HEAD, PRFT_SIZE, from_ntp

Read = Callable[[int, int], bytes]  # (offset, size) -> at most `size` bytes
GLANCE = 4096  # enough for prft, moof and the mdat header of a usual group of pictures
LARGEST_INIT = 1 << 16
MOST_SAMPLES = 100_000
_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})


@dataclass(frozen=True, slots=True)
class CodedSample:
    """Where a picture lies in the file, and how long it lasts. `size` bytes of NAL units with 4-byte lengths."""

    offset: int
    size: int
    duration: int
    is_key: bool
    shift: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """One group of pictures in a file: `offset` and `size` span prft, moof and mdat."""

    offset: int
    size: int
    number: int
    decode_time: int
    wall_ms: int
    duration: int
    pictures: int
    data_offset: int
    rows: bytes
    row_form: str

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.offset + self.size

    def samples(self) -> list[CodedSample]:
        """Its pictures in decoding order."""
        found: list[CodedSample] = []
        offset = self.data_offset
        for row in struct.iter_unpack(self.row_form, self.rows):
            duration, size, flags = row[:3]
            shift = row[3] if len(row) > 3 else 0
            found.append(CodedSample(offset, size, duration, flags == KEY_FLAGS, shift))
            offset += size
        return found

    def end_ms(self, clock_hz: int) -> int:
        """The wall time at which its last picture ends."""
        return self.wall_ms + self.duration * 1000 // clock_hz


def read_init(read: Read) -> tuple[Track, int]:
    """The track a file carries, and the size of its start. Raises Unreadable."""
    head = read(0, LARGEST_INIT)
    ftyp_end = _size_of(head, 0, b"ftyp")
    end = ftyp_end + _size_of(head, ftyp_end, b"moov")
    if end > len(head):
        raise Unreadable("The start of this footage file is cut off.")
    found = dict(_leaves(head[:end], ftyp_end, end))
    mdhd, stsd = found.get(b"mdhd", b""), found.get(b"stsd", b"")
    if len(mdhd) < 16 or len(stsd) < 102 or stsd[12:16] != b"avc1" or stsd[98:102] != b"avcC":
        raise Unreadable("This footage file carries no H.264 video.")
    sps, pps = _parameter_sets(stsd[102:])
    width, height = struct.unpack_from(">HH", stsd, 40)
    clock_hz = int.from_bytes(mdhd[12:16], "big")
    if clock_hz == 0:
        raise Unreadable("This footage file has a clock that stands still.")
    return Track(codec=Codec.H264, sps=sps, pps=pps, width=width, height=height, clock_hz=clock_hz), end


def read_fragments(read: Read, start: int, end: int) -> Iterator[Fragment]:
    """The whole fragments between two offsets, in order; stops before the first that is broken or cut off."""
    while start < end:
        found = read_fragment(read, start, end)
        if found is None:
            return
        yield found
        start = found.end


def read_fragment(read: Read, offset: int, end: int) -> Fragment | None:
    """The fragment at an offset, or None where there is no whole one before `end`."""
    head = read(offset, GLANCE)
    at = PRFT_SIZE
    if len(head) < at + MOOF_HEAD or head[4:8] != b"prft" or head[at + 4 : at + 8] != b"moof":
        return None
    moof_size = int.from_bytes(head[at : at + 4], "big")
    if len(head) < at + moof_size + 8 and moof_size <= MOOF_HEAD + 16 * MOST_SAMPLES:
        head = read(offset, at + moof_size + 8)
    mdat = at + moof_size
    if len(head) < mdat + 8 or head[mdat + 4 : mdat + 8] != b"mdat":
        return None
    size = mdat + int.from_bytes(head[mdat : mdat + 4], "big")
    table = _table(head, at, mdat)
    if table is None or offset + size > end:
        return None
    rows, row_form, pictures, duration, data_size = table
    if size != mdat + 8 + data_size:
        return None
    return Fragment(
        offset=offset,
        size=size,
        number=int.from_bytes(head[at + 20 : at + 24], "big"),
        decode_time=int.from_bytes(head[at + 60 : at + 68], "big"),
        wall_ms=from_ntp(int.from_bytes(head[16:24], "big")),
        duration=duration,
        pictures=pictures,
        data_offset=offset + mdat + 8,
        rows=rows,
        row_form=row_form,
    )


def _table(head: bytes, at: int, mdat: int) -> tuple[bytes, str, int, int, int] | None:
    """The trun's rows, their form, and how many pictures, ticks and bytes they make; None if they do not add up."""
    trun = at + 68
    if head[trun + 4 : trun + 8] != b"trun":
        return None
    shifted = bool(head[trun + 10] & 0x08)
    count = int.from_bytes(head[trun + 12 : trun + 16], "big")
    rows, row_form = head[at + MOOF_HEAD : mdat], ">IIIi" if shifted else ">III"
    if count == 0 or len(rows) != count * struct.calcsize(row_form):
        return None
    duration = size = 0
    for row in struct.iter_unpack(row_form, rows):
        duration += row[0]
        size += row[1]
    return rows, row_form, count, duration, size


def _size_of(data: bytes, offset: int, kind: bytes) -> int:
    if data[offset + 4 : offset + 8] != kind:
        raise Unreadable("This is no footage file of ours.")
    return int.from_bytes(data[offset : offset + 4], "big")


def _leaves(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    """The boxes between two offsets, containers opened, as (kind, content)."""
    while start + 8 <= end:
        size = int.from_bytes(data[start : start + 4], "big")
        kind = data[start + 4 : start + 8]
        if size < 8 or start + size > end:
            raise Unreadable("The start of this footage file is damaged.")
        if kind in _CONTAINERS:
            yield from _leaves(data, start + 8, start + size)
        else:
            yield kind, data[start + 8 : start + size]
        start += size


def _parameter_sets(avcc: bytes) -> tuple[bytes, tuple[bytes, ...]]:
    """SPS and every PPS of an avcC box (ISO/IEC 14496-15 section 5.3.3.1)."""
    end = 8 + int.from_bytes(avcc[6:8], "big")
    if len(avcc) <= end or end < 12:
        raise Unreadable("The parameter sets in this footage file are cut off.")
    sps, count, pps = avcc[8:end], avcc[end], list[bytes]()
    end += 1
    for _ in range(count):
        start = end + 2
        end = start + int.from_bytes(avcc[end:start], "big")
        pps.append(avcc[start:end])
    if len(avcc) < end or not pps:
        raise Unreadable("The parameter sets in this footage file are cut off.")
    return sps, tuple(pps)
