"""A camera being watched live: one decode, mask and encode for all its viewers.

It keeps to the present: what comes late, such as the group of pictures that a new subscription begins with, is only
decoded, so that the next picture can be shown at once. Under more load than there are cores for, pictures are left out
and the delay stays. Whatever goes wrong on the way, a viewer gets a reason instead of a picture: the masker raised, or
took too long, or the camera's pictures stayed away. A viewer who reads too slowly goes on with the next keyframe.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial

from safecity.adapters.links.viewer import Viewer
from safecity.adapters.vision.encode import Encoded
from safecity.adapters.vision.pipeline import Pipeline
from safecity.adapters.vision.worker import Worker
from safecity.base import Clock, to_ms
from safecity.cameras import Picture, Track
from safecity.footage import Chunk, Feed, Masker, PictureWithheld, Started

log = logging.getLogger(__name__)

LATE_MS = 150  # an older live picture is only decoded,
AT_LEAST_EVERY_S = 0.5  # unless none was shown for so long,
TOO_OLD_MS = 1_000  # and it is no older than this
FAR_BEHIND_MS = 3_000  # so far behind it is quicker to subscribe anew
SILENT_S = 5.0
AGAIN_S = 1.0
PATIENCE_S = 3.0

TOO_SLOW = "The picture could not be masked in time; it is tried again."
BROKEN = "The picture could not be masked; it is tried again."
STOPPED = "The camera's pictures have stopped; waiting for them."
SILENT = "The camera has sent no picture for five seconds."
BEHIND = "More pictures are being watched than can be masked in time; close some."


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
        sub: bool = False,
        patience_s: float = PATIENCE_S,
        on_hang: Callable[[], None] = lambda: None,
    ) -> None:
        """`sub` is for the camera's small stream, where it has one."""
        self._on_hang = on_hang
        self._camera, self._feed, self._make_masker = camera, feed, make_masker
        self._clock, self._width, self._sub, self._patience_s = clock, width, sub, patience_s
        self._worker = Worker(f"tile-{camera}")
        self._viewers: set[Viewer] = set()
        self._reason = ""
        self._key_wanted = True
        self._heard_s = self._shown_s = clock.monotonic()
        self._kept_up = False

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
                    if not await self._follow():
                        await self._clock.sleep(AGAIN_S)
        finally:
            await self._worker.end()

    async def _follow(self) -> bool:
        """One subscription, until it ends or the masker is broken; true where the next one is wanted at once."""
        track: Track | None = None
        pipeline: Pipeline | None = None
        self._kept_up = False
        items = self._feed.subscribe(self._camera, keyframes_only=False, sub=self._sub)
        try:
            async for item in items:
                self._heard_s = self._clock.monotonic()
                if isinstance(item, Track):
                    if item != track:
                        track, pipeline = item, self._begin(item)
                    continue
                behind_ms = to_ms(self._clock.now()) - item.received_ms
                self._kept_up |= behind_ms < TOO_OLD_MS
                if self._kept_up and behind_ms > FAR_BEHIND_MS:
                    return True
                if pipeline is not None and not await self._take(pipeline, item, behind_ms):
                    return False
            self._withhold(STOPPED)
        finally:
            await close(items)
        return False

    def _begin(self, track: Track) -> Pipeline:
        """A new stream has a timeline of its own, so its viewers begin anew."""
        self._key_wanted = True
        self._shown_s = self._clock.monotonic()
        for viewer in self._viewers:
            viewer.begin_anew()
        return Pipeline(track, self._make_masker(), self._width)

    async def _take(self, pipeline: Pipeline, picture: Picture, behind_ms: int) -> bool:
        """Shows a picture, or only decodes one that is late, or says why not; False where one must begin anew."""
        waited_s = self._clock.monotonic() - self._shown_s
        if behind_ms > (TOO_OLD_MS if waited_s > AT_LEAST_EVERY_S else LATE_MS):
            work = partial(_nothing, pipeline, picture)
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
        """The same chunk to all, so that those who pass it on need to frame it once only."""
        self._reason, self._shown_s = "", self._clock.monotonic()
        self._key_wanted = self._key_wanted and not encoded.is_key
        started = Started(pipeline.mime, pipeline.init, encoded.wall_ms)
        chunk = Chunk(encoded.data, encoded.wall_ms, encoded.media_ms, is_key=encoded.is_key)
        for viewer in self._viewers:
            viewer.show(chunk, started)

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
            now_s = self._clock.monotonic()
            if now_s - self._heard_s > SILENT_S:
                if self._reason != STOPPED:
                    self._withhold(SILENT)
            elif now_s - self._shown_s > SILENT_S and not self._reason:
                self._withhold(BEHIND)


async def close(items: AsyncIterator[Track | Picture]) -> None:
    """Ends a subscription at once, where it can be ended."""
    ending = getattr(items, "aclose", None)
    if ending is not None:
        await ending()


def _nothing(pipeline: Pipeline, picture: Picture) -> list[Encoded]:
    pipeline.skip(picture)
    return []
