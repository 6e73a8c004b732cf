"""Recorded pictures from a moment on, masked as of that time, at the pace at which they were taken or another.

Reads the recorder's files through the archive, a group of pictures at a time; a gap is told with its cause and then
left behind. Played faster, no more pictures are shown than the eye follows; much faster, only keyframes.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import partial
from pathlib import Path

from safecity.adapters.vision.pipeline import Pipeline
from safecity.adapters.vision.worker import Worker
from safecity.base import Clock, Unreadable, from_ms, to_ms
from safecity.cameras import Picture, Track
from safecity.footage import (
    Archive,
    Chunk,
    Ended,
    Fragment,
    IndexAway,
    Masker,
    PictureWithheld,
    Segment,
    Shown,
    Started,
    Withheld,
    find_next,
    read_fragments,
    read_init,
    timeline,
)

log = logging.getLogger(__name__)

LEAD_S = 0.8  # so much is sent ahead of time, against stutter
GAP_MS = 2_000
GAP_SHOWN_S = 1.5
EDGE_MS, EDGE_PAUSE_S = 15_000, 0.5  # so close to now, more footage may come
PATIENCE_S = 3.0
AS_FAST_AS_IT_GOES = 0.0  # a rate: nothing is waited for and nothing left out, for exports
STEP_MS = 50  # played faster, one picture in so many milliseconds of the viewer's time is shown
KEYFRAMES_FROM = 8.0  # at this rate and above only keyframes are decoded

THE_END = "This is the end of the footage."
TOO_SLOW = "The picture could not be masked in time; going on with the next ones."
BROKEN = "A picture could not be masked; going on with the next ones."
UNREADABLE = "A piece of this footage cannot be read; going on with the next."


@dataclass
class _Pace:
    """When a picture of a moment is due. `rate` 2 is twice as fast as it happened."""

    clock: Clock
    rate: float
    _from: tuple[float, int] | None = None
    _last_ms: int | None = None

    @property
    def keyframes_only(self) -> bool:
        """Whether other pictures are not even decoded."""
        return self.rate >= KEYFRAMES_FROM

    def is_wanted(self, wall_ms: int) -> bool:
        """Whether a picture is to be shown; at more than the usual pace some are passed over."""
        last_ms = self._last_ms
        if self.rate > 1 and last_ms is not None and 0 <= wall_ms - last_ms < STEP_MS * self.rate:
            return False
        self._last_ms = wall_ms
        return True

    async def wait(self, wall_ms: int) -> None:
        """Returns when the picture may go out."""
        if self.rate == AS_FAST_AS_IT_GOES:
            return
        if self._from is None:
            self._from = self.clock.monotonic(), wall_ms
        due_s = self._from[0] + (wall_ms - self._from[1]) / 1000 / self.rate - LEAD_S
        await self.clock.sleep(due_s - self.clock.monotonic())

    def begin_anew(self) -> None:
        """After a gap the next picture is due at once."""
        self._from = None


class Playback:
    """Plays one camera's footage for one viewer."""

    def __init__(
        self,
        camera: str,
        archive: Archive,
        make_masker: Callable[[int], Masker],
        clock: Clock,
        *,
        width: int,
        zone: tzinfo = UTC,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`make_masker` makes what masks the pictures from a moment on."""
        self._camera, self._archive, self._make_masker = camera, archive, make_masker
        self._clock, self._width, self._zone, self._patience_s = clock, width, zone, patience_s
        self._worker = Worker(f"playback-{camera}")
        self._pipeline: Pipeline | None = None
        self._track: Track | None = None
        self._started = False
        self._reason = ""

    async def play(self, at_ms: int, *, rate: float = 1.0) -> AsyncGenerator[Shown, None]:
        """Pictures from the moment `at_ms` on; ends where the footage ends. `rate` as in `footage.Eyes`."""
        pace = _Pace(self._clock, rate)
        position_ms = at_ms
        try:
            while True:
                segment = await self._next(position_ms)
                if segment is None:
                    yield Ended(THE_END)
                    return
                if segment.start_ms - position_ms >= GAP_MS:
                    yield Withheld(self._gap_words(position_ms, segment.start_ms))
                    if rate != AS_FAST_AS_IT_GOES:
                        await self._clock.sleep(GAP_SHOWN_S)
                    pace.begin_anew()
                    self._pipeline = None
                begun_ms = position_ms = max(position_ms, segment.start_ms)
                async for shown in self._segment(segment, position_ms, pace):
                    yield shown
                    if isinstance(shown, Chunk):
                        position_ms = max(position_ms, shown.wall_ms)
                # What is listed was shown or cannot be; a segment that still grows is taken up where it ended.
                position_ms = max(segment.end_ms, position_ms, begun_ms + 1)
        except IndexAway as error:
            yield Ended(error.sentence)
        finally:
            await self._worker.end()

    async def _next(self, position_ms: int) -> Segment | None:
        """The segment to go on with; waits a little where the footage is still being written."""
        while True:
            segment = find_next(self._archive, self._camera, position_ms)
            if segment is not None or to_ms(self._clock.now()) - position_ms > EDGE_MS:
                return segment
            await self._clock.sleep(EDGE_PAUSE_S)

    def _gap_words(self, start_ms: int, end_ms: int) -> str:
        """`No footage from 21:40:02 to 21:41:10: the camera did not answer.`"""
        start, end = (f"{from_ms(each).astimezone(self._zone):%H:%M:%S}" for each in (start_ms, end_ms))
        gaps = timeline(self._archive, self._camera, start_ms, end_ms).gaps
        words = gaps[0].words.rstrip(".") if gaps else ""
        why = f": {words[0].lower()}{words[1:]}" if words else ""
        return f"No footage from {start} to {end}{why}."

    async def _segment(self, segment: Segment, at_ms: int, pace: _Pace) -> AsyncIterator[Shown]:
        path = self._archive.file(segment)
        try:
            track, fragments = await asyncio.to_thread(find_fragments, path, segment.bytes, at_ms)
            if self._pipeline is None or track != self._track:
                self._begin(track, at_ms)
            for fragment in fragments:
                pictures = await asyncio.to_thread(read_pictures, path, fragment, track)
                for picture in pictures:
                    if pace.keyframes_only and not picture.is_key:
                        continue
                    wanted = picture.received_ms >= at_ms and pace.is_wanted(picture.received_ms)
                    if wanted:
                        await pace.wait(picture.received_ms)
                    async for shown in self._show(picture, skip=not wanted):
                        yield shown
        except (OSError, Unreadable):
            log.warning("The footage file %s cannot be read.", path, exc_info=True)
            yield Withheld(UNREADABLE)

    def _begin(self, track: Track, at_ms: int) -> None:
        self._track, self._started = track, False
        self._pipeline = Pipeline(track, self._make_masker(at_ms), self._width)

    async def _show(self, picture: Picture, *, skip: bool) -> AsyncIterator[Shown]:
        pipeline = self._pipeline
        if pipeline is None:
            if not picture.is_key or self._track is None:
                return
            self._begin(self._track, picture.received_ms)
            pipeline = self._pipeline
            assert pipeline is not None
        if skip:
            await self._worker.do(partial(pipeline.skip, picture), self._patience_s)
            return
        outcome = await self._worker.do(
            partial(pipeline.show, picture, key=not self._started), self._patience_s
        )
        if outcome is not None and outcome.error is None:
            for encoded in outcome.value or []:
                if not self._started:
                    self._started, self._reason = True, ""
                    yield Started(pipeline.mime, pipeline.init, encoded.wall_ms)
                yield Chunk(encoded.data, encoded.wall_ms, encoded.media_ms, is_key=encoded.is_key)
            return
        reason = TOO_SLOW
        if outcome is not None and isinstance(outcome.error, PictureWithheld):
            reason = outcome.error.sentence
        else:
            self._pipeline = None  # with the next keyframe all begins anew
            if outcome is not None:
                reason = BROKEN
                log.error(
                    "A recorded picture of camera %s could not be masked.",
                    self._camera,
                    exc_info=outcome.error,
                )
        self._started = False
        if reason != self._reason:
            self._reason = reason
            yield Withheld(reason)


def find_fragments(path: Path, size: int, at_ms: int) -> tuple[Track, list[Fragment]]:
    """A segment's track, and its groups from the one that holds a moment on. Raises OSError, Unreadable."""
    with _reading(path) as read:
        track, start = read_init(read)
        fragments = list(read_fragments(read, start, size))
    return track, fragments[
        max((n for n, each in enumerate(fragments) if each.wall_ms <= at_ms), default=0) :
    ]


def read_pictures(path: Path, fragment: Fragment, track: Track) -> list[Picture]:
    """A group's pictures. Raises OSError."""
    with _reading(path) as read:
        return list(_pictures(fragment, read(fragment.offset, fragment.size), track.clock_hz))


def _pictures(fragment: Fragment, data: bytes, clock_hz: int) -> Iterator[Picture]:
    time = fragment.decode_time
    for sample in fragment.samples():
        shown = time + sample.shift
        wall_ms = fragment.wall_ms + (shown - fragment.decode_time) * 1000 // clock_hz
        start = sample.offset - fragment.offset
        nals = _nals(data[start : start + sample.size])
        yield Picture(nals, sample.is_key, shown, wall_ms, sample.size)
        time += sample.duration


def _nals(sample: bytes) -> list[bytes]:
    nals: list[bytes] = []
    at = 0
    while at + 4 <= len(sample):
        size = int.from_bytes(sample[at : at + 4], "big")
        nals.append(sample[at + 4 : at + 4 + size])
        at += 4 + size
    return nals


@contextmanager
def _reading(path: Path) -> Generator[Callable[[int, int], bytes]]:
    """What reads so many bytes at a place of a file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield lambda offset, count: os.pread(descriptor, count, offset)
    finally:
        os.close(descriptor)
