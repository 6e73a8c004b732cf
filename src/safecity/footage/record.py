"""Records one camera: hears its pictures, keeps the current group for late joiners, has each group written once whole.

The hot path is `on_picture`: a list grows. All else happens once a group: it gets its place in time (`pace.Pace`), one
fragment goes to the writer, gaps are told (`rules.Coverage`) in the order in which things happened, though the disk may
answer late. A disk that fails never ends a recording: the gap has the cause `disk`, and every later group tries again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from safecity.cameras import Picture, Sound, Track, WireError
from safecity.footage.append import AppendAtOnce
from safecity.footage.fmp4 import Sample, fragment, init_segment
from safecity.footage.folders import SILENT_WORDS, Folders, disk_words
from safecity.footage.layout import Layout, stood
from safecity.footage.model import Cause
from safecity.footage.pace import Pace, Placed
from safecity.footage.ports import Listener, Writer
from safecity.footage.rules import SEGMENT_MS, Coverage, GapCommand, Reason, reason_of
from safecity.footage.skew import CameraClock, ClockSeen
from safecity.footage.sound import SoundLattice
from safecity.footage.still import Still
from safecity.footage.write import SegmentFile

LONGEST_GROUP_S = 10  # a group that goes on for longer is written in parts,
LARGEST_GROUP = 8 << 20  # or that has more bytes,
LARGEST_LEAD = 16 << 20  # and one that is this large is not kept for late joiners
EXCUSE_MS = 30_000  # for so long a stall of our own explains a hole
UNANSWERED_S = 5  # a group for which the disk does not answer for so long counts as lost until it does
FROZEN_WORDS = "The camera sends the very same picture again and again."


@dataclass(eq=False)
class Leaving:
    """A group on its way to the disk. `frozen` are spans within, in which one picture stood for 2 s or more."""

    file: SegmentFile
    placed: Placed
    reason: Reason
    frozen: list[tuple[int, int]]
    is_still: bool
    is_answered: bool = False
    error: OSError | None = None


class Recording:
    """A camera's pictures on their way to disk and to listeners. Fills `cameras.Sink`; lives in the event loop.

    The recorder takes away `told` (gaps that began and ended, news of the camera's clock) and `finished` (files that
    grow no more), and sees to it that files are synced and listed.
    """

    def __init__(
        self,
        camera: str,
        root: Folders | Path,
        coverage: Coverage,
        on_seen: Callable[[], None],
        *,
        segment_ms: int = SEGMENT_MS,
        writer: Writer | None = None,
    ) -> None:
        """`coverage.end_ms` is where earlier footage ends; `on_seen` is called at each stream's first picture."""
        self.camera = camera
        self.file: SegmentFile | None = None
        self.told: list[GapCommand | ClockSeen] = []
        self.finished: list[SegmentFile] = []
        self.barred: str | None = None  # why nothing may be written to the disk just now, as a sentence
        self._keep = True
        self._root = root
        self._coverage = coverage
        self._on_seen = on_seen
        self._segment_ms = segment_ms
        self._writer = writer or AppendAtOnce()
        self._pace = Pace(coverage.end_ms)
        self._clock = CameraClock(camera)
        self._still = Still()
        self._track: Track | None = None
        self._init = b""
        self._lead: list[Picture] | None = []  # what of the current group is written; None: too large to keep
        self._group: list[Picture] = []  # what of it is not
        self._sounds: list[Sound] = []
        self._lattice: SoundLattice | None = None
        self._bytes = 0
        self._longest = 0
        self._media_time = 0  # of the present file: its length so far, in ticks,
        self._fragments = 0  # and what is in it
        self._pictures = self._damaged = 0
        # groups being written, and what waits for them
        self._line: deque[Leaving | Callable[[], None]] = deque()
        self._cut: list[SegmentFile] = []  # files that wait for their last groups
        # what the disk had to answer for a second ago, and for how long it has
        self._head: Leaving | Callable[[], None] | None = None
        self._seconds = 0
        self._lost = 0  # packets, since the group began
        self._lost_before = 0
        self._excuse: tuple[Reason, int] | None = None
        self._listeners: list[Listener] = []

    def on_track(self, track: Track) -> None:
        """As `cameras.Sink`: another form of picture begins another file."""
        if track == self._track:
            return
        self._close_group(None)
        self.cut()
        if self._track is None:  # why the last stream ended was told
            self._lost = self._lost_before = 0
        self._track = track
        self._init = init_segment(track)
        self._longest = LONGEST_GROUP_S * track.clock_hz
        self._lattice = None if track.audio is None else SoundLattice(track.audio, track.clock_hz)
        for listener in self._listeners:
            listener.on_track(track)

    def on_picture(self, picture: Picture) -> None:
        """As `cameras.Sink`."""
        group = self._group
        if picture.is_key:
            self._begin_group(picture)
        elif not group:
            return
        elif self._bytes > LARGEST_GROUP or picture.time - group[0].time > self._longest:
            self._part_group(picture)
        else:
            group.append(picture)
        self._bytes += picture.size
        for listener in () if picture.is_damaged else self._listeners:
            listener.on_picture(picture)

    def on_sound(self, sound: Sound) -> None:
        """As `cameras.Sink`: sound is written with the pictures that it was heard with."""
        if self._group and self._lattice is not None:
            self._sounds.append(sound)
            self._bytes += len(sound.data)

    def on_loss(self, packets: int) -> None:
        """As `cameras.Sink`."""
        self._lost += packets

    def end(self) -> None:
        """The stream ended: what there is of the current group is written, the file is finished."""
        had_track = self._track is not None
        self._close_group(None)
        self.cut()
        self._track = None
        if had_track:
            for listener in list(self._listeners):
                listener.on_end()

    def missing(self, cause: Cause, words: str, now_ms: int) -> None:
        """No pictures come, and why. While recording is switched off, that is reason enough."""
        if self._keep or cause is Cause.PLANNED:
            self._miss(Reason(cause, words), now_ms)

    def lost(self, error: WireError, now_ms: int) -> None:
        """The wire ended with an error: from now on no pictures come, and why."""
        if self._keep:
            self._miss(reason_of(error, self._lost + self._lost_before), now_ms)

    def excuse(self, words: str, now_ms: int) -> None:
        """The recorder itself stood still, or its clock was set: that explains a hole about now."""
        self._excuse = (Reason(Cause.RECORDER, words), now_ms + EXCUSE_MS)

    def dismiss(self, now_ms: int) -> None:
        """Nobody asks for this camera's footage any more: its open gap ends."""
        self._in_order(lambda: self._tell(self._coverage.dismiss(now_ms)))

    def places(self) -> list[tuple[str, int]]:
        """Camera and start of the files that are not yet synced for the last time."""
        files = [*self.finished, *self._cut, *([] if self.file is None else [self.file])]
        return [(each.camera, each.start_ms) for each in files]

    def switch(self, keep: bool, words: str, now_ms: int) -> None:
        """Recording is switched on or off; live pictures come either way."""
        self._keep = keep
        if not keep:
            self.cut()
            self.missing(Cause.PLANNED, words, now_ms)

    def tick(self, now_ms: int) -> None:
        """A second passed: a span without footage may have become a gap."""
        head = self._line[0] if self._line else None
        self._seconds = self._seconds + 1 if head is self._head else 0
        self._head = head
        if head is None:  # else the disk's answer decides, unless there is none
            self._tell(self._coverage.tick(now_ms))
        elif isinstance(head, Leaving) and self._seconds >= UNANSWERED_S:
            self._tell(self._coverage.missing(Cause.DISK, SILENT_WORDS, head.placed.start_ms))
            self._tell(self._coverage.tick(now_ms))

    def doubt(self, file: SegmentFile, listed_ms: int, end_ms: int, error: OSError) -> None:
        """The disk could not confirm a file's bytes of a span: they count as a gap, another file begins."""
        reason = Reason(Cause.DISK, disk_words(error))
        self._tell(self._coverage.frozen(listed_ms, end_ms, reason.cause, reason.words))
        if file is self.file:
            self.cut()
            self._excuse = reason, end_ms + EXCUSE_MS  # the rest of a group that began in it is lost too

    def cut(self) -> None:
        """Finishes the present file; the next group that begins with a keyframe opens another."""
        if self.file is not None:
            self._cut.append(self.file)
            self.file = None
            self._in_order(lambda: self.finished.append(self._cut.pop(0)))

    def join(self, listener: Listener) -> None:
        """As `footage.Live.join`."""
        self._listeners.append(listener)
        if self._track is not None:
            listener.on_track(self._track)
            for picture in (*self._lead, *self._group) if self._lead is not None else ():
                if not picture.is_damaged:
                    listener.on_picture(picture)

    def leave(self, listener: Listener) -> None:
        """As `footage.Live.leave`."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def _begin_group(self, key: Picture) -> None:
        if self._group:
            self._close_group(key)
        else:
            self._on_seen()
        self._lead, self._group, self._bytes = [], [key], 0

    def _part_group(self, picture: Picture) -> None:
        """Writes what there is of a group that goes on for too long; it goes on with `picture`."""
        if self._lead is not None:
            self._lead += self._group
            if sum(each.size for each in self._lead) > LARGEST_LEAD:
                self._lead = None
        self._close_group(picture)
        self._group, self._bytes = [picture], 0

    def _close_group(self, following: Picture | None) -> None:
        """Has the group written. `following` is the picture after it, None when the stream ended."""
        group, track, sounds = self._group, self._track, self._sounds
        self._group, self._sounds = [], []
        if not group or track is None:
            return
        first = group[0]
        layout, placed = self._pace.take(
            [each.time for each in group],
            [each.received_ms for each in group],
            track.clock_hz,
            None if following is None else (following.time, following.received_ms),
            can_begin=first.is_key,
            next_can_begin=following is None or following.is_key,
        )
        if first.camera_ms is not None:
            self._see_clock(group)
        if self._keep:
            if placed.anew:
                self.cut()
            self._store(group, sounds, layout, placed)
        self._lost_before, self._lost = self._lost, 0

    def _see_clock(self, group: list[Picture]) -> None:
        ahead_ms = max(e.camera_ms - e.received_ms for e in group if e.camera_ms is not None)
        news = self._clock.saw(group[-1].received_ms, ahead_ms)
        if news is not None:
            self.told.append(news)

    def _store(self, group: list[Picture], sounds: list[Sound], layout: Layout, placed: Placed) -> None:
        """Sends the group to its file; where that cannot be, a gap begins."""
        key, start_ms = group[0], placed.start_ms
        if self.file is not None and key.is_key and placed.end_ms - self.file.start_ms > self._segment_ms:
            self.cut()
        if self.barred is not None:
            self.cut()
            self._miss(Reason(Cause.DISK, self.barred), start_ms)
            return
        if self.file is None:
            if not key.is_key:
                return  # the beginning of this group could not be written, and without it this cannot be played
            try:
                self.file = self._open(key, start_ms)
            except OSError as error:
                self._miss(Reason(Cause.DISK, disk_words(error)), start_ms)
                return
        data = self._fragment(group, sounds, layout, start_ms)
        leaving = Leaving(
            self.file,
            placed,
            self._why(key.received_ms),
            stood(layout, self._track.clock_hz, placed.start_ms, placed.end_ms) if self._track else [],
            self._still.saw(group),
        )
        self._line.append(leaving)

        def answer(error: OSError | None) -> None:
            leaving.is_answered, leaving.error = True, error
            self._follow_line()

        self._writer.append(leaving.file, data, placed.end_ms, len(group), answer)

    def _open(self, key: Picture, start_ms: int) -> SegmentFile:
        file = SegmentFile(self._root, self.camera, start_ms, self._init)
        self._media_time = self._fragments = self._pictures = self._damaged = 0
        if self._lattice is not None:
            self._lattice.begin()
        if key.camera_ms is not None:
            file.camera_ms, file.offset_ms = key.camera_ms, key.camera_ms - key.received_ms
        return file

    def _fragment(self, group: list[Picture], sounds: list[Sound], layout: Layout, start_ms: int) -> bytes:
        durations, shifts, _ = layout
        if shifts is None:
            shifts = [0] * len(group)
        samples = [
            Sample(e.nals, d, e.is_key, s, e.is_damaged)
            for e, d, s in zip(group, durations, shifts, strict=True)
        ]
        first, laid = group[0], []
        if sounds and self._lattice is not None:
            laid = self._lattice.lay(sounds, self._media_time, first.received_ms)
        self._fragments += 1
        data = fragment(
            self._fragments,
            self._media_time,
            samples,
            wall_ms=start_ms,
            camera_ms=first.camera_ms,
            received_ms=first.received_ms,
            sounds=laid,
            pictures_before=self._pictures,
            damaged_before=self._damaged,
        )
        self._media_time += sum(durations)
        self._pictures += len(group)
        self._damaged += sum(each.is_damaged for each in group)
        return data

    def _follow_line(self) -> None:
        """Tells what happened up to the first group that the disk has not answered for."""
        line = self._line
        while line:
            head = line[0]
            if not isinstance(head, Leaving):
                line.popleft()
                head()
            elif head.is_answered:
                line.popleft()
                self._settle(head)
            else:
                return

    def _settle(self, leaving: Leaving) -> None:
        placed, reason = leaving.placed, leaving.reason
        if leaving.error is not None:
            if leaving.file is self.file:
                self.cut()
            self._tell(self._coverage.missing(Cause.DISK, disk_words(leaving.error), placed.start_ms))
        elif leaving.is_still:
            self._tell(self._coverage.missing(Cause.CAMERA, FROZEN_WORDS, placed.start_ms))
        else:
            self._tell(self._coverage.footage(placed.start_ms, placed.end_ms, reason.cause, reason.words))
            for from_ms, to_ms in leaving.frozen:
                self._tell(self._coverage.frozen(from_ms, to_ms, reason.cause, reason.words))

    def _miss(self, reason: Reason, at_ms: int) -> None:
        cause, words, is_reachable = reason
        self._in_order(
            lambda: self._tell(self._coverage.missing(cause, words, at_ms, is_reachable=is_reachable))
        )

    def _in_order(self, work: Callable[[], None]) -> None:
        """Does something once the disk has answered for every group before."""
        if self._line:
            self._line.append(work)
        else:
            work()

    def _tell(self, commands: list[GapCommand]) -> None:
        self.told += commands

    def _why(self, now_ms: int) -> Reason:
        """Why pictures lack in a stream that goes on, if any do."""
        if self._excuse is not None:
            reason, until_ms = self._excuse
            if until_ms - 2 * EXCUSE_MS <= now_ms <= until_ms:
                return reason
        if packets := self._lost + self._lost_before:
            return Reason(Cause.NETWORK, f"{packets} packets were lost on the way from the camera.")
        return Reason(Cause.CAMERA, "The camera's pictures stopped for a while, or its clock jumped.")
