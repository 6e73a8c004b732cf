"""What recorders notice of cameras' clocks is kept, and told where it is news."""

from __future__ import annotations

from safecity.base import NODE, Change, Event, Node
from safecity.footage import CameraClockRight, CameraClockWrong, camera_clock, camera_clocks
from safecity.footage.clock import take_clock
from safecity.footage.model import ClockNotice, ClockState


async def take(node: Node, offset_ms: int, at_ms: int, *, is_wrong: bool = True) -> Event | None:
    async def work(change: Change) -> Event | None:
        return await take_clock(change, "gate", ClockNotice(is_wrong=is_wrong, offset_ms=offset_ms), at_ms)

    return await node.change(NODE, work)


async def test_a_camera_that_never_told_its_time_is_not_known(node: Node):
    assert await camera_clock(node, "gate") is None
    assert await camera_clocks(node) == {}


async def test_a_clock_that_is_right_from_the_first_is_kept_and_no_news(node: Node):
    assert await take(node, -20, 1_000, is_wrong=False) is None
    right = ClockState(camera="gate", is_wrong=False, offset_ms=-20, since_ms=1_000)
    assert await camera_clock(node, "gate") == right


async def test_a_wrong_clock_is_news_once_and_again_once_it_is_right(node: Node):
    assert await take(node, 5_000, 1_000) == CameraClockWrong(camera="gate", offset_ms=5_000)
    assert await take(node, 5_000, 2_000) is None  # its recorder began anew
    assert await take(node, 9_000, 3_000) == CameraClockWrong(camera="gate", offset_ms=9_000)
    wrong = ClockState(camera="gate", is_wrong=True, offset_ms=9_000, since_ms=1_000)
    assert await camera_clocks(node) == {"gate": wrong}
    assert await take(node, 10, 4_000, is_wrong=False) == CameraClockRight(camera="gate", offset_ms=10)
    assert await take(node, 10, 5_000, is_wrong=False) is None
