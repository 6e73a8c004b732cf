"""Tables of a plain MP4 film (ISO/IEC 14496-12): every player reads it, also those that read no fragments. Pure.

Time zero of a film is the moment asked for, and a picture stands where its wall time says: each group of pictures
begins at its own wall time to the tick. Pictures before the beginning, back to the keyframe, are in the file for the
decoder and are not shown (one edit, section 8.6.6). Where footage is missing the last picture is held and a caption
says so, because ffmpeg 5 shows other pictures in place of an empty edit that is not the first.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from safecity.base import from_ms
from safecity.cameras import AudioCodec, Track
from safecity.footage.boxes import MATRIX, box, full
from safecity.footage.fmp4 import picture_entry
from safecity.footage.model import Span
from safecity.footage.rules import GAP_MS
from safecity.footage.sound import SILENCE, sound_entry
from safecity.footage.unfmp4 import Fragment

SINCE_1904_S = 2_082_844_800
SEAM_S = 1.0  # groups that part from their place by less are of one run
SOUND_SEAM_S = 0.1
SILENCE_S = 10
LONGEST_HOLD_S = 12 * 3600  # a sample's duration has 32 bits
MDAT_HEAD = 16  # with a 64-bit length
_FTYP = box(b"ftyp", b"isom\0\0\2\0isomiso4mp41")
_IN_TAIL = -1  # the place of silence, which lies behind the media, before that place is known


@dataclass(slots=True)
class _Lane:
    """One track's tables: samples, the chunks they lie in, and its runs. Arrays, for a day has two million samples."""

    clock_hz: int
    unit: int = 0  # bytes of a sample where all are alike (G.711)
    durations: array[int] = field(default_factory=lambda: array("I"))
    sizes: array[int] = field(default_factory=lambda: array("I"))
    shifts: array[int] = field(default_factory=lambda: array("i"))
    keys: array[int] = field(default_factory=lambda: array("I"))
    places: array[int] = field(default_factory=lambda: array("q"))
    counts: array[int] = field(default_factory=lambda: array("I"))
    begins: int | None = None  # on the film's time, in ticks
    media: int = 0

    @property
    def end(self) -> int:
        """Where it ends on the film's time."""
        return (self.begins or 0) + self.media

    def add(self, duration: int, size: int) -> None:
        """A sample."""
        self.durations.append(duration)
        self.sizes.append(size)
        self.media += duration

    def chunk(self, place: int, count: int) -> None:
        """So many samples lie together at a place."""
        self.places.append(place)
        self.counts.append(count)

    def stretch(self, ticks: int) -> None:
        """The last sample lasts longer, or shorter; at least a tick."""
        lasts = max(1, self.durations[-1] + ticks)
        self.media += lasts - self.durations[-1]
        self.durations[-1] = lasts

    def be_silent(self, ticks: int) -> None:
        """Nothing is heard for a while: the same silence again and again, or a frame that lasts."""
        if not self.unit:
            self.stretch(ticks)
            return
        while ticks > 0:
            some = min(ticks, SILENCE_S * self.clock_hz)
            self.chunk(_IN_TAIL, some)
            self.add(some, some * self.unit)
            ticks -= some

    def edits(self, until_ms: int, lead: int) -> tuple[bytes, int]:
        """The edit list, and how long the film is, in milliseconds. `lead` is added to all presentation times."""
        begins, hz = self.begins or 0, self.clock_hz
        start_ms = max(0, begins * 1000 // hz)
        end_ms = max(start_ms, min(until_ms, self.end * 1000 // hz))
        rows = [(start_ms, -1)] if start_ms else []
        rows.append((end_ms - start_ms, max(0, start_ms * hz // 1000 - begins) + lead))
        packed = b"".join(struct.pack(">QqI", lasts, media, 0x10000) for lasts, media in rows)
        return full(b"elst", 1, 0, struct.pack(">I", len(rows)), packed), end_ms


class FilmTables:
    """What a film will hold, grown fragment by fragment: `head` lies in front of the media, `tail` behind them."""

    def __init__(self, track: Track, zero_ms: int, until_ms: int) -> None:
        """The film shows what was seen from `zero_ms` up to `until_ms`."""
        self.track = track
        self.bytes = 0
        self.missing: list[Span] = []
        self._zero_ms, self._until_ms = zero_ms, until_ms
        self._pictures = _Lane(track.clock_hz)
        audio = track.audio
        self._sound = None
        if audio is not None:
            self._sound = _Lane(audio.clock_hz, 0 if audio.codec is AudioCodec.AAC else audio.channels)

    @property
    def pictures(self) -> int:
        """How many there are."""
        return len(self._pictures.sizes)

    @property
    def span(self) -> Span:
        """The wall times from the first picture that is shown to the end of the last."""
        lane = self._pictures
        start, end = (self._zero_ms + each * 1000 // lane.clock_hz for each in (lane.begins or 0, lane.end))
        return max(start, self._zero_ms), min(end, self._until_ms)

    def reaches(self, fragment: Fragment) -> bool:
        """Whether the last picture can be held until this fragment begins."""
        return self._late(fragment) < LONGEST_HOLD_S * self._pictures.clock_hz

    def _late(self, fragment: Fragment) -> int:
        lane = self._pictures
        at = (fragment.wall_ms - self._zero_ms) * lane.clock_hz // 1000
        return 0 if lane.begins is None else at - lane.end

    def add(self, fragment: Fragment) -> bool:
        """Takes a fragment's pictures and sound in, which will lie behind all others; False where it has no place.

        It has none where it would overlap what is there, or goes on with a group whose beginning is not there.
        """
        lane, late = self._pictures, self._late(fragment)
        seam = lane.clock_hz * SEAM_S
        if late < -seam or (not fragment.is_key and (lane.begins is None or late > seam)):
            return False
        if lane.begins is None:
            lane.begins = (fragment.wall_ms - self._zero_ms) * lane.clock_hz // 1000
        else:
            if late * 1000 >= GAP_MS * lane.clock_hz:
                self.missing.append((fragment.wall_ms - late * 1000 // lane.clock_hz, fragment.wall_ms))
            lane.stretch(late)
        place = lane.end
        samples = fragment.samples()
        lane.chunk(self.bytes, len(samples))
        for number, each in enumerate(samples, start=len(lane.sizes) + 1):
            lane.add(each.duration, each.size)
            lane.shifts.append(each.shift)
            if each.is_key:
                lane.keys.append(number)
        if self._sound is not None and fragment.sound_rows:
            self._add_sound(self._sound, fragment, place)
        self.bytes += fragment.media_size
        return True

    def _add_sound(self, lane: _Lane, fragment: Fragment, place: int) -> None:
        """Lays sound as far from its pictures as it was, without seams; what would overlap is left out."""
        clock_hz = self.track.clock_hz
        at = fragment.sound_time + (place - fragment.decode_time) * lane.clock_hz // clock_hz
        seam, count, offset = lane.clock_hz * SOUND_SEAM_S, 0, self.bytes + fragment.data_size
        start = offset
        for each in fragment.sounds():
            if lane.begins is None:
                lane.begins = at
            if at - lane.end > seam and not count:
                lane.be_silent(at - lane.end)
            if at - lane.end >= -seam:
                start = start if count else offset
                lane.add(each.size // lane.unit if lane.unit else each.duration, each.size)
                count += each.size // lane.unit if lane.unit else 1
            offset += each.size
            at += each.duration
        if count:
            lane.chunk(start, count)

    def head(self) -> bytes:
        """ftyp, moov and the head of mdat: what lies in front of the media."""
        whole = self.bytes + len(self.tail())
        large = whole > 0xF0000000
        size = len(_FTYP) + MDAT_HEAD + len(self._moov(0, large=large))
        return _FTYP + self._moov(size, large=large) + struct.pack(">I4sQ", 1, b"mdat", MDAT_HEAD + whole)

    def tail(self) -> bytes:
        """What lies behind the media: ten seconds of silence where there are holes in the sound, and captions."""
        return self._silence() + b"".join(text for _, text in self._captions())

    def _silence(self) -> bytes:
        lane, audio = self._sound, self.track.audio
        if lane is None or audio is None or _IN_TAIL not in lane.places:
            return b""
        return SILENCE[audio.codec] * (SILENCE_S * lane.clock_hz * lane.unit)

    def _captions(self) -> list[tuple[int, bytes]]:
        """For how many milliseconds there is which caption, as samples of timed text (3GPP TS 26.245)."""
        rows: list[tuple[int, bytes]] = []
        cursor_ms = self._zero_ms
        for start_ms, end_ms in self.missing:
            start, end = (f"{from_ms(each):%H:%M:%S}" for each in (start_ms, end_ms))
            words = f"No footage from {start} to {end} UTC.".encode()
            rows.append((start_ms - cursor_ms, b"\0\0"))
            rows.append((end_ms - start_ms, len(words).to_bytes(2, "big") + words))
            cursor_ms = end_ms
        return [(lasts, text) for lasts, text in rows if lasts > 0]

    def _moov(self, base: int, *, large: bool) -> bytes:
        born = max(0, self._zero_ms // 1000 + SINCE_1904_S)
        traks: list[bytes] = []
        longest = 0
        for lane, number in ((self._pictures, 1), (self._sound, 2)):
            if lane is not None and lane.sizes:
                trak, lasts_ms = self._lane_trak(number, lane, base, born, large=large)
                traks.append(trak)
                longest = max(longest, lasts_ms)
        if self.missing:
            traks.append(self._caption_trak(base, born, large=large))
        head = struct.pack(">QQIQIH10x", born, born, 1000, longest, 0x10000, 0x100)
        return box(b"moov", full(b"mvhd", 1, 0, head, MATRIX, bytes(24), struct.pack(">I", 4)), *traks)

    def _lane_trak(self, number: int, lane: _Lane, base: int, born: int, *, large: bool) -> tuple[bytes, int]:
        lead = max(0, -min(lane.shifts, default=0))
        elst, lasts_ms = lane.edits(self._until_ms - self._zero_ms, lead)
        audio = self.track.audio
        silent = base + self.bytes
        offsets = [silent if each == _IN_TAIL else base + each for each in lane.places]
        if number == 1 or audio is None:
            kind, media_head, entry = b"vide", full(b"vmhd", 0, 1, bytes(8)), picture_entry(self.track)
            size = struct.pack(">II", self.track.width << 16, self.track.height << 16)
        else:
            kind, media_head, entry, size = (
                b"soun",
                full(b"smhd", 0, 0, bytes(4)),
                sound_entry(audio),
                bytes(8),
            )
        times = (number, born, lane.clock_hz, lane.media, lasts_ms)
        tables = _stbl(lane, entry, offsets, lead, large=large)
        return _trak(kind, times, size, media_head, tables, box(b"edts", elst)), lasts_ms

    def _caption_trak(self, base: int, born: int, *, large: bool) -> bytes:
        rows = self._captions()
        lane = _Lane(1000)
        place = base + self.bytes + len(self._silence())
        offsets: list[int] = []
        for lasts, text in rows:
            lane.add(lasts, len(text))
            lane.chunk(0, 1)
            offsets.append(place)
            place += len(text)
        box_and_style = struct.pack(">bbI4H2HHBBI", 1, -1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 18, 0xFFFFFFFF)
        fonts = box(b"ftab", struct.pack(">HHB", 1, 1, 5), b"Serif")
        entry = box(b"tx3g", struct.pack(">6xHI", 1, 0), box_and_style, fonts)
        size = struct.pack(">II", self.track.width << 16, 60 << 16)
        tables = _stbl(lane, entry, offsets, 0, large=large)
        return _trak(b"sbtl", (3, born, 1000, lane.media, lane.media), size, full(b"nmhd", 0, 0), tables)


def _trak(  # noqa: PLR0917  the parts of a trak
    kind: bytes,
    times: tuple[int, int, int, int, int],
    size: bytes,
    media_head: bytes,
    stbl: bytes,
    edts: bytes = b"",
) -> bytes:
    """`times` are the track's number, when the film was born, the clock, and how long media and film are by it."""
    number, born, clock_hz, media, lasts_ms = times
    volume = 0x100 if kind == b"soun" else 0
    tkhd = struct.pack(">QQIIQ8xHHHH", born, born, number, 0, lasts_ms, 0, 0, volume, 0)
    return box(
        b"trak",
        full(b"tkhd", 1, 3, tkhd, MATRIX, size),
        edts,
        box(
            b"mdia",
            full(b"mdhd", 1, 0, struct.pack(">QQIQHH", born, born, clock_hz, media, 0x55C4, 0)),
            full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, kind), b"safecity\0"),
            box(
                b"minf",
                media_head,
                box(b"dinf", full(b"dref", 0, 0, struct.pack(">I", 1), full(b"url ", 0, 1))),
                stbl,
            ),
        ),
    )


def _stbl(lane: _Lane, entry: bytes, offsets: Sequence[int], lead: int, *, large: bool) -> bytes:
    parts = [full(b"stsd", 0, 0, struct.pack(">I", 1), entry)]
    if lane.unit:
        total = sum(lane.counts)
        parts.append(full(b"stts", 0, 0, struct.pack(">III", 1, total, 1)))
        sizes = struct.pack(">II", lane.unit, total)
    else:
        parts.append(full(b"stts", 0, 0, _runs(lane.durations)))
        sizes = struct.pack(">II", 0, len(lane.sizes)) + _big_endian(lane.sizes)
    if any(lane.shifts):
        parts.append(full(b"ctts", 0, 0, _runs(each + lead for each in lane.shifts)))
    if lane.keys and len(lane.keys) < len(lane.sizes):
        parts.append(full(b"stss", 0, 0, struct.pack(">I", len(lane.keys)), _big_endian(lane.keys)))
    places = array("Q" if large else "I", offsets)
    parts += [
        full(b"stsc", 0, 0, _chunks(lane.counts)),
        full(b"stsz", 0, 0, sizes),
        full(b"co64" if large else b"stco", 0, 0, struct.pack(">I", len(places)), _big_endian(places)),
    ]
    return box(b"stbl", *parts)


def _runs(values: Iterable[int]) -> bytes:
    """Values as (how often, value), after the number of such rows."""
    rows = [struct.pack(">II", sum(1 for _ in group), value) for value, group in groupby(values)]
    return struct.pack(">I", len(rows)) + b"".join(rows)


def _chunks(counts: Iterable[int]) -> bytes:
    """stsc: from which chunk on there are so many samples in each."""
    rows: list[bytes] = []
    first = 1
    for count, group in groupby(counts):
        rows.append(struct.pack(">III", first, count, 1))
        first += sum(1 for _ in group)
    return struct.pack(">I", len(rows)) + b"".join(rows)


def _big_endian(values: array[int]) -> bytes:
    if sys.byteorder == "little":
        values = values[:]
        values.byteswap()
    return values.tobytes()
