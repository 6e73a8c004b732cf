"""Writes fragmented MP4 (ISO/IEC 14496-12) with H.264 in it (ISO/IEC 14496-15): pure, bytes out.

A file is `init_segment` (ftyp, moov with avcC and mvex) and then fragments, one a group of pictures: `prft` (14496-12
section 8.16.5: which wall-clock time the fragment's first picture has), `moof` (tfdt, one trun with duration, size and
flags of every picture) and `mdat`. So the file alone says what was seen and when. `unfmp4` reads it back.
Media times are in ticks of the track's clock, wall times in milliseconds since 1970.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from safecity.cameras import Track

NTP_EPOCH_S = 2_208_988_800  # seconds from 1900, where NTP counts from, to 1970
KEY_FLAGS = 0x02000000  # sample_depends_on = 2: needs no other (8.8.3.1)
DELTA_FLAGS = 0x01010000  # sample_depends_on = 1, sample_is_non_sync_sample
PRFT_SIZE = 32
PRFT_ARBITRARY = 8  # prft flags: wall clock by a consistent convention of ours, here the time of receipt
MOOF_HEAD = 88  # moof up to and with trun's sample_count and data_offset
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)


@dataclass(slots=True)
class Sample:
    """One coded picture to be written: NAL units without start codes; `shift` is presentation minus decoding time."""

    nals: Sequence[bytes]
    duration: int
    is_key: bool
    shift: int = 0


def mime(track: Track) -> str:
    """The type for Media Source Extensions (RFC 6381), e.g. `video/mp4; codecs="avc1.42c01f"`."""
    return f'video/mp4; codecs="avc1.{track.sps[1:4].hex()}"'


def init_segment(track: Track) -> bytes:
    """The start of a file: what is in it, and no pictures yet."""
    return _box(b"ftyp", b"iso6\0\0\0\0iso6iso5mp41") + _box(
        b"moov",
        _full(
            b"mvhd",
            0,
            0,
            struct.pack(">IIIIIH10x", 0, 0, 1000, 0, 0x10000, 0x100),
            _MATRIX,
            bytes(24) + b"\0\0\0\2",
        ),
        _trak(track),
        _box(b"mvex", _full(b"trex", 0, 0, struct.pack(">IIIII", 1, 1, 0, 0, 0))),
    )


def fragment(
    number: int, decode_time: int, samples: Sequence[Sample], *, wall_ms: int | None = None
) -> bytes:
    """One fragment: `number` counts from 1, `decode_time` is the first picture's, `wall_ms` its wall-clock time.

    Without `wall_ms` the prft box is left out (masked pictures, whose clock travels beside them).
    """
    shifted = any(sample.shift for sample in samples)
    rows = bytearray()
    pieces: list[bytes] = [b""]
    total = 8
    for sample in samples:
        size = 0
        for nal in sample.nals:
            pieces.append(len(nal).to_bytes(4, "big"))
            pieces.append(nal)
            size += 4 + len(nal)
        rows += struct.pack(">III", sample.duration, size, KEY_FLAGS if sample.is_key else DELTA_FLAGS)
        if shifted:
            rows += struct.pack(">i", sample.shift)
        total += size
    head = _moof(number, decode_time, len(samples), bytes(rows), shifted=shifted)
    clock = b"" if wall_ms is None else _prft(wall_ms, decode_time)
    pieces[0] = b"".join((clock, head, struct.pack(">I4s", total, b"mdat")))
    return b"".join(pieces)


def to_ntp(wall_ms: int) -> int:
    """A wall time as a 64-bit NTP timestamp (RFC 5905 section 6); from 2036 on the next era, as RFC 4330 reads it."""
    seconds, rest_ms = divmod(wall_ms, 1000)
    return ((seconds + NTP_EPOCH_S) & 0xFFFFFFFF) << 32 | -(-(rest_ms << 32) // 1000)


def from_ntp(stamp: int) -> int:
    """The wall time, in milliseconds, of a 64-bit NTP timestamp between 1968 and 2104."""
    seconds = stamp >> 32
    if seconds < 1 << 31:
        seconds += 1 << 32
    return (seconds - NTP_EPOCH_S) * 1000 + ((stamp & 0xFFFFFFFF) * 1000 >> 32)


def renumbered(piece: bytes, number: int, decode_time: int) -> bytes:
    """A fragment of ours (prft, moof, mdat) with another number and decode time; everything else as it was."""
    moved = bytearray(piece)
    struct.pack_into(">Q", moved, PRFT_SIZE - 8, decode_time)
    struct.pack_into(">I", moved, PRFT_SIZE + 20, number)
    struct.pack_into(">Q", moved, PRFT_SIZE + 60, decode_time)
    return bytes(moved)


def _moof(number: int, decode_time: int, count: int, rows: bytes, *, shifted: bool) -> bytes:
    data_offset = MOOF_HEAD + len(rows) + 8
    flags = 0x701 | (
        0x800 if shifted else 0
    )  # data offset; duration, size, flags (and time offset) of each sample
    moof = _box(
        b"moof",
        _full(b"mfhd", 0, 0, struct.pack(">I", number)),
        _box(
            b"traf",
            _full(b"tfhd", 0, 0x020000, struct.pack(">I", 1)),  # default-base-is-moof
            _full(b"tfdt", 1, 0, struct.pack(">Q", decode_time)),
            _full(b"trun", 1, flags, struct.pack(">Ii", count, data_offset), rows),
        ),
    )
    assert len(moof) == MOOF_HEAD + len(rows)
    return moof


def _prft(wall_ms: int, decode_time: int) -> bytes:
    return _full(b"prft", 1, PRFT_ARBITRARY, struct.pack(">IQQ", 1, to_ntp(wall_ms), decode_time))


def _trak(track: Track) -> bytes:
    tkhd = struct.pack(">IIIII8xHHHH", 0, 0, 1, 0, 0, 0, 0, 0, 0)
    size = struct.pack(">II", track.width << 16, track.height << 16)
    return _box(
        b"trak",
        _full(b"tkhd", 0, 3, tkhd, _MATRIX, size),
        _box(
            b"mdia",
            _full(
                b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, track.clock_hz, 0, 0x55C4, 0)
            ),  # language "und"
            _full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, b"vide"), b"camera\0"),
            _box(
                b"minf",
                _full(b"vmhd", 0, 1, bytes(8)),
                _box(b"dinf", _full(b"dref", 0, 0, struct.pack(">I", 1), _full(b"url ", 0, 1))),
                _stbl(track),
            ),
        ),
    )


def _stbl(track: Track) -> bytes:
    sps = track.sps
    profile_levels = bytes([1, sps[1], sps[2], sps[3], 0xFF, 0xE1])
    avcc = _box(
        b"avcC",
        profile_levels,
        len(sps).to_bytes(2, "big"),
        sps,
        len(track.pps).to_bytes(1, "big"),
        *(len(pps).to_bytes(2, "big") + pps for pps in track.pps),
    )
    entry = struct.pack(
        ">6xH16xHHIIIH32xHh", 1, track.width, track.height, 0x480000, 0x480000, 0, 1, 24, -1
    )  # 72 dpi, depth 24
    return _box(
        b"stbl",
        _full(b"stsd", 0, 0, struct.pack(">I", 1), _box(b"avc1", entry, avcc)),
        _full(b"stts", 0, 0, bytes(4)),
        _full(b"stsc", 0, 0, bytes(4)),
        _full(b"stsz", 0, 0, bytes(8)),
        _full(b"stco", 0, 0, bytes(4)),
    )


def _box(kind: bytes, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *parts)
