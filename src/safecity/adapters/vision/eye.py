"""An eye: looks at its cameras, and shows masked pictures to those who ask. One process; it may be killed at any time.

It needs its plan file and the recorders' feeds, nothing of the control process. All keyframes go through one worker
thread, first come first served; each watched tile has a thread of its own, so the event loop stays free.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path

import msgspec

from safecity.adapters.vision.decode import KeyframeDecoder
from safecity.adapters.vision.faces import Finder
from safecity.adapters.vision.mark import marked
from safecity.adapters.vision.pipeline import FULL_WIDTH
from safecity.adapters.vision.plate import LEARN_MS
from safecity.adapters.vision.playback import Playback
from safecity.adapters.vision.thumbnail import Thumbnails
from safecity.adapters.vision.tile import Tile
from safecity.adapters.vision.watcher import Surroundings, Watcher
from safecity.adapters.vision.worker import Worker
from safecity.base import Blobs, Clock, Supervisor, Unavailable, Unreadable, to_ms
from safecity.detection import EYE_OPENED, EyePlan, Opened, Outbox, WatchedCamera
from safecity.footage import Archive, Chunk, Ended, Feed, Masker, PictureWithheld, Shown, Unmasked, Withheld

log = logging.getLogger(__name__)

PLAN_EVERY_S = 1.0
NOT_HERE = "This camera is not looked at just now; it is switched off or was only just added."
TOO_MANY = "Too many pictures are being watched here just now; close one and try again."


class EyeStuck(Unavailable):
    """Too many pictures could not be masked in time; the eye is started anew."""


@dataclass
class EyeLimits:
    """How much an eye takes on, and how many threads may hang before it gives up. Tiles are threads."""

    tiles: int = 32
    playbacks: int = 8
    hangs: int = 8


@dataclass
class Eye:
    """Fills `footage.Eyes` for the cameras of its plan. `run` must run meanwhile."""

    data: Path
    plan_file: Path
    read_plan: Callable[[Path], EyePlan]
    feed_of: Callable[[int], Feed]
    archive: Archive
    outbox: Outbox
    blobs: Blobs
    finder: Finder
    clock: Clock
    zone: tzinfo = UTC
    limits: EyeLimits = field(default_factory=EyeLimits)
    people: Finder | None = None
    finders: str = ""  # with what it looks for people, as a sentence
    learn_ms: int = LEARN_MS
    keep_days: float = 14.0

    def __post_init__(self) -> None:
        self._around = Surroundings(
            self.data,
            self.outbox,
            self.blobs,
            self.finder,
            self.clock,
            Worker("keyframes"),
            KeyframeDecoder(FULL_WIDTH),
            people=self.people,
            learn_ms=self.learn_ms,
            keep_days=self.keep_days,
        )
        self._thumbnails = Thumbnails(self.archive)
        self._supervisor = Supervisor(self.clock)
        self._watchers: dict[str, Watcher] = {}
        self._tiles: dict[tuple[str, int], Tile] = {}
        self._playbacks = 0
        self._hangs = 0
        self._plan_stamp: tuple[int, int] | None = None

    async def run(self) -> None:
        """Looks at the cameras of the plan, and follows the plan when it changes, until it is cancelled.

        Raises EyeStuck when too many threads hang; the process is to end then and be started anew.
        """
        opened = msgspec.json.encode(Opened(finders=self.finders)).decode()
        self.outbox.tell(to_ms(self.clock.now()), "", EYE_OPENED, opened)
        try:
            while True:
                await self._follow_plan()
                if self._hangs >= self.limits.hangs:
                    raise EyeStuck
                await self.clock.sleep(PLAN_EVERY_S)
        finally:
            await self._supervisor.close()
            await self._around.worker.end()
            await self._thumbnails.end()

    async def watch(
        self,
        camera: str,
        *,
        at_ms: int | None,
        width: int,
        rate: float = 1.0,
        unmasked: Unmasked | None = None,
    ) -> AsyncGenerator[Shown, None]:
        """As `footage.Eyes`."""
        width = max(64, min(width, FULL_WIDTH))
        while (watcher := self._watchers.get(camera)) is None:
            yield Withheld(NOT_HERE)
            await self.clock.sleep(PLAN_EVERY_S)
        shown = self._watch_live(watcher, width) if at_ms is None else self._watch_past(watcher, at_ms, width)
        async with aclosing(shown):
            async for each in shown:
                yield each

    async def snapshot(self, camera: str, *, width: int, at_ms: int | None = None) -> bytes:
        """As `footage.Eyes`."""
        watcher = self._watchers.get(camera)
        if watcher is None:
            raise PictureWithheld(NOT_HERE)
        width = max(64, min(width, FULL_WIDTH))
        if at_ms is None:
            return await watcher.snapshot(width)
        return await self._thumbnails.at(camera, at_ms, width, watcher.masker(width, at_ms=at_ms))

    async def _watch_live(self, watcher: Watcher, width: int) -> AsyncGenerator[Shown, None]:
        name = watcher.camera.id, width
        if name not in self._tiles and len(self._tiles) >= self.limits.tiles:
            yield Ended(TOO_MANY)
            return
        tile = self._tiles.get(name) or self._open_tile(watcher, width)
        viewer = tile.join()
        try:
            while True:
                shown = await viewer.next()
                yield shown
                if isinstance(shown, Ended):
                    return
        finally:
            tile.leave(viewer)
            if not tile.watched and self._tiles.get(name) is tile:
                self._close_tile(name)

    async def _watch_past(self, watcher: Watcher, at_ms: int, width: int) -> AsyncGenerator[Shown, None]:
        if self._playbacks >= self.limits.playbacks:
            yield Ended(TOO_MANY)
            return
        self._playbacks += 1
        try:
            playback = Playback(
                watcher.camera.id,
                self.archive,
                lambda: watcher.masker(width),
                self.clock,
                width=width,
                zone=self.zone,
            )
            async with aclosing(playback.play(at_ms)) as played:
                async for shown in played:
                    yield shown
        finally:
            self._playbacks -= 1

    def _open_tile(self, watcher: Watcher, width: int) -> Tile:
        name = watcher.camera.id, width
        tile = Tile(
            watcher.camera.id,
            watcher.feed,
            lambda: watcher.masker(width),
            self.clock,
            width=width,
            on_hang=self._note_hang,
        )
        self._tiles[name] = tile
        self._supervisor.start(_tile_name(name), tile.run)
        return tile

    def _note_hang(self) -> None:
        self._hangs += 1

    def _close_tile(self, name: tuple[str, int]) -> None:
        del self._tiles[name]
        self._supervisor.stop(_tile_name(name))

    async def _follow_plan(self) -> None:
        """Starts and stops watchers where the plan changed; a plan that cannot be read leaves all as it is."""
        try:
            status = await asyncio.to_thread(self.plan_file.stat)
        except FileNotFoundError:
            return
        stamp = status.st_mtime_ns, status.st_ino
        if stamp == self._plan_stamp:
            return
        try:
            plan = await asyncio.to_thread(self.read_plan, self.plan_file)
        except (Unreadable, OSError) as error:
            log.warning("The plan of this eye cannot be read; going on with the last one: %s", error)
            return
        self._plan_stamp = stamp
        self._apply(plan)

    def _apply(self, plan: EyePlan) -> None:
        planned = {camera.id: camera for camera in plan.cameras}
        for camera in [*self._watchers]:
            if planned.get(camera) != self._watchers[camera].camera:
                self._stop(camera)
        for camera in plan.cameras:
            if camera.id not in self._watchers:
                self._start(camera)

    def _start(self, camera: WatchedCamera) -> None:
        watcher = Watcher(camera, self.feed_of(camera.recorder), self._around)
        self._watchers[camera.id] = watcher
        self._supervisor.start(f"camera {camera.id}", watcher.run)

    def _stop(self, camera: str) -> None:
        watcher = self._watchers.pop(camera)
        self._supervisor.stop(f"camera {camera}")
        watcher.stop()
        for name in [name for name in self._tiles if name[0] == camera]:
            self._tiles[name].end("The camera was changed or switched off.")
            self._close_tile(name)


def _tile_name(name: tuple[str, int]) -> str:
    return f"tile {name[0]} {name[1]}"
