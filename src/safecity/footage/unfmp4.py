"""Reads the structure of our own fragmented MP4 files back (ISO/IEC 14496-12): pure, through a `read` function.

For start-up after a crash (where does the playable part end?), for the index rebuilt from files, for playback and for
cutting. Picture data are never read, only their places: one read a fragment, or two reads a file with `read_ends`.
Files of the older form, without clocks, sound and footers, are read alike. Anything that `fmp4` did not write is
`Unreadable`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from safecity.base import Unreadable
from safecity.cameras import AudioTrack, Codec, Track
from safecity.footage.avc import read_avcc
from safecity.footage.boxes import boxes, find
from safecity.footage.fmp4 import (
    CLOCKS,
    CLOCKS_SIZE,
    DAMAGED,
    FOOTER,
    FOOTER_SIZE,
    HAS_CAMERA_MS,
    HAS_DAMAGED,
    HAS_FOOTER,
    HAS_RECEIVED_MS,
    KEY_FLAGS,
    MOOF_HEAD,
    OLD_FOOTER_SIZE,
    PRFT_SIZE,
    SOUND_HEAD,
    damaged_in,
    from_ntp,
)
from safecity.footage.hevc import read_hvcc
from safecity.footage.sound import read_sound_entry

Read = Callable[[int, int], bytes]  # (offset, size) -> at most `size` bytes
GLANCE = 4096  # enough for prft, moof and the mdat header of a usual group of pictures
LARGEST_INIT = 1 << 16
MOST_SAMPLES = 100_000
_FOOTER_HEAD = struct.pack(">I4s16s", FOOTER_SIZE, b"uuid", FOOTER)
_OLD_FOOTER_HEAD = struct.pack(">I4s16s", OLD_FOOTER_SIZE, b"uuid", FOOTER)
_PICTURE_ENTRY = 94  # where the boxes of a sample entry for pictures begin in stsd's content


@dataclass(frozen=True, slots=True)
class CodedSample:
    """Where a picture lies in the file, and how long it lasts. `size` bytes of NAL units with 4-byte lengths.

    One that `is_damaged` is built upon a picture that was lost on the way.
    """

    offset: int
    size: int
    duration: int
    is_key: bool
    shift: int
    is_damaged: bool = False


@dataclass(frozen=True, slots=True)
class CodedSound:
    """Where a piece of sound lies in the file, and how long it lasts, in ticks of the sound's clock."""

    offset: int
    size: int
    duration: int


@dataclass(frozen=True, slots=True)
class Fragment:
    """One group of pictures in a file: `offset` and `size` span all its boxes from prft on.

    `camera_ms` is the camera's own time of the first picture, `received_ms` ours when it came: None in older files,
    and where the camera never said.
    """

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
    camera_ms: int | None = None
    received_ms: int | None = None
    data_size: int = 0
    sound_time: int = 0
    sound_rows: bytes = b""

    @property
    def end(self) -> int:
        """The offset after it."""
        return self.offset + self.size

    @property
    def media_size(self) -> int:
        """The bytes of its pictures and, behind them, its sound: they lie together from `data_offset` on."""
        return self.data_size + sum(size for _, size in struct.iter_unpack(">II", self.sound_rows))

    @property
    def has_footer(self) -> bool:
        """Whether it ends with a footer, behind pictures and sound."""
        return self.footer_size > 0

    @property
    def footer_size(self) -> int:
        """The bytes of its footer; older ones are shorter and do not count damaged pictures."""
        return self.end - self.data_offset - self.media_size

    @property
    def damaged(self) -> int:
        """How many of its pictures are damaged."""
        return damaged_in(self.rows, self.pictures)

    @property
    def is_key(self) -> bool:
        """Whether it begins with a picture that needs no other."""
        return int.from_bytes(self.rows[8:12], "big") == KEY_FLAGS

    def samples(self) -> list[CodedSample]:
        """Its pictures in decoding order."""
        found: list[CodedSample] = []
        offset = self.data_offset
        for row in struct.iter_unpack(self.row_form, self.rows):
            duration, size, flags = row[:3]
            shift = row[3] if len(row) > 3 else 0
            found.append(CodedSample(offset, size, duration, flags == KEY_FLAGS, shift, flags & DAMAGED > 0))
            offset += size
        return found

    def sounds(self) -> list[CodedSound]:
        """Its sound, from `sound_time` on, end to end."""
        found: list[CodedSound] = []
        offset = self.data_offset + self.data_size
        for duration, size in struct.iter_unpack(">II", self.sound_rows):
            found.append(CodedSound(offset, size, duration))
            offset += size
        return found

    def end_ms(self, clock_hz: int) -> int:
        """The wall time at which its last picture ends."""
        return self.wall_ms + self.duration * 1000 // clock_hz


@dataclass(frozen=True, slots=True)
class Ends:
    """A file read from both ends: what it carries, its first and last fragment, and how many pictures there are.

    `damaged` is how many of them are, None where that was not counted yet.
    """

    track: Track
    first: Fragment
    last: Fragment
    pictures: int
    damaged: int | None = None


def read_init(read: Read) -> tuple[Track, int]:
    """The track a file carries, and the size of its start. Raises Unreadable."""
    head = read(0, LARGEST_INIT)
    return _track(head)


def read_ends(read: Read, size: int) -> Ends | None:
    """What a file of `size` bytes holds, by three short reads; None where its end is not that of a whole fragment.

    Believes what lies between, so it is for files that are known to be on the disk as they were written. Older files
    have no footers: None. Raises Unreadable for a damaged start.
    """
    head = read(0, GLANCE)
    track, start = _track(head)
    footer = _footer(read, start, size)
    if footer is None:
        return None
    back, pictures, damaged = footer
    first = _parsed(head, start, start, size) if head[start + 4 : start + 8] == b"prft" else None
    first = first or read_fragment(read, start, size)
    last = first if size - back == start else read_fragment(read, size - back, size)
    if first is None or last is None or last.end != size:
        return None
    return Ends(track, first, last, pictures, damaged)


def read_span(read: Read, size: int) -> tuple[int, int, int, int, int | None, int | None] | None:
    """Start, end, pictures, damaged ones, the camera's time and the time of receipt: for an index made in a hurry.

    As `read_ends`, but of the first fragment only its clocks are read; None also where damaged ones were not counted.
    """
    head = read(0, GLANCE)
    track, start = _track(head)
    footer = _footer(read, start, size)
    if len(head) < start + PRFT_SIZE + CLOCKS_SIZE or head[start + 4 : start + 8] != b"prft":
        return None
    if footer is None:
        return None
    back, pictures, damaged = footer
    if damaged is None:
        return None
    last = read_fragment(read, size - back, size)
    if last is None or last.end != size:
        return None
    start_ms = from_ntp(int.from_bytes(head[start + 16 : start + 24], "big"))
    _, camera_ms, received_ms = _clocks(head, start, _moof_at(head, start))
    end_ms = max(last.end_ms(track.clock_hz), start_ms + 1)
    return start_ms, end_ms, pictures, damaged, camera_ms, received_ms


def _footer(read: Read, start: int, size: int) -> tuple[int, int, int | None] | None:
    """How long a file's last fragment is, and how many pictures and damaged ones it has; None where nothing tells."""
    tail = read(max(0, size - FOOTER_SIZE), FOOTER_SIZE)
    damaged: int | None = None
    if tail[:24] == _FOOTER_HEAD and len(tail) == FOOTER_SIZE:
        back, pictures, damaged = struct.unpack_from(">III", tail, 24)
    elif tail[-OLD_FOOTER_SIZE:][:24] == _OLD_FOOTER_HEAD and len(tail) >= OLD_FOOTER_SIZE:
        back, pictures = struct.unpack_from(">II", tail, len(tail) - 8)
    else:
        return None
    return (back, pictures, damaged) if start <= size - back < size else None


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
    at = _moof_at(head, 0)
    if len(head) < at + MOOF_HEAD or head[4:8] != b"prft" or head[at + 4 : at + 8] != b"moof":
        return None
    moof_size = int.from_bytes(head[at : at + 4], "big")
    if len(head) < at + moof_size + 8 and moof_size <= MOOF_HEAD + 16 * MOST_SAMPLES:
        head = read(offset, at + moof_size + 8)
    return _parsed(head, 0, offset, end)


def read_chunk(data: bytes, wall_ms: int) -> Fragment | None:
    """A fragment without any clock, as masked pictures come: moof and mdat; None where it is something else."""
    found = _parsed(bytes(PRFT_SIZE) + data, 0, -PRFT_SIZE, len(data)) if data[4:8] == b"moof" else None
    return None if found is None else replace(found, wall_ms=wall_ms)


def _moof_at(head: bytes, base: int) -> int:
    return (
        base
        + PRFT_SIZE
        + (CLOCKS_SIZE if head[base + PRFT_SIZE + 4 : base + PRFT_SIZE + 8] == b"uuid" else 0)
    )


def _parsed(head: bytes, base: int, offset: int, end: int) -> Fragment | None:
    """The fragment whose boxes up to the mdat's head lie in `head` from `base` on, and in the file at `offset`."""
    at = _moof_at(head, base)
    mdat = at + int.from_bytes(head[at : at + 4], "big")
    if head[at + 4 : at + 8] != b"moof" or len(head) < mdat + 8:
        return None
    if head[mdat + 4 : mdat + 8] != b"mdat":
        return None
    flags, camera_ms, received_ms = _clocks(head, base, at)
    size = mdat + int.from_bytes(head[mdat : mdat + 4], "big") - base
    table, sound = _table(head, at, mdat), _sound_table(head, at, mdat)
    footer = FOOTER_SIZE if flags & HAS_DAMAGED else OLD_FOOTER_SIZE
    whole = size + (footer if flags & HAS_FOOTER else 0)
    if table is None or sound is None or offset + whole > end:
        return None
    rows, row_form, pictures, duration, data_size = table
    sound_time, sound_rows, sound_size = sound
    if base + size != mdat + 8 + data_size + sound_size:
        return None
    return Fragment(
        offset=offset,
        size=whole,
        number=int.from_bytes(head[at + 20 : at + 24], "big"),
        decode_time=int.from_bytes(head[at + 60 : at + 68], "big"),
        wall_ms=from_ntp(int.from_bytes(head[base + 16 : base + 24], "big")),
        duration=duration,
        pictures=pictures,
        data_offset=offset + mdat + 8 - base,
        rows=rows,
        row_form=row_form,
        camera_ms=camera_ms,
        received_ms=received_ms,
        data_size=data_size,
        sound_time=sound_time,
        sound_rows=sound_rows,
    )


def _clocks(head: bytes, base: int, at: int) -> tuple[int, int | None, int | None]:
    """Flags, the camera's time and the time of receipt, from the box CLOCKS before the moof, where there is one."""
    if at == base + PRFT_SIZE or head[base + PRFT_SIZE + 8 : base + PRFT_SIZE + 24] != CLOCKS:
        return 0, None, None
    flags, camera_ms, received_ms = struct.unpack_from(">Iqq", head, base + PRFT_SIZE + 24)
    return (
        flags,
        camera_ms if flags & HAS_CAMERA_MS else None,
        received_ms if flags & HAS_RECEIVED_MS else None,
    )


def _table(head: bytes, at: int, mdat: int) -> tuple[bytes, str, int, int, int] | None:
    """The trun's rows, their form, and how many pictures, ticks and bytes they make; None if they do not add up."""
    trun, end = at + 68, at + 24 + int.from_bytes(head[at + 24 : at + 28], "big")
    if head[trun + 4 : trun + 8] != b"trun" or end > mdat:
        return None
    shifted = bool(head[trun + 10] & 0x08)
    count = int.from_bytes(head[trun + 12 : trun + 16], "big")
    rows, row_form = head[at + MOOF_HEAD : end], ">IIIi" if shifted else ">III"
    if count == 0 or len(rows) != count * (16 if shifted else 12):
        return None
    columns = 4 if shifted else 3
    numbers = struct.unpack(f">{count * columns}I", rows)
    duration, size = sum(numbers[::columns]), sum(numbers[1::columns])
    return rows, row_form, count, duration, size


def _sound_table(head: bytes, at: int, mdat: int) -> tuple[int, bytes, int] | None:
    """Decode time, rows and bytes of the second traf; zeros where there is none; None if it does not add up."""
    traf = at + 24 + int.from_bytes(head[at + 24 : at + 28], "big")
    if traf == mdat:
        return 0, b"", 0
    rows = head[traf + SOUND_HEAD : mdat]
    if head[traf + 48 : traf + 52] != b"trun" or not rows or len(rows) % 8:
        return None
    if int.from_bytes(head[traf + 56 : traf + 60], "big") * 8 != len(rows):
        return None
    size = sum(row[1] for row in struct.iter_unpack(">II", rows))
    return int.from_bytes(head[traf + 36 : traf + 44], "big"), rows, size


def _track(head: bytes) -> tuple[Track, int]:
    ftyp_end = _size_of(head, 0, b"ftyp")
    end = ftyp_end + _size_of(head, ftyp_end, b"moov")
    if end > len(head) or end == ftyp_end:
        raise Unreadable("The start of this footage file is cut off.")
    return _described_by(head[:end], ftyp_end), end


@lru_cache(maxsize=1024)  # a camera's files begin alike, and an index is made anew of many
def _described_by(head: bytes, ftyp_end: int) -> Track:
    end = len(head)
    traks = [(a, b) for kind, a, b in boxes(head, ftyp_end + 8, end) if kind == b"trak"]
    if not traks:
        raise Unreadable("This footage file carries no video.")
    clock_hz, stsd = _described(head, *traks[0])
    width, height = struct.unpack_from(">HH", stsd, 40)
    codec, (vps, sps, pps) = _parameter_sets(stsd)
    audio: AudioTrack | None = None
    if len(traks) > 1:
        sound_hz, entry = _described(head, *traks[1])
        audio = read_sound_entry(entry, sound_hz)
    return Track(codec, sps, pps, width, height, clock_hz, vps, audio)


def _described(head: bytes, start: int, end: int) -> tuple[int, bytes]:
    """A track's clock, and the content of its stsd."""
    mdhd = find(head, "mdia/mdhd", start, end)
    stsd = find(head, "mdia/minf/stbl/stsd", start, end)
    if len(mdhd) < 16 or len(stsd) < 44:
        raise Unreadable("This footage file carries no video that we know.")
    clock_hz = int.from_bytes(mdhd[12:16], "big")
    if clock_hz == 0:
        raise Unreadable("This footage file has a clock that stands still.")
    return clock_hz, stsd


def _parameter_sets(stsd: bytes) -> tuple[Codec, tuple[bytes, bytes, tuple[bytes, ...]]]:
    """How pictures are coded, and VPS (H.265 only), SPS and PPS."""
    if stsd[12:16] == b"avc1":
        return Codec.H264, (b"", *read_avcc(find(stsd, "avcC", _PICTURE_ENTRY, len(stsd))))
    if stsd[12:16] == b"hvc1":
        return Codec.H265, read_hvcc(find(stsd, "hvcC", _PICTURE_ENTRY, len(stsd)))
    raise Unreadable("This footage file carries neither H.264 nor H.265 video.")


def _size_of(data: bytes, offset: int, kind: bytes) -> int:
    if data[offset + 4 : offset + 8] != kind:
        raise Unreadable("This is no footage file of ours.")
    return int.from_bytes(data[offset : offset + 4], "big")
