"""Records one camera: hears its pictures, keeps the current group for late joiners, writes each group once it is whole.

The hot path is `on_picture`: a list grows. All else happens once a group: times are laid out (`rules.lay_out`,
`rules.Pace`), the fragment is written with one write, gaps are told (`rules.Coverage`).
A disk that fails never ends a recording: the gap has the cause `disk`, and every later group tries again.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from safecity.cameras import Picture, Sound, Track, WireError
from safecity.footage.fmp4 import Sample, fragment, init_segment
from safecity.footage.model import Cause
from safecity.footage.ports import Listener
from safecity.footage.rules import GAP_MS, SEGMENT_MS, Coverage, GapCommand, Layout, Pace, cause_of, lay_out
from safecity.footage.write import SegmentFile, disk_words

LONGEST_GROUP_S = 10  # a group that goes on for longer is written in parts,
LARGEST_GROUP = 8 << 20  # or that has more bytes,
LARGEST_LEAD = 16 << 20  # and one that is this large is not kept for late joiners


class Recording:
    """A camera's pictures on their way to disk and to listeners. Fills `cameras.Sink`; lives in the event loop.

    The recorder takes away `told` (gaps that began and ended) and `finished` (files that grow no more), and sees to it
    that files are synced and listed.
    """

    def __init__(
        self,
        camera: str,
        root: Path,
        coverage: Coverage,
        on_seen: Callable[[], None],
        *,
        segment_ms: int = SEGMENT_MS,
    ) -> None:
        """`coverage.end_ms` is where earlier footage ends; `on_seen` is called at each stream's first picture."""
        self.camera = camera
        self.file: SegmentFile | None = None
        self.told: list[GapCommand] = []
        self.finished: list[SegmentFile] = []
        self.barred: str | None = None  # why nothing may be written to the disk just now, as a sentence
        self._keep = True
        self._root = root
        self._coverage = coverage
        self._on_seen = on_seen
        self._segment_ms = segment_ms
        self._pace = Pace(coverage.end_ms)
        self._track: Track | None = None
        self._init = b""
        self._lead: list[Picture] | None = []  # what of the current group is written; None: too large to keep
        self._group: list[Picture] = []  # what of it is not
        self._bytes = 0
        self._longest = 0
        self._start_ms = 0
        self._media_time = 0
        self._fragments = 0
        self._lost = 0
        self._listeners: list[Listener] = []

    def on_track(self, track: Track) -> None:
        """As `cameras.Sink`: another form of picture begins another file."""
        if track == self._track:
            return
        self._close_group(None)
        self.cut()
        self._track = track
        self._init = init_segment(track)
        self._longest = LONGEST_GROUP_S * track.clock_hz
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
        for listener in self._listeners:
            listener.on_picture(picture)

    def on_sound(self, sound: Sound) -> None:
        """As `cameras.Sink`."""

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
            self.told += self._coverage.missing(cause, words, now_ms)

    def lost(self, error: WireError, now_ms: int) -> None:
        """The wire ended with an error: from now on no pictures come, and why."""
        self.missing(cause_of(error), error.sentence, now_ms)

    def dismiss(self, now_ms: int) -> None:
        """Nobody asks for this camera's footage any more: its open gap ends."""
        self.told += self._coverage.dismiss(now_ms)

    def places(self) -> list[tuple[str, int]]:
        """Camera and start of the files that are not yet synced for the last time."""
        files = self.finished if self.file is None else [*self.finished, self.file]
        return [(each.camera, each.start_ms) for each in files]

    def switch(self, keep: bool, words: str, now_ms: int) -> None:
        """Recording is switched on or off; live pictures come either way."""
        self._keep = keep
        if not keep:
            self.cut()
            self.missing(Cause.PLANNED, words, now_ms)

    def tick(self, now_ms: int) -> None:
        """Time passed: a span without footage may have become a gap."""
        self.told += self._coverage.tick(now_ms)

    def doubt(self, file: SegmentFile, listed_ms: int, error: OSError) -> None:
        """The disk could not confirm a file's bytes since `listed_ms`: they count as a gap, another file begins."""
        self.told += self._coverage.frozen(listed_ms, file.end_ms, Cause.DISK, disk_words(error))
        if file is self.file:
            self.cut()

    def cut(self) -> None:
        """Finishes the present file; the next group that begins with a keyframe opens another."""
        if self.file is not None:
            self.finished.append(self.file)
            self.file = None

    def join(self, listener: Listener) -> None:
        """As `footage.Live.join`."""
        self._listeners.append(listener)
        if self._track is not None:
            listener.on_track(self._track)
            for picture in (*self._lead, *self._group) if self._lead is not None else ():
                listener.on_picture(picture)

    def leave(self, listener: Listener) -> None:
        """As `footage.Live.leave`."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def _begin_group(self, key: Picture) -> None:
        if self._group:
            self._close_group(key)
        else:
            self._start_ms = self._pace.begin(key.received_ms)
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
        """Writes the group. `following` is the picture after it, None when the stream ended."""
        group, track = self._group, self._track
        self._group = []
        if not group or track is None:
            return
        layout = lay_out(
            [each.time for each in group],
            [each.received_ms for each in group],
            track.clock_hz,
            None if following is None else following.time,
        )
        start_ms, total_us = self._start_ms, sum(layout.durations) * 1_000_000 // track.clock_hz
        jumped = False
        if following is None:
            end_ms = self._pace.end(total_us)
        else:
            self._start_ms, jumped = self._pace.next(total_us, following.received_ms)
            end_ms = start_ms + total_us // 1000 if jumped else self._start_ms
        if self._keep and self._store(group, layout, start_ms, end_ms):
            self._tell_frozen(layout, track.clock_hz, start_ms, end_ms)
        if jumped:
            self.cut()
        self._lost = self._lost if jumped else 0

    def _store(self, group: list[Picture], layout: Layout, start_ms: int, end_ms: int) -> bool:
        """Whether the group is in a file now; if not, a gap begins."""
        is_key = group[0].is_key
        if self.file is not None and is_key and end_ms - self.file.start_ms > self._segment_ms:
            self.cut()
        if self.barred is not None:
            self.cut()
            self.told += self._coverage.missing(Cause.DISK, self.barred, start_ms)
            return False
        if self.file is None and not is_key:
            return False  # the beginning of this group could not be written, and without it this cannot be played
        try:
            self._append(group, layout, start_ms, end_ms)
        except OSError as error:
            self.cut()
            self.told += self._coverage.missing(Cause.DISK, disk_words(error), start_ms)
            return False
        self.told += self._coverage.footage(start_ms, end_ms, *self._why(start_ms - self._coverage.end_ms))
        return True

    def _append(self, group: list[Picture], layout: Layout, start_ms: int, end_ms: int) -> None:
        durations, shifts = layout
        if shifts is None:
            samples = [Sample(e.nals, d, e.is_key) for e, d in zip(group, durations, strict=True)]
        else:
            samples = [
                Sample(e.nals, d, e.is_key, s) for e, d, s in zip(group, durations, shifts, strict=True)
            ]
        file = self.file
        if file is None:
            file = SegmentFile(self._root, self.camera, start_ms, self._init)
            self._media_time = self._fragments = 0
        data = fragment(self._fragments + 1, self._media_time, samples, wall_ms=start_ms)
        try:
            file.append(data, end_ms, len(group))
        except OSError:
            if self.file is None:
                file.close()
            raise
        self.file = file
        self._media_time += sum(durations)
        self._fragments += 1

    def _tell_frozen(self, layout: Layout, clock_hz: int, start_ms: int, end_ms: int) -> None:
        if max(layout.durations) * 1000 // clock_hz < GAP_MS:
            return
        passed = 0
        for duration in layout.durations:
            from_ms = start_ms + passed * 1000 // clock_hz
            passed += duration
            until_ms = min(end_ms, start_ms + passed * 1000 // clock_hz)
            self.told += self._coverage.frozen(from_ms, until_ms, *self._why(until_ms - from_ms))

    def _why(self, missing_ms: int) -> tuple[Cause, str]:
        """Why pictures lack in a stream that goes on."""
        if self._lost:
            return Cause.NETWORK, f"{self._lost} packets were lost on the way from the camera."
        return (
            Cause.CAMERA,
            f"The camera's pictures stopped for {missing_ms / 1000:.0f} s, or a clock jumped.",
        )
