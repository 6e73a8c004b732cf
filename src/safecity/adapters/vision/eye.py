"""An eye: looks at its cameras, and shows pictures to those who ask, masked unless they have leave.

One process; it may be killed at any time. It needs its plan file and the recorders' feeds, nothing of the control
process. All keyframes go through one worker thread, first come first served; each watched tile has a thread of its own,
so the event loop stays free.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import partial
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
from safecity.adapters.vision.turns import Turns
from safecity.adapters.vision.watcher import Surroundings, Watcher
from safecity.adapters.vision.worker import Worker
from safecity.base import Blobs, Clock, Supervisor, Unavailable, Unreadable, to_ms
from safecity.detection import EYE_OPENED, EyePlan, Opened, Outbox, WatchedCamera
from safecity.footage import Archive, Chunk, Ended, Feed, Masker, PictureWithheld, Shown, Unmasked, Withheld

log = logging.getLogger(__name__)

PLAN_EVERY_S = 1.0
WIDEST = 1280  # without a mask, where masks set no bound
STUCK_S = 15.0  # a search takes a second at most, on the busiest machine
NOT_HERE = "This camera is not looked at just now; it is switched off or was only just added."
TOO_MANY = "Too many pictures are being watched here just now; close one and try again."


_Name = tuple[str, int, Unmasked | None]


@dataclass(frozen=True)
class _Look:
    """What a tile or a player is to show: which camera, how wide, and to whom without its mask."""

    watcher: Watcher
    width: int
    unmasked: Unmasked | None
    zone: tzinfo

    @property
    def name(self) -> _Name:
        """Those who see the same share a tile; the mark of one viewer is for no other."""
        return self.watcher.camera.id, self.width, self.unmasked

    def masker(self, at_ms: int | None = None, turns: Turns | None = None) -> Masker:
        """What hides what this viewer may not see."""
        if self.unmasked is None:
            return self.watcher.masker(self.width, at_ms=at_ms, turns=turns)
        return marked(lambda: self.watcher.masker(unmasked=True), self.unmasked.viewer, self.zone)()


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
        self._turns = Turns()
        self._supervisor = Supervisor(self.clock)
        self._watchers: dict[str, Watcher] = {}
        self._tiles: dict[_Name, Tile] = {}
        self._playbacks = 0
        self._hangs = 0
        self._plan_stamp: tuple[int, int] | None = None

    async def run(self) -> None:
        """Looks at the cameras of the plan, and follows the plan when it changes, until it is cancelled.

        Raises EyeStuck when too many threads hang, or the one that searches; the process is to end then and be
        started anew.
        """
        opened = msgspec.json.encode(Opened(finders=self.finders)).decode()
        self.outbox.tell(to_ms(self.clock.now()), "", EYE_OPENED, opened)
        try:
            while True:
                await self._follow_plan()
                if self._hangs >= self.limits.hangs or self._turns.stuck_s() > STUCK_S:
                    raise EyeStuck
                await self.clock.sleep(PLAN_EVERY_S)
        finally:
            await self._supervisor.close()
            await asyncio.to_thread(self._turns.close)
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
        while (watcher := self._watchers.get(camera)) is None:
            yield Withheld(NOT_HERE)
            await self.clock.sleep(PLAN_EVERY_S)
        if unmasked is not None:
            look = _Look(watcher, max(64, min(width, WIDEST)), unmasked, self.zone)
            async with aclosing(self._show(look, at_ms, rate)) as items:
                async for each in items:
                    if self._now_ms() >= unmasked.until_ms:
                        break
                    if isinstance(each, Chunk) and at_ms is not None:
                        at_ms = each.wall_ms
                    yield each
                    if isinstance(each, Ended):
                        return
        look = _Look(watcher, max(64, min(width, FULL_WIDTH)), None, self.zone)
        async with aclosing(self._show(look, at_ms, rate)) as items:
            async for each in items:
                yield each

    async def snapshot(
        self, camera: str, *, width: int, at_ms: int | None = None, unmasked: Unmasked | None = None
    ) -> bytes:
        """As `footage.Eyes`."""
        watcher = self._watchers.get(camera)
        if watcher is None:
            raise PictureWithheld(NOT_HERE)
        if unmasked is not None and self._now_ms() >= unmasked.until_ms:
            unmasked = None
        look = _Look(watcher, max(64, min(width, FULL_WIDTH)), unmasked, self.zone)
        if at_ms is None:
            return await watcher.snapshot(look.width, look.masker())
        return await self._thumbnails.at(camera, at_ms, look.width, look.masker(at_ms))

    def _now_ms(self) -> int:
        return to_ms(self.clock.now())

    def _show(self, look: _Look, at_ms: int | None, rate: float) -> AsyncGenerator[Shown, None]:
        return self._show_live(look) if at_ms is None else self._show_past(look, at_ms, rate)

    async def _show_live(self, look: _Look) -> AsyncGenerator[Shown, None]:
        name = look.name
        if name not in self._tiles and len(self._tiles) >= self.limits.tiles:
            yield Ended(TOO_MANY)
            return
        tile = self._tiles.get(name) or self._open_tile(look)
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

    async def _show_past(self, look: _Look, at_ms: int, rate: float) -> AsyncGenerator[Shown, None]:
        if self._playbacks >= self.limits.playbacks:
            yield Ended(TOO_MANY)
            return
        self._playbacks += 1
        try:
            playback = Playback(
                look.watcher.camera.id,
                self.archive,
                look.masker,
                self.clock,
                width=look.width,
                zone=self.zone,
            )
            async with aclosing(playback.play(at_ms, rate=rate)) as played:
                async for shown in played:
                    yield shown
        finally:
            self._playbacks -= 1

    def _open_tile(self, look: _Look) -> Tile:
        tile = Tile(
            look.watcher.camera.id,
            look.watcher.feed,
            partial(look.masker, turns=self._turns),
            self.clock,
            width=look.width,
            sub=look.watcher.camera.has_sub and look.width <= FULL_WIDTH,
            on_hang=self._note_hang,
        )
        self._tiles[look.name] = tile
        self._supervisor.start(_tile_name(look.name), tile.run)
        return tile

    def _note_hang(self) -> None:
        self._hangs += 1

    def _close_tile(self, name: _Name) -> None:
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


def _tile_name(name: _Name) -> str:
    camera, width, unmasked = name
    return f"tile {camera} {width}" + (f" {unmasked.permit}" if unmasked else "")
