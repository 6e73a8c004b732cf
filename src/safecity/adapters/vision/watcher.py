"""Looks at one camera's keyframes: learns its plates, finds what is there, tells when a sighting starts and ends.

A camera with a small stream is looked at there. Its recorded stream has another picture and so a plate of its own, for
playback: that is looked at every ten seconds, quicker only while it is learned. A camera whose keyframes are more than
two seconds apart is looked at twice a second instead, all its pictures decoded. Keyframe work of all cameras shares one
worker, first come first served; when it lags, old keyframes are passed over.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import msgspec

from safecity.adapters.vision.decode import Decoder, KeyframeDecoder
from safecity.adapters.vision.encode import jpeg
from safecity.adapters.vision.faces import Finder
from safecity.adapters.vision.masker import PrivateAreas, SceneMasker, scaled
from safecity.adapters.vision.motion import Motion
from safecity.adapters.vision.pipeline import FULL_WIDTH
from safecity.adapters.vision.plate import LEARN_MS, Plate
from safecity.adapters.vision.plates import PastScenes, Plates
from safecity.adapters.vision.search import Sparing
from safecity.adapters.vision.spare import Spare
from safecity.adapters.vision.tile import close
from safecity.adapters.vision.turns import Turn, Turns
from safecity.adapters.vision.worker import Worker
from safecity.base import Blobs, Clock, from_ms, to_ms, uuid7
from safecity.cameras import Picture, Track
from safecity.detection import (
    ENDED,
    STARTED,
    Box,
    Command,
    EndSighting,
    Look,
    Outbox,
    Over,
    Started,
    StartSighting,
    Story,
    WatchedCamera,
    snapshot_key,
)
from safecity.footage import Feed, Masker, PictureWithheld, Pixels

log = logging.getLogger(__name__)

SPARSE_MS = 2_100  # keyframes further apart are too few
LOOK_EVERY_MS = 500
LATE_MS = 10_000
AGAIN_S = 1.0
PATIENCE_S = 20.0
RECORDED_EVERY_MS = 10_000
FORGET_EVERY_MS = 3_600_000


@dataclass(frozen=True)
class Surroundings:
    """What all watchers of an eye share."""

    data: Path
    outbox: Outbox
    blobs: Blobs
    finder: Finder
    clock: Clock
    worker: Worker
    decoder: KeyframeDecoder
    people: Finder | None = None
    learn_ms: int = LEARN_MS
    keep_days: float = 14.0  # of plates, where a camera says nothing else: as its footage

    @cached_property
    def spare(self) -> Spare:
        """The worker's time that is left over, in which plates are searched again."""
        return Spare(self.clock.monotonic)


class Watcher:
    """One camera, for as long as `run` runs. `plate` and `last` are there for its tiles and snapshots."""

    def __init__(self, camera: WatchedCamera, feed: Feed, around: Surroundings) -> None:
        self.camera, self.feed = camera, feed
        self._around = around
        folder = around.data / "plates" / camera.id
        self._plates = self._plates_in(folder / ("sub" if camera.has_sub else "main"))
        self._recorded = self._plates_in(folder / "main") if camera.has_sub else self._plates
        self.last: Pixels | None = None
        self._motion = Motion(camera.zones, camera.masks)
        self._story = Story()
        self._sighting = ""
        self._cadence = _Cadence()
        self._forgotten_ms = 0

    @property
    def plate(self) -> Plate:
        """The empty scene of the stream that is watched."""
        return self._plates.plate

    def masker(
        self,
        tile_width: int = FULL_WIDTH,
        *,
        at_ms: int | None = None,
        unmasked: bool = False,
        turns: Turns | None = None,
    ) -> Masker:
        """A masker for one tile of this camera: live, or for recorded pictures from `at_ms` on.

        A live tile's searches take their turn among those of others where `turns` are given.
        `unmasked` is for a viewer with leave to see without the mask: private areas are filled all the same.
        """
        if unmasked:
            return PrivateAreas(self.camera.privacy_areas)
        scenes = self.plate if at_ms is None else PastScenes(self._recorded)
        people = self._around.people
        return SceneMasker(
            scenes,
            Sparing(self._around.finder, lambda: scenes.spared),
            self.camera.privacy_areas,
            people=None if people is None else Sparing(people, lambda: scenes.spared),
            searches=None if turns is None else Turn(turns),
            tile_width=tile_width,
        )

    async def run(self) -> None:
        """Looks until it is cancelled."""
        # what a watcher before began to write is written
        await self._around.worker.do(lambda: None, PATIENCE_S)
        for plates in self._streams():
            await asyncio.to_thread(plates.load, self.camera.plate_from_ms, self.camera.marks)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._keep_watching())
            if self.camera.has_sub:
                group.create_task(self._keep_learning_recorded())

    def stop(self) -> None:
        """The camera is looked at no more: a sighting that lasts ends."""
        self._tell(self._story.stop(), None)

    async def snapshot(self, width: int, masker: Masker | None = None) -> bytes:
        """A JPEG of the newest look, masked unless another `masker` is given. Raises PictureWithheld."""
        pixels = self.last
        if pixels is None or to_ms(self._around.clock.now()) - pixels.wall_ms > LATE_MS:
            raise PictureWithheld("The camera sends no pictures just now.")
        return await self._masked(pixels, width, masker)

    def _plates_in(self, folder: Path) -> Plates:
        around = self._around
        return Plates(folder, around.finder, around.people, learn_ms=around.learn_ms, spare=around.spare)

    def _streams(self) -> list[Plates]:
        return [self._plates, self._recorded] if self.camera.has_sub else [self._plates]

    async def _keep_watching(self) -> None:
        while True:
            again_at_once = await self._follow()
            if not again_at_once:
                self.stop()
                await self._around.clock.sleep(AGAIN_S)

    async def _keep_learning_recorded(self) -> None:
        """Looks at the recorded stream now and then, for the plate that playback needs."""
        while True:
            track: Track | None = None
            looked_ms = 0
            items = self.feed.subscribe(self.camera.id, keyframes_only=True)
            try:
                async for item in items:
                    if isinstance(item, Track):
                        track = item
                        continue
                    every_ms = LOOK_EVERY_MS if self._recorded.plate.scene is None else RECORDED_EVERY_MS
                    if track is not None and item.is_key and abs(item.received_ms - looked_ms) >= every_ms:
                        looked_ms = item.received_ms
                        await self._look_at_recorded(item, track)
            finally:
                await close(items)
            await self._around.clock.sleep(AGAIN_S)

    async def _look_at_recorded(self, picture: Picture, track: Track) -> None:
        if self._is_late(picture):
            return

        def see() -> None:
            pixels = self._around.decoder.decode(track, picture)
            if pixels is not None:
                self._recorded.plate.look(pixels)

        outcome = await self._around.worker.do(see, PATIENCE_S)
        if outcome is None:
            log.warning("A recorded keyframe of camera %s took more than %s s.", self.camera.id, PATIENCE_S)
        elif outcome.error is not None:
            raise outcome.error
        await self._save(picture.received_ms)

    async def _follow(self) -> bool:
        """One subscription; true when it is to be taken up again at once, in another way."""
        track: Track | None = None
        decoder: Decoder | None = None
        self._cadence.begin()
        items = self.feed.subscribe(
            self.camera.id, keyframes_only=self._cadence.keyframes_only, sub=self.camera.has_sub
        )
        try:
            async for item in items:
                if isinstance(item, Track):
                    if item != track:
                        track, decoder = item, Decoder(item, FULL_WIDTH)
                    continue
                if track is None or decoder is None:
                    continue
                if self._cadence.hear(item):
                    return True
                if self._cadence.every_picture:
                    await self._look_at(item, track, decoder)
                elif item.is_key:
                    await self._look_at(item, track, None)
        finally:
            await close(items)
        return False

    async def _look_at(self, picture: Picture, track: Track, decoder: Decoder | None) -> None:
        around = self._around
        if decoder is None and self._is_late(picture):
            return

        def see() -> Look | None:
            if decoder is None:
                pixels = around.decoder.decode(track, picture)
            else:
                pixels = next(iter(decoder.decode(picture)), None)
                if pixels is not None and not self._is_due(pixels):
                    return None
            if pixels is None:
                return None
            seen = self.plate.look(pixels)
            self.last = pixels
            scene = self.plate.scene
            return self._motion.look(seen, None if scene is None else scene.known)

        outcome = await around.worker.do(see, PATIENCE_S)
        if outcome is None:
            log.warning("A keyframe of camera %s took more than %s s.", self.camera.id, PATIENCE_S)
        elif outcome.error is not None:
            raise outcome.error
        elif outcome.value is not None:
            await self._hear(outcome.value)

    def _is_late(self, picture: Picture) -> bool:
        return to_ms(self._around.clock.now()) - picture.received_ms > LATE_MS

    def _is_due(self, pixels: Pixels) -> bool:
        return self.last is None or abs(pixels.wall_ms - self.last.wall_ms) >= LOOK_EVERY_MS

    async def _hear(self, look: Look) -> None:
        commands = self._story.hear(look)
        snapshot = None
        if any(isinstance(command, StartSighting) for command in commands) and self.last is not None:
            self._sighting = uuid7(from_ms(look.at_ms))
            snapshot = await self._keep_snapshot(self.last)
        self._tell(commands, snapshot)
        await self._save(look.at_ms)

    def _tell(self, commands: list[Command], snapshot: str | None) -> None:
        for command in commands:
            if isinstance(command, StartSighting):
                body = msgspec.json.encode(
                    Started(
                        sighting=self._sighting,
                        started_ms=command.at_ms,
                        box=Box(*command.box),
                        snapshot=snapshot,
                    )
                )
                self._around.outbox.tell(command.at_ms, self.camera.id, STARTED, body.decode())
            elif isinstance(command, EndSighting):
                over = Over(
                    sighting=self._sighting, ended_ms=command.at_ms, box=command.box, stayed=command.stayed
                )
                self._around.outbox.tell(
                    command.at_ms, self.camera.id, ENDED, msgspec.json.encode(over).decode()
                )

    async def _keep_snapshot(self, pixels: Pixels) -> str | None:
        """Stores a masked picture of the sighting's start; None where it cannot be masked."""
        try:
            data = await self._masked(pixels, FULL_WIDTH)
            key = snapshot_key(self._sighting)
            await self._around.blobs.put(key, data)
        except PictureWithheld:
            return None
        except OSError:
            log.exception("A snapshot of camera %s could not be stored.", self.camera.id)
            return None
        return key

    async def _masked(self, pixels: Pixels, width: int, masker: Masker | None = None) -> bytes:
        """A masked JPEG. Raises PictureWithheld, whatever goes wrong."""
        masker = masker or self.masker()
        work = self._around.worker.do(lambda: jpeg(scaled(masker.mask(pixels), width)), PATIENCE_S)
        outcome = await work
        if outcome is None:
            raise PictureWithheld("The picture could not be masked in time.")
        if isinstance(outcome.error, PictureWithheld):
            raise outcome.error
        if outcome.value is None:
            log.error("A picture of camera %s could not be masked.", self.camera.id, exc_info=outcome.error)
            raise PictureWithheld("The picture could not be masked.")
        return outcome.value

    async def _save(self, now_ms: int) -> None:
        """Keeps the plates that are due, and forgets those whose footage is gone."""
        due = [plates for plates in self._streams() if plates.must_save(now_ms)]
        is_hour = abs(now_ms - self._forgotten_ms) >= FORGET_EVERY_MS
        if not due and not is_hour:
            return
        before_ms = now_ms - int((self.camera.keep_days or self._around.keep_days) * 86_400_000)

        def keep() -> None:
            for plates in due:
                plates.save(now_ms)
            for plates in self._streams() if is_hour else ():
                plates.forget(before_ms)

        self._forgotten_ms = now_ms if is_hour else self._forgotten_ms
        outcome = await self._around.worker.do(keep, PATIENCE_S)
        if outcome is not None and outcome.error is not None:
            log.warning("The plate of camera %s could not be kept: %s.", self.camera.id, outcome.error)


class _Cadence:
    """Finds out how far a camera's keyframes are apart, and so what to subscribe to."""

    def __init__(self) -> None:
        self.keyframes_only = False
        self.every_picture = False
        self._key_ms: int | None = None

    def begin(self) -> None:
        """A subscription begins."""
        self._key_ms = None

    def hear(self, picture: Picture) -> bool:
        """True when another subscription is needed from here on."""
        apart_ms = 0 if self._key_ms is None else picture.received_ms - self._key_ms
        before = self.keyframes_only, self.every_picture
        if apart_ms > SPARSE_MS and not self.every_picture:
            self.keyframes_only, self.every_picture = False, True
        elif picture.is_key and 0 < apart_ms <= SPARSE_MS and not self.keyframes_only:
            self.keyframes_only, self.every_picture = True, False
        if picture.is_key:
            self._key_ms = picture.received_ms
        return before != (self.keyframes_only, self.every_picture)
