"""A camera watched live: pictures or reasons, never anything else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import pytest

from fakes.feed import FilmFeed
from fakes.film import START_MS, Film, shot
from fakes.maskers import GreyMasker, MoodyMasker
from safecity.adapters.links.viewer import Viewer
from safecity.adapters.vision.tile import BEHIND, BROKEN, SILENT, STOPPED, TOO_SLOW, Tile
from safecity.base import Clock, RealClock, SetClock, to_ms
from safecity.cameras import Picture, Track
from safecity.footage import Chunk, Ended, Feed, Masker, Shown, Started, Withheld

LONG = shot(Film(seed=9), 8)
ITEMS = LONG[:21]  # the track, and two seconds of pictures


@asynccontextmanager
async def open_tile(
    feed: Feed, masker: Masker, clock: Clock | None = None, *, patience_s: float = 5
) -> AsyncGenerator[Tile, None]:
    """A tile that runs; on a clock that stands still its pictures are never late."""
    tile = Tile("cam", feed, lambda: masker, clock or SetClock(), width=640, patience_s=patience_s)
    running = asyncio.get_running_loop().create_task(tile.run())
    try:
        yield tile
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def some(viewer: Viewer, count: int) -> list[Shown]:
    async with asyncio.timeout(20):
        return [await viewer.next() for _ in range(count)]


async def test_a_viewer_gets_the_start_and_then_each_picture_with_its_wall_time():
    async with open_tile(FilmFeed(ITEMS), GreyMasker()) as tile:
        started, *chunks = await some(tile.join(), 21)
    assert isinstance(started, Started)
    assert started.mime == 'video/mp4; codecs="avc1.42c01f"'
    assert [each.wall_ms for each in chunks if isinstance(each, Chunk)] == [
        START_MS + 100 * n for n in range(20)
    ]


async def test_pictures_that_the_network_held_up_are_shown_at_the_pace_of_the_camera():
    late = [
        replace(each, received_ms=each.received_ms + n % 3 * 30) if isinstance(each, Picture) else each
        for n, each in enumerate(ITEMS, 2)
    ]
    async with open_tile(FilmFeed(late), GreyMasker()) as tile:
        _, *chunks = await some(tile.join(), 21)
    shown = [each for each in chunks if isinstance(each, Chunk)]
    assert [each.wall_ms for each in shown] == [
        each.received_ms for each in late if isinstance(each, Picture)
    ]
    assert all(99 <= later.media_ms - earlier.media_ms <= 101 for earlier, later in pairwise(shown[1:]))


async def test_two_viewers_share_one_masking():
    masker, feed = MoodyMasker(), FilmFeed(ITEMS)
    async with open_tile(feed, masker) as tile:
        one, other = tile.join(), tile.join()
        assert await some(one, 21) == await some(other, 21)
    assert masker.masked == 20
    assert feed.asked == [False]


async def test_one_who_joins_later_begins_with_a_keyframe_at_once():
    clock = SetClock()
    async with open_tile(FilmFeed(ITEMS), GreyMasker(), clock) as tile:
        first = tile.join()
        await some(first, 5)
        late = tile.join()
        shown = await some(late, 2)
    assert [type(each) for each in shown] == [Started, Chunk]
    assert isinstance(shown[1], Chunk)
    assert shown[1].wall_ms < START_MS + 1_000


async def test_a_track_that_is_said_again_changes_nothing_and_another_one_starts_anew():
    small = shot(Film(seed=9, width=320, height=180), 1)
    async with open_tile(FilmFeed([*ITEMS[:11], ITEMS[0], *ITEMS[11:], *small]), GreyMasker()) as tile:
        shown = await some(tile.join(), 32)
    kinds = [type(each) for each in shown]
    assert [place for place, kind in enumerate(kinds) if kind is Started] == [0, 21]


async def test_what_is_withheld_comes_with_its_reason_once_and_starts_again():
    masker = MoodyMasker("withholds")
    async with open_tile(FilmFeed(ITEMS), masker) as tile:
        viewer = tile.join()
        assert await some(viewer, 1) == [Withheld("The empty scene is not known yet.")]
        masker.mood = "shows"
        assert [type(each) for each in await some(viewer, 2)] == [Started, Chunk]


async def test_a_masker_that_breaks_shows_nothing_and_is_tried_again(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.CRITICAL)
    masker, clock, feed = MoodyMasker("breaks"), SetClock(), FilmFeed(LONG)
    async with open_tile(feed, masker, clock) as tile:
        viewer = tile.join()
        assert await some(viewer, 1) == [Withheld(BROKEN)]
        masker.mood = "shows"
        while len(feed.asked) < 2:
            clock.pass_(seconds=0.25)
            await asyncio.sleep(0)
        assert [type(each) for each in await some(viewer, 2)] == [Started, Chunk]
    assert len(feed.asked) == 2


async def test_a_masker_that_hangs_shows_nothing_and_is_left_behind():
    masker = MoodyMasker("hangs")
    async with open_tile(FilmFeed(ITEMS), masker, RealClock(), patience_s=0.1) as tile:
        tile_clock_is_real = await some(tile.join(), 1)
        assert tile_clock_is_real == [Withheld(TOO_SLOW)]
    masker.freed.set()


async def test_when_the_pictures_stop_it_says_so():
    async with open_tile(FilmFeed(ITEMS[:4], ends=True), GreyMasker()) as tile:
        shown = await some(tile.join(), 5)
    assert shown[-1] == Withheld(STOPPED)


async def test_a_camera_that_falls_silent_is_said_to_be():
    clock, feed = SetClock(), FilmFeed(ITEMS[:4])
    async with open_tile(feed, GreyMasker(), clock) as tile:
        viewer = tile.join()
        await some(viewer, 4)
        for _ in range(8):
            clock.pass_(seconds=1)
            await asyncio.sleep(0)
        assert await some(viewer, 1) == [Withheld(SILENT)]


async def test_old_pictures_are_caught_up_with_and_not_shown():
    clock = SetClock("2030-01-01T00:00:02.000+00:00")  # the film ended a tenth of a second ago
    masker = MoodyMasker()
    async with open_tile(FilmFeed(ITEMS), masker, clock) as tile:
        shown = await some(tile.join(), 2)
    assert isinstance(shown[1], Chunk)
    assert shown[1].wall_ms == START_MS + 1_900
    assert masker.masked == 1


class LaggingFeed(FilmFeed):
    """Hands each picture out so much later than it was taken."""

    def __init__(
        self, items: Sequence[Track | Picture], clock: SetClock, lag_ms: Callable[[int], int]
    ) -> None:
        super().__init__(items, clock=clock)
        self.lag_ms = lag_ms

    async def subscribe(
        self, camera: str, *, keyframes_only: bool, sub: bool = False
    ) -> AsyncGenerator[Track | Picture]:
        assert self.clock is not None
        async for item in super().subscribe(camera, keyframes_only=keyframes_only, sub=sub):
            if isinstance(item, Picture):
                due_ms = item.received_ms + self.lag_ms(item.received_ms - START_MS)
                self.clock.pass_(seconds=max(0, due_ms - to_ms(self.clock.now())) / 1000)
            yield item


async def test_under_load_pictures_are_left_out_and_the_tile_goes_on():
    clock, masker = SetClock(), MoodyMasker()
    feed = LaggingFeed(LONG, clock, lambda _: 400)
    async with open_tile(feed, masker, clock) as tile:
        shown = [each for each in await some(tile.join(), 8) if isinstance(each, Chunk)]
        apart = [after.wall_ms - before.wall_ms for before, after in pairwise(shown)]
        assert set(apart) <= {500, 600}
    assert masker.masked < 14


async def test_a_tile_that_fell_far_behind_takes_up_the_present_instead():
    clock, masker = SetClock(), MoodyMasker()
    feed = LaggingFeed(LONG, clock, lambda at_ms: 0 if at_ms < 2_000 else 3_500)
    async with open_tile(feed, masker, clock) as tile:
        await some(tile.join(), 21)
        async with asyncio.timeout(20):
            while len(feed.asked) < 2:
                await asyncio.sleep(0.001)


async def test_pictures_that_all_come_too_late_are_told_of():
    clock = SetClock()
    feed = LaggingFeed(LONG, clock, lambda _: 2_000)
    async with open_tile(feed, GreyMasker(), clock) as tile:
        viewer = tile.join()
        assert await some(viewer, 1) == [Withheld(BEHIND)]


async def test_a_viewer_who_does_not_read_goes_on_with_a_keyframe():
    feed = FilmFeed(LONG)
    async with open_tile(feed, GreyMasker()) as tile:
        quick, slow = tile.join(), tile.join()
        await some(quick, 60)
        await some(quick, 21)
        shown = await some(slow, 4)
    assert isinstance(shown[0], Started)
    assert isinstance(shown[1], Chunk)
    assert shown[1].wall_ms >= START_MS + 5_900


async def test_when_it_is_over_every_viewer_hears_it():
    async with open_tile(FilmFeed([]), GreyMasker()) as tile:
        viewer = tile.join()
        assert tile.watched
        tile.end("The camera was changed or switched off.")
        assert await some(viewer, 1) == [Ended("The camera was changed or switched off.")]
        tile.leave(viewer)
        assert not tile.watched


async def test_a_tile_that_is_closed_leaves_no_subscription():
    feed = FilmFeed(ITEMS)
    async with open_tile(feed, GreyMasker()) as tile:
        await some(tile.join(), 3)
        assert feed.open_now == 1
    assert feed.open_now == 0
