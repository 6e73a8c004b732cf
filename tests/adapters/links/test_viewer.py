"""A viewer who cannot keep up loses pictures, and never more than that."""

from __future__ import annotations

from safecity.adapters.links.viewer import MOST_WAITING, Viewer
from safecity.footage import Chunk, Ended, Shown, Started, Withheld

STARTED = Started("video/mp4", b"init", 0)


def chunk(number: int) -> Chunk:
    return Chunk(str(number).encode(), number * 100, number * 100, is_key=number % 10 == 0)


async def taken(viewer: Viewer, count: int) -> list[Shown]:
    return [await viewer.next() for _ in range(count)]


async def test_it_begins_with_a_keyframe_and_asks_for_one():
    wanted = list[int]()
    viewer = Viewer(lambda: wanted.append(1))
    for number in range(8, 12):
        viewer.show(chunk(number), STARTED)
    assert len(wanted) == 2
    assert await taken(viewer, 3) == [STARTED, chunk(10), chunk(11)]


async def test_who_reads_too_slowly_goes_on_with_a_later_keyframe():
    viewer = Viewer()
    for number in range(MOST_WAITING + 25):
        viewer.show(chunk(number), STARTED)
    viewer.end("over")
    shown = [each async for each in until_end(viewer)]
    assert shown[0] == STARTED
    assert shown[1] == chunk(MOST_WAITING)
    assert len(shown) <= MOST_WAITING + 2


async def until_end(viewer: Viewer):
    while True:
        shown = await viewer.next()
        yield shown
        if isinstance(shown, Ended):
            return


async def test_a_reason_is_said_once_and_again_after_a_picture():
    viewer = Viewer()
    viewer.withhold("dark")
    viewer.withhold("dark")
    viewer.show(chunk(0), STARTED)
    viewer.withhold("dark")
    assert await taken(viewer, 4) == [Withheld("dark"), STARTED, chunk(0), Withheld("dark")]


async def test_another_stream_begins_anew():
    viewer, other = Viewer(), Started("video/mp4", b"other", 5)
    viewer.show(chunk(0), STARTED)
    viewer.begin_anew()
    viewer.show(chunk(1), other)
    viewer.show(chunk(10), other)
    assert await taken(viewer, 4) == [STARTED, chunk(0), other, chunk(10)]
