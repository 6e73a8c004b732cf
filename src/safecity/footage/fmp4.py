"""Writes fragmented MP4 (ISO/IEC 14496-12) with H.264 or H.265 in it, and sound beside it: pure, bytes out.

A file is `init_segment` (ftyp, moov with mvex) and then fragments, one a group of pictures:
- `prft` (14496-12 section 8.16.5): which wall-clock time the fragment's first picture has;
- `uuid` CLOCKS: what the camera's clock said then, and when the picture was received, so that both survive in the file;
- `moof`: tfdt, and a trun with duration, size and flags of every picture; a second traf where there is sound;
- `mdat`;
- `uuid` FOOTER: how long the fragment is, and how many pictures the file has, and damaged ones, so that a file is read
  from its end.

So the file alone says what was seen and when. `unfmp4` reads it back.
Media times are in ticks of the track's clock, wall times in milliseconds since 1970.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from safecity.cameras import AudioTrack, Codec, Track
from safecity.footage.avc import avc_name, avcc
from safecity.footage.boxes import MATRIX, box, full
from safecity.footage.hevc import hevc_name, hvcc
from safecity.footage.sound import SoundSample, sound_entry, sound_name

NTP_EPOCH_S = 2_208_988_800  # seconds from 1900, where NTP counts from, to 1970
# sample_degradation_priority (8.8.3.1): a picture that this one is built upon was lost on the way
DAMAGED = 1
KEY_FLAGS = 0x02000000  # sample_depends_on = 2: needs no other (8.8.3.1)
DELTA_FLAGS = 0x01010000  # sample_depends_on = 1, sample_is_non_sync_sample
PRFT_SIZE = 32
PRFT_ARBITRARY = 8  # prft flags: wall clock by a consistent convention of ours, here the time of receipt
MOOF_HEAD = 88  # moof up to and with the first trun's sample_count and data_offset
SOUND_HEAD = 64  # the second traf, as far
CLOCKS = bytes.fromhex("f5c34ff517414742b744a7bab64d2ae8")
CLOCKS_SIZE = 44
FOOTER = bytes.fromhex("a071b40e5b3644e895b7203887f1126e")
FOOTER_SIZE = 36
OLD_FOOTER_SIZE = 32  # before damaged pictures were counted
HAS_CAMERA_MS, HAS_RECEIVED_MS, HAS_FOOTER, HAS_DAMAGED = 1, 2, 4, 8  # flags of CLOCKS


@dataclass(slots=True)
class Sample:
    """One coded picture to be written: NAL units without start codes; `shift` is presentation minus decoding time.

    One that `is_damaged` is marked in the file: a decoder has to guess what did not come.
    """

    nals: Sequence[bytes]
    duration: int
    is_key: bool
    shift: int = 0
    is_damaged: bool = False


def mime(track: Track) -> str:
    """The type for players (RFC 6381), e.g. `video/mp4; codecs="avc1.42c01f"` or `"hvc1.1.6.L93.B0,mp4a.40.2"`."""
    names = [avc_name(track.sps) if track.codec is Codec.H264 else hevc_name(track.sps)]
    if track.audio is not None:
        names.append(sound_name(track.audio))
    return f'video/mp4; codecs="{",".join(names)}"'


def init_segment(track: Track) -> bytes:
    """The start of a file: what is in it, and no pictures yet. Raises Unreadable for damaged parameter sets."""
    traks, trexs = [_trak(track)], [_trex(1)]
    if track.audio is not None:
        traks.append(_sound_trak(track.audio))
        trexs.append(_trex(2))
    next_id = len(traks) + 1
    head = struct.pack(">IIIIIH10x", 0, 0, 1000, 0, 0x10000, 0x100)
    return box(b"ftyp", b"iso6\0\0\0\0iso6iso5mp41") + box(
        b"moov",
        full(b"mvhd", 0, 0, head, MATRIX, bytes(24), struct.pack(">I", next_id)),
        *traks,
        box(b"mvex", *trexs),
    )


def fragment(
    number: int,
    decode_time: int,
    samples: Sequence[Sample],
    *,
    wall_ms: int | None = None,
    camera_ms: int | None = None,
    received_ms: int | None = None,
    sounds: Sequence[SoundSample] = (),
    pictures_before: int | None = None,
    damaged_before: int = 0,
) -> bytes:
    """One fragment: `number` counts from 1, `decode_time` is the first picture's, `wall_ms` its wall-clock time.

    Without `wall_ms` there is neither prft nor any other clock (masked pictures, whose clock travels beside them).
    `camera_ms` is what the camera's own clock said at the first picture, `received_ms` ours when its last byte came.
    `sounds` come from a `SoundLattice`. With `pictures_before`, how many pictures the file has so far, of which
    `damaged_before` are damaged, the fragment gets a footer, and the file can be read from its end.
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
        flags = KEY_FLAGS if sample.is_key else DELTA_FLAGS | (DAMAGED if sample.is_damaged else 0)
        rows += struct.pack(">III", sample.duration, size, flags)
        if shifted:
            rows += struct.pack(">i", sample.shift)
        total += size
    head = _moof(number, decode_time, len(samples), bytes(rows), total - 8, sounds, shifted=shifted)
    for sound in sounds:
        pieces.append(sound.data)
        total += len(sound.data)
    footer = wall_ms is not None and pictures_before is not None
    clock = b""
    if wall_ms is not None:
        clock = _prft(wall_ms, decode_time)
        if footer or camera_ms is not None or received_ms is not None:
            clock += _clocks(camera_ms, received_ms, footer=footer)
    pieces[0] = b"".join((clock, head, struct.pack(">I4s", total, b"mdat")))
    if footer:
        size = len(clock) + len(head) + total + FOOTER_SIZE
        damaged = sum(sample.is_damaged and not sample.is_key for sample in samples)
        pieces.append(footer_of(size, (pictures_before or 0) + len(samples), damaged_before + damaged))
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


def renumbered(
    piece: bytes,
    number: int,
    decode_time: int,
    sound_time: int = 0,
    *,
    pictures_before: int = 0,
    damaged_before: int = 0,
) -> bytes:
    """A fragment of ours, or its beginning up to the mdat, with other places; all else as it was.

    `sound_time` is the first sound's decode time, `pictures_before` how many pictures the new file has before it, and
    `damaged_before` how many damaged ones; they mean nothing where the fragment has no sound or no footer.
    """
    moved = bytearray(piece)
    at = PRFT_SIZE
    struct.pack_into(">Q", moved, at - 8, decode_time)
    if piece[at + 4 : at + 8] == b"uuid":
        at += CLOCKS_SIZE
    struct.pack_into(">I", moved, at + 20, number)
    struct.pack_into(">Q", moved, at + 60, decode_time)
    mdat, second = at + _number(moved, at), at + 24 + _number(moved, at + 24)
    if second < mdat:
        struct.pack_into(">Q", moved, second + 36, sound_time)
    footer = mdat + _number(moved, mdat)
    count = _number(moved, at + 80)
    if len(moved) in (footer + FOOTER_SIZE, footer + OLD_FOOTER_SIZE):
        struct.pack_into(">I", moved, footer + OLD_FOOTER_SIZE - 4, pictures_before + count)
    if len(moved) == footer + FOOTER_SIZE:
        damaged = damaged_in(moved[at + MOOF_HEAD : second], count)
        struct.pack_into(">I", moved, footer + OLD_FOOTER_SIZE, damaged_before + damaged)
    return bytes(moved)


def damaged_in(rows: bytes | bytearray, count: int) -> int:
    """How many of a trun's `count` rows are of damaged pictures: the last byte of their flags says so."""
    return rows[11 :: len(rows) // count].count(DAMAGED)


def damaged_up_to(piece: bytes) -> int | None:
    """How many pictures of its file are damaged up to the end of a fragment; None where no footer tells."""
    foot = piece[-FOOTER_SIZE:]
    if foot[:24] != struct.pack(">I4s16s", FOOTER_SIZE, b"uuid", FOOTER):
        return None
    return int.from_bytes(foot[-4:], "big")


def _number(data: bytearray, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "big")


def _moof(  # noqa: PLR0917  the parts of a moof
    number: int,
    decode_time: int,
    count: int,
    rows: bytes,
    data_size: int,
    sounds: Sequence[SoundSample],
    *,
    shifted: bool,
) -> bytes:
    data_offset = MOOF_HEAD + len(rows) + 8 + (SOUND_HEAD + 8 * len(sounds) if sounds else 0)
    # Flags: data offset; duration, size, flags (and time offset) of each sample.
    flags = 0x701 | (0x800 if shifted else 0)
    trafs = [_traf(1, decode_time, flags, count, data_offset, rows)]
    if sounds:
        sound_rows = b"".join(struct.pack(">II", each.duration, len(each.data)) for each in sounds)
        trafs.append(_traf(2, sounds[0].time, 0x301, len(sounds), data_offset + data_size, sound_rows))
    return box(b"moof", full(b"mfhd", 0, 0, struct.pack(">I", number)), *trafs)


def _traf(track_id: int, decode_time: int, flags: int, count: int, data_offset: int, rows: bytes) -> bytes:  # noqa: PLR0917
    return box(
        b"traf",
        full(b"tfhd", 0, 0x020000, struct.pack(">I", track_id)),  # default-base-is-moof
        full(b"tfdt", 1, 0, struct.pack(">Q", decode_time)),
        full(b"trun", 1, flags, struct.pack(">Ii", count, data_offset), rows),
    )


def _prft(wall_ms: int, decode_time: int) -> bytes:
    return full(b"prft", 1, PRFT_ARBITRARY, struct.pack(">IQQ", 1, to_ntp(wall_ms), decode_time))


def _clocks(camera_ms: int | None, received_ms: int | None, *, footer: bool) -> bytes:
    flags = (camera_ms is not None) * HAS_CAMERA_MS | (received_ms is not None) * HAS_RECEIVED_MS
    flags |= footer * (HAS_FOOTER | HAS_DAMAGED)
    return box(b"uuid", CLOCKS, struct.pack(">Iqq", flags, camera_ms or 0, received_ms or 0))


def footer_of(size: int, pictures: int, damaged: int | None) -> bytes:
    """The end of a fragment of `size` bytes, after which its file has so many pictures (`damaged` None: as of old)."""
    counts = struct.pack(">II", size, pictures)
    return box(b"uuid", FOOTER, counts if damaged is None else counts + struct.pack(">I", damaged))


def _trex(track_id: int) -> bytes:
    return full(b"trex", 0, 0, struct.pack(">IIIII", track_id, 1, 0, 0, 0 if track_id == 1 else KEY_FLAGS))


def _trak(track: Track) -> bytes:
    tkhd = struct.pack(">IIIII8xHHHH", 0, 0, 1, 0, 0, 0, 0, 0, 0)
    size = struct.pack(">II", track.width << 16, track.height << 16)
    return box(
        b"trak",
        full(b"tkhd", 0, 3, tkhd, MATRIX, size),
        _mdia(track.clock_hz, b"vide", b"camera\0", full(b"vmhd", 0, 1, bytes(8)), picture_entry(track)),
    )


def _sound_trak(audio: AudioTrack) -> bytes:
    tkhd = struct.pack(">IIIII8xHHHH", 0, 0, 2, 0, 0, 0, 0, 0x100, 0)  # full volume
    return box(
        b"trak",
        full(b"tkhd", 0, 3, tkhd, MATRIX, bytes(8)),
        _mdia(audio.clock_hz, b"soun", b"sound\0", full(b"smhd", 0, 0, bytes(4)), sound_entry(audio)),
    )


def _mdia(clock_hz: int, handler: bytes, name: bytes, media_head: bytes, entry: bytes) -> bytes:
    return box(
        b"mdia",
        full(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, clock_hz, 0, 0x55C4, 0)),  # language "und"
        full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, handler), name),
        box(
            b"minf",
            media_head,
            box(b"dinf", full(b"dref", 0, 0, struct.pack(">I", 1), full(b"url ", 0, 1))),
            box(
                b"stbl",
                full(b"stsd", 0, 0, struct.pack(">I", 1), entry),
                full(b"stts", 0, 0, bytes(4)),
                full(b"stsc", 0, 0, bytes(4)),
                full(b"stsz", 0, 0, bytes(8)),
                full(b"stco", 0, 0, bytes(4)),
            ),
        ),
    )


def picture_entry(track: Track) -> bytes:
    """The sample entry of a track of pictures, for stsd. Raises Unreadable for damaged parameter sets."""
    # 72 dpi, depth 24
    entry = struct.pack(">6xH16xHHIIIH32xHh", 1, track.width, track.height, 0x480000, 0x480000, 0, 1, 24, -1)
    if track.codec is Codec.H264:
        return box(b"avc1", entry, avcc(track.sps, track.pps))
    return box(b"hvc1", entry, hvcc(track.vps, track.sps, track.pps))
