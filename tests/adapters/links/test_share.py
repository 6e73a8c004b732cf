"""Many who watch the same camera, and one watch of the eye."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from safecity.adapters.links.share import GONE, SharedEyes
from safecity.footage import Chunk, Ended, Shown, Started, Unmasked, Withheld

STARTED = Started("video/mp4", b"init", 0)
LEAVE = Unmasked("permit-1", "Amina Otieno 3f9a21", 5_000)


def chunk(number: int) -> Chunk:
    return Chunk(str(number).encode(), number * 100, number * 100, is_key=number % 10 == 0)


class PlayedEyes:
    """Shows what a test plays, to all who watch."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int | None, int, float, Unmasked | None]] = []
        self.open: list[asyncio.Queue[Shown | None]] = []

    async def watch(
        self,
        camera: str,
        *,
        at_ms: int | None,
        width: int,
        rate: float = 1.0,
        unmasked: Unmasked | None = None,
    ) -> AsyncGenerator[Shown, None]:
        self.asked.append((camera, at_ms, width, rate, unmasked))
        queue = asyncio.Queue[Shown | None]()
        self.open.append(queue)
        try:
            while (shown := await queue.get()) is not None:
                yield shown
        finally:
            self.open.remove(queue)

    async def snapshot(
        self, camera: str, *, width: int, at_ms: int | None = None, unmasked: Unmasked | None = None
    ) -> bytes:
        return f"{camera} {width} {at_ms} {unmasked and unmasked.permit}".encode()

    async def play(self, *shown: Shown | None) -> None:
        """Plays, once somebody watches, and lets it arrive."""
        async with asyncio.timeout(10):
            while not self.open:
                await asyncio.sleep(0)
        for each in shown:
            for queue in self.open:
                queue.put_nowait(each)
        for _ in range(10):
            await asyncio.sleep(0)


async def some(items: AsyncGenerator[Shown, None], count: int) -> list[Shown]:
    async with asyncio.timeout(10):
        return [await anext(items) for _ in range(count)]


async def beginning(*watches: AsyncGenerator[Shown, None]) -> Sequence[asyncio.Task[list[Shown]]]:
    """Each begins to watch."""
    tasks = [asyncio.get_running_loop().create_task(some(each, 1)) for each in watches]
    for _ in range(5):
        await asyncio.sleep(0)
    return tasks


async def test_many_share_one_watch_and_get_the_very_same_chunks():
    eyes = PlayedEyes()
    shared = SharedEyes(eyes)
    watches = [shared.watch("cam", at_ms=None, width=640) for _ in range(3)]
    begun = await beginning(*watches)
    await eyes.play(STARTED, chunk(0), chunk(1))
    assert [await each for each in begun] == [[STARTED]] * 3
    first = [await some(each, 2) for each in watches]
    assert len(eyes.asked) == 1
    assert all(chunks[0] is first[0][0] for chunks in first)
    for each in watches:
        await each.aclose()
    async with asyncio.timeout(10):
        while eyes.open:
            await asyncio.sleep(0)


async def test_who_joins_later_begins_at_the_last_keyframe_at_once():
    eyes = PlayedEyes()
    shared = SharedEyes(eyes)
    one = shared.watch("cam", at_ms=None, width=640)
    (begun,) = await beginning(one)
    await eyes.play(STARTED, *(chunk(number) for number in range(13)))
    await begun
    late = shared.watch("cam", at_ms=None, width=640)
    assert await some(late, 4) == [STARTED, chunk(10), chunk(11), chunk(12)]
    await one.aclose()
    await eyes.play(chunk(13))
    assert await some(late, 1) == [chunk(13)]
    await late.aclose()


async def test_who_joins_while_nothing_can_be_shown_is_told_why():
    eyes = PlayedEyes()
    shared = SharedEyes(eyes)
    one = shared.watch("cam", at_ms=None, width=640)
    (begun,) = await beginning(one)
    await eyes.play(STARTED, chunk(0), Withheld("dark"))
    await begun
    late = shared.watch("cam", at_ms=None, width=640)
    assert await some(late, 1) == [Withheld("dark")]
    await eyes.play(STARTED, chunk(20))
    assert await some(late, 2) == [STARTED, chunk(20)]
    await one.aclose()
    await late.aclose()


async def test_another_width_another_leave_and_every_recorded_picture_are_watches_of_their_own():
    eyes = PlayedEyes()
    shared = SharedEyes(eyes)
    watches = [
        shared.watch("cam", at_ms=None, width=640),
        shared.watch("cam", at_ms=None, width=320),
        shared.watch("cam", at_ms=None, width=640, unmasked=LEAVE),
        shared.watch("cam", at_ms=7, width=640, rate=2, unmasked=LEAVE),
        shared.watch("cam", at_ms=7, width=640),
    ]
    for task in await beginning(*watches):
        task.cancel()
    assert sorted(eyes.asked, key=repr) == sorted(
        [
            ("cam", None, 640, 1.0, None),
            ("cam", None, 320, 1.0, None),
            ("cam", None, 640, 1.0, LEAVE),
            ("cam", 7, 640, 2, LEAVE),
            ("cam", 7, 640, 1.0, None),
        ],
        key=repr,
    )


async def test_what_ends_ends_for_all_and_the_next_one_asks_again():
    for last in (Ended("over"), None):
        eyes = PlayedEyes()
        shared = SharedEyes(eyes)
        one = shared.watch("cam", at_ms=None, width=640)
        (begun,) = await beginning(one)
        await eyes.play(last)
        assert await begun == [last or Ended(GONE)]
        await one.aclose()
        again = shared.watch("cam", at_ms=None, width=640)
        (begun,) = await beginning(again)
        await eyes.play(STARTED, chunk(0))
        assert await begun == [STARTED]
        await again.aclose()


async def test_snapshots_pass_through():
    assert await SharedEyes(PlayedEyes()).snapshot("cam", width=64, unmasked=LEAVE) == b"cam 64 None permit-1"
