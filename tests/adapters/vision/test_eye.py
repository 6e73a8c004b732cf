"""A whole eye: its plan, its cameras, the pictures it shows."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from fakes.faces import HangingFinder, KnownFaces
from fakes.feed import FilmFeed
from fakes.film import START_MS, Film, shot
from safecity.adapters.stores.files import FileBlobs
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.adapters.vision.decode import Decoder
from safecity.adapters.vision.eye import NOT_HERE, TOO_MANY, Eye, EyeLimits, EyeStuck
from safecity.adapters.vision.plate import Plate
from safecity.adapters.vision.tile import TOO_SLOW
from safecity.base import SetClock, to_ms
from safecity.cameras import Picture
from safecity.detection import EYE_OPENED, EyePlan, Opened, WatchedCamera, read_eye_plan
from safecity.footage import (
    Archive,
    Chunk,
    Ended,
    PictureWithheld,
    Pixels,
    Shown,
    Started,
    Unmasked,
    Withheld,
    read_init,
)

ITEMS = shot(Film(seed=31), 12, fps=5)


class Bench:
    """An eye on a film, with a plan that a test writes."""

    def __init__(self, data: Path, limits: EyeLimits | None = None) -> None:
        self.clock, self.data = SetClock(), data
        self.plan = data / "plan" / "eye-0.json"
        self.plan.parent.mkdir()
        self.feeds: dict[int, FilmFeed] = {}
        self.outbox = FootageIndex(data / "index" / "eye-0.db", writable=True)
        self.eye = Eye(
            data=data,
            plan_file=self.plan,
            read_plan=read_eye_plan,
            feed_of=self.feed_of,
            archive=Archive(data, {}),
            outbox=self.outbox,
            blobs=FileBlobs(data / "blobs"),
            finder=KnownFaces(),
            clock=self.clock,
            finders="By known faces.",
            limits=limits or EyeLimits(),
        )

    def feed_of(self, recorder: int) -> FilmFeed:
        self.feeds[recorder] = FilmFeed(ITEMS)
        return self.feeds[recorder]

    def write(self, *cameras: str) -> None:
        plan = EyePlan(cameras=tuple(WatchedCamera(id=each, recorder=n) for n, each in enumerate(cameras)))
        aside = self.plan.with_suffix(".part")
        aside.write_bytes(msgspec.json.encode(plan))
        aside.rename(self.plan)

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[Eye, None]:
        running = asyncio.get_running_loop().create_task(self.eye.run())
        try:
            yield self.eye
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    async def until_learned(self, camera: str) -> bytes:
        """A snapshot, as soon as there can be one; the clock stays near the film's."""
        async with asyncio.timeout(20):
            while True:
                try:
                    return await self.eye.snapshot(camera, width=640)
                except PictureWithheld:
                    await self.tick()

    async def tick(self) -> None:
        """Lets what waits for the clock go on, without going far from the film's times."""
        self.clock.pass_(seconds=0.001 if self.clock.monotonic() > 8 else 0.05)
        await asyncio.sleep(0.001)


async def first(items: AsyncIterator[Shown]) -> Shown:
    async with asyncio.timeout(20):
        return await anext(items)


async def test_an_eye_says_that_it_opened_and_looks_at_the_cameras_of_its_plan(tmp_path: Path):
    bench = Bench(tmp_path)
    bench.write("cam-a", "cam-b")
    async with bench.open():
        assert (await bench.until_learned("cam-b"))[:2] == b"\xff\xd8"
        assert set(bench.feeds) == {0, 1}
    opened = bench.outbox.notices(0)[0]
    assert opened.kind == EYE_OPENED
    assert msgspec.json.decode(opened.body, type=Opened).finders == "By known faces."


async def test_live_pictures_are_shown_to_all_who_watch_and_the_tile_closes_with_the_last(tmp_path: Path):
    bench = Bench(tmp_path)
    bench.write("cam-a")
    async with bench.open() as eye:
        await bench.until_learned("cam-a")
        one = eye.watch("cam-a", at_ms=None, width=640)
        other = eye.watch("cam-a", at_ms=None, width=640)
        assert isinstance(await first(one), Started | Withheld)
        assert isinstance(await first(other), Started | Withheld)
        subscriptions = bench.feeds[0].open_now
        assert subscriptions == 2  # the watcher's and the tile's
        await one.aclose()
        await other.aclose()
        async with asyncio.timeout(20):
            while bench.feeds[0].open_now > 1:
                await bench.tick()


async def test_a_camera_that_is_not_in_the_plan_is_withheld_until_it_is(tmp_path: Path):
    bench = Bench(tmp_path)
    async with bench.open() as eye:
        shown = eye.watch("cam-a", at_ms=None, width=640)
        assert await first(shown) == Withheld(NOT_HERE)
        with pytest.raises(PictureWithheld):
            await eye.snapshot("cam-a", width=640)
        bench.write("cam-a")
        waiting = asyncio.get_running_loop().create_task(first(shown))
        async with asyncio.timeout(20):
            while not waiting.done():
                await bench.tick()
        assert waiting.result() != Withheld(NOT_HERE)
        await shown.aclose()


async def test_a_camera_that_leaves_the_plan_is_let_go(tmp_path: Path):
    bench = Bench(tmp_path)
    bench.write("cam-a")
    async with bench.open() as eye:
        await bench.until_learned("cam-a")
        shown = eye.watch("cam-a", at_ms=None, width=640)
        await first(shown)
        bench.write()
        async with asyncio.timeout(20):
            while bench.feeds[0].open_now:
                await bench.tick()
        async with asyncio.timeout(20):
            last = [each async for each in shown][-1]
        assert isinstance(last, Ended)
        with pytest.raises(PictureWithheld):
            await eye.snapshot("cam-a", width=640)


async def test_a_plan_that_cannot_be_read_leaves_all_as_it_is(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("CRITICAL")
    bench = Bench(tmp_path)
    bench.write("cam-a")
    async with bench.open():
        await bench.until_learned("cam-a")
        bench.plan.write_text("{ broken")
        for _ in range(50):
            await bench.tick()
        assert bench.feeds[0].open_now == 1


async def test_an_eye_takes_on_no_more_than_it_can(tmp_path: Path):
    bench = Bench(tmp_path, EyeLimits(tiles=1, playbacks=0))
    bench.write("cam-a", "cam-b")
    async with bench.open() as eye:
        await bench.until_learned("cam-b")
        one = eye.watch("cam-a", at_ms=None, width=640)
        await first(one)
        assert await first(eye.watch("cam-b", at_ms=None, width=640)) == Ended(TOO_MANY)
        assert await first(eye.watch("cam-b", at_ms=START_MS, width=640)) == Ended(TOO_MANY)
        await one.aclose()


async def test_an_eye_whose_masker_hangs_again_and_again_gives_up_to_be_started_anew(tmp_path: Path):
    bench, hanging = Bench(tmp_path, EyeLimits(hangs=1)), HangingFinder()
    bench.eye = replace(bench.eye, finder=hanging)
    bench.write("cam-a")
    folder = tmp_path / "plates" / "cam-a" / "main"
    folder.mkdir(parents=True)
    plate = Plate(KnownFaces())
    for second in range(10):
        half = np.full((180, 320), 128, dtype=np.uint8)
        plate.look(Pixels(Film(seed=31).picture(second), half, half, second * 1000))
    (folder / "10000.npz").write_bytes(plate.to_bytes())
    running = asyncio.get_running_loop().create_task(bench.eye.run())
    shown = bench.eye.watch("cam-a", at_ms=None, width=640)
    watching = asyncio.get_running_loop().create_task(first_about_time(shown))
    async with asyncio.timeout(30):
        while not running.done():
            await bench.tick()
    assert isinstance(running.exception(), EyeStuck)
    hanging.freed.set()
    watching.cancel()
    await asyncio.gather(watching, return_exceptions=True)


async def first_about_time(shown: AsyncIterator[Shown]) -> None:
    async for each in shown:
        if each == Withheld(TOO_SLOW):
            return


async def test_no_thread_outlives_an_eye_so_that_its_process_can_end(tmp_path: Path):
    bench, before = Bench(tmp_path), set(threading.enumerate())
    bench.write("cam-a")
    async with bench.open() as eye:
        await bench.until_learned("cam-a")
        shown = eye.watch("cam-a", at_ms=None, width=640)
        while not isinstance(await first(shown), Chunk):
            await bench.tick()
        names = {thread.name for thread in set(threading.enumerate()) - before}
        assert {"keyframes", "tile-cam-a"} <= names
    left = {thread.name for thread in set(threading.enumerate()) - before}
    assert not left & {"keyframes", "tile-cam-a"}
    await shown.aclose()


async def test_the_past_is_played_from_the_archive(tmp_path: Path):
    bench = Bench(tmp_path)
    bench.write("cam-a")
    async with bench.open() as eye:
        await bench.until_learned("cam-a")
        shown = [each async for each in eye.watch("cam-a", at_ms=START_MS - 86_400_000, width=640)]
        assert shown == [Ended("This is the end of the footage.")]
        assert not [each for each in shown if isinstance(each, Chunk)]


def leave_until(seconds: float, viewer: str = "Amina Otieno 3f9a21") -> Unmasked:
    return Unmasked(f"permit of {viewer}", viewer, to_ms(SetClock().now()) + int(seconds * 1000))


async def pictures(bench: Bench, shown: AsyncIterator[Shown], count: int) -> list[Pixels]:
    """So many pictures as a viewer sees them, decoded."""
    found, decoder = list[Pixels](), list[Decoder]()

    async def collect() -> None:
        async for each in shown:
            if isinstance(each, Started):
                track, _ = read_init(lambda offset, size, init=each.init: init[offset : offset + size])
                decoder[:] = [Decoder(track, 1280)]
            elif isinstance(each, Chunk):
                picture = Picture(
                    nals_in(each.data), each.is_key, each.media_ms, each.wall_ms, len(each.data)
                )
                found.extend(decoder[0].decode(picture))
            if len(found) >= count:
                return

    collecting = asyncio.get_running_loop().create_task(collect())
    async with asyncio.timeout(20):
        while not collecting.done():
            await bench.tick()
    await collecting
    return found


def nals_in(data: bytes) -> list[bytes]:
    """The NAL units of a fragment: all that its mdat holds."""
    at, nals = data.index(b"mdat") + 4, list[bytes]()
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        nals.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return nals


def is_marked(pixels: Pixels) -> bool:
    """Whether the strip with the viewer's name runs along the top."""
    return float(np.median(pixels.y[2:8, -40:])) < 40


async def test_whoever_has_leave_sees_people_under_their_own_mark_before_the_street_is_known(tmp_path: Path):
    bench = Bench(tmp_path)
    bench.write("cam-a")
    async with bench.open() as eye:
        mine = eye.watch("cam-a", at_ms=None, width=640, unmasked=leave_until(3600))
        seen = await pictures(bench, mine, 3)
        assert all(is_marked(each) for each in seen)
        jpeg = await bench.until_learned("cam-a")
        marked = await eye.snapshot("cam-a", width=640, unmasked=leave_until(3600))
        assert marked != jpeg
        await mine.aclose()


async def test_two_viewers_with_leave_have_two_tiles_and_two_screens_of_one_share(tmp_path: Path):
    bench = Bench(tmp_path)
    bench.write("cam-a")
    async with bench.open() as eye:
        watches = [
            eye.watch("cam-a", at_ms=None, width=640, unmasked=leave_until(3600, viewer))
            for viewer in ("Amina 3f9a21", "Amina 3f9a21", "Baraka 77b0c4")
        ]
        for each in watches:
            await pictures(bench, each, 1)
        assert bench.feeds[0].open_now == 3  # the watcher's, and two tiles'
        for each in watches:
            await each.aclose()


async def test_when_leave_is_over_the_eye_masks_by_itself(tmp_path: Path):
    bench = Bench(tmp_path)
    bench.write("cam-a")
    async with bench.open() as eye:
        await bench.until_learned("cam-a")
        late = eye.watch("cam-a", at_ms=None, width=640, unmasked=leave_until(-1))
        assert not is_marked((await pictures(bench, late, 1))[0])
        assert await eye.snapshot("cam-a", width=640, unmasked=leave_until(-1))
        await late.aclose()
