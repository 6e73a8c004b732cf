"""A camera being watched live: one decode, mask and encode for all its viewers.

Whatever goes wrong on the way, a viewer gets a reason instead of a picture: the masker raised, or took too long, or
the camera's pictures stayed away. A viewer who reads too slowly goes on with the next keyframe.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial

from safecity.adapters.vision.encode import Encoded
from safecity.adapters.vision.pipeline import Pipeline
from safecity.adapters.vision.worker import Worker
from safecity.base import Clock, to_ms
from safecity.cameras import Picture, Track
from safecity.footage import Chunk, Ended, Feed, Masker, PictureWithheld, Shown, Started, Withheld

log = logging.getLogger(__name__)

LATE_MS = 1_000  # an older live picture is decoded, but neither masked nor shown
SILENT_S = 5.0
AGAIN_S = 1.0
PATIENCE_S = 3.0
MOST_WAITING = 60  # fragments

TOO_SLOW = "The picture could not be masked in time; it is tried again."
BROKEN = "The picture could not be masked; it is tried again."
STOPPED = "The camera's pictures have stopped; waiting for them."
SILENT = "The camera has sent no picture for five seconds."


class Viewer:
    """One who watches. `shown` is endless."""

    def __init__(self, key_wanted: Callable[[], None]) -> None:
        self._queue: asyncio.Queue[Shown] = asyncio.Queue()
        self._key_wanted = key_wanted
        self._waits = True
        self._reason = ""

    def show(self, encoded: Encoded, pipeline: Pipeline) -> None:
        """Passes a fragment on, or drops it where the viewer waits for a keyframe."""
        if self._queue.qsize() >= MOST_WAITING:
            while not self._queue.empty():
                self._queue.get_nowait()
            self._waits = True
        if self._waits and not encoded.is_key:
            self._key_wanted()
            return
        if self._waits:
            self._queue.put_nowait(Started(pipeline.mime, pipeline.init, encoded.wall_ms))
            self._waits, self._reason = False, ""
        self._queue.put_nowait(Chunk(encoded.data, encoded.wall_ms, encoded.media_ms))

    def begin_anew(self) -> None:
        """What comes next is another stream."""
        self._waits = True

    def withhold(self, reason: str) -> None:
        """Says why there is no picture, once for each reason."""
        self._waits = True
        if reason != self._reason:
            self._reason = reason
            self._queue.put_nowait(Withheld(reason))

    def end(self, reason: str) -> None:
        """Says that it is over."""
        self._queue.put_nowait(Ended(reason))

    async def next(self) -> Shown:
        """What comes next."""
        return await self._queue.get()


class Tile:
    """One camera's live pictures at one width. `run` works for as long as there is anyone to see them."""

    def __init__(
        self,
        camera: str,
        feed: Feed,
        make_masker: Callable[[], Masker],
        clock: Clock,
        *,
        width: int,
        patience_s: float = PATIENCE_S,
        on_hang: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_hang = on_hang
        self._camera, self._feed, self._make_masker = camera, feed, make_masker
        self._clock, self._width, self._patience_s = clock, width, patience_s
        self._worker = Worker(f"tile-{camera}")
        self._viewers: set[Viewer] = set()
        self._reason = ""
        self._key_wanted = True
        self._heard_s = clock.monotonic()

    @property
    def watched(self) -> bool:
        """Whether anyone watches."""
        return bool(self._viewers)

    def join(self) -> Viewer:
        """A new viewer; the next picture will be a keyframe."""
        viewer = Viewer(self._want_key)
        self._viewers.add(viewer)
        self._want_key()
        if self._reason:
            viewer.withhold(self._reason)
        return viewer

    def leave(self, viewer: Viewer) -> None:
        """The viewer has gone."""
        self._viewers.discard(viewer)

    def end(self, reason: str) -> None:
        """Tells all viewers that it is over."""
        for viewer in self._viewers:
            viewer.end(reason)

    async def run(self) -> None:
        """Shows pictures until it is cancelled."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._notice_silence())
                while True:
                    await self._follow()
                    await self._clock.sleep(AGAIN_S)
        finally:
            await self._worker.end()

    async def _follow(self) -> None:
        """One subscription, until it ends or the masker is broken."""
        track: Track | None = None
        pipeline: Pipeline | None = None
        items = self._feed.subscribe(self._camera, keyframes_only=False)
        try:
            async for item in items:
                self._heard_s = self._clock.monotonic()
                if isinstance(item, Track):
                    if item != track:
                        track, pipeline = item, self._begin(item)
                elif pipeline is not None and not await self._show(pipeline, item):
                    return
            self._withhold(STOPPED)
        finally:
            await close(items)

    def _begin(self, track: Track) -> Pipeline:
        """A new stream has a timeline of its own, so its viewers begin anew."""
        self._key_wanted = True
        for viewer in self._viewers:
            viewer.begin_anew()
        return Pipeline(track, self._make_masker(), self._width)

    async def _show(self, pipeline: Pipeline, picture: Picture) -> bool:
        """Shows a picture, or says why not; False where one must begin anew."""
        late = to_ms(self._clock.now()) - picture.received_ms > LATE_MS
        if late:
            outcome = await self._worker.do(lambda: _nothing(pipeline, picture), self._patience_s)
        else:
            work = partial(pipeline.show, picture, key=self._key_wanted)
            outcome = await self._worker.do(work, self._patience_s)
        if outcome is None:
            log.warning("Masking a picture of camera %s took more than %s s.", self._camera, self._patience_s)
            self._on_hang()
            self._withhold(TOO_SLOW)
            return False
        if isinstance(outcome.error, PictureWithheld):
            self._withhold(outcome.error.sentence)
            return True
        if outcome.error is not None:
            log.error("A picture of camera %s could not be masked.", self._camera, exc_info=outcome.error)
            self._withhold(BROKEN)
            return False
        for encoded in outcome.value or []:
            self._broadcast(encoded, pipeline)
        return True

    def _broadcast(self, encoded: Encoded, pipeline: Pipeline) -> None:
        self._reason = ""
        self._key_wanted = self._key_wanted and not encoded.is_key
        for viewer in self._viewers:
            viewer.show(encoded, pipeline)

    def _withhold(self, reason: str) -> None:
        self._reason = reason
        self._key_wanted = True
        for viewer in self._viewers:
            viewer.withhold(reason)

    def _want_key(self) -> None:
        self._key_wanted = True

    async def _notice_silence(self) -> None:
        while True:
            await self._clock.sleep(1.0)
            if self._clock.monotonic() - self._heard_s > SILENT_S and self._reason != STOPPED:
                self._withhold(SILENT)


async def close(items: AsyncIterator[Track | Picture]) -> None:
    """Ends a subscription at once, where it can be ended."""
    ending = getattr(items, "aclose", None)
    if ending is not None:
        await ending()


def _nothing(pipeline: Pipeline, picture: Picture) -> list[Encoded]:
    pipeline.skip(picture)
    return []
