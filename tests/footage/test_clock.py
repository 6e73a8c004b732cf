"""What recorders notice of cameras' clocks is kept, and told where it is news."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fakes.shelf import shelf
from safecity.base import NODE, Change, Event, Node
from safecity.footage import CameraClockRight, CameraClockWrong, camera_clock, camera_clocks
from safecity.footage.clock import clock_sentence, present_offset, take_clock
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


def test_the_present_offset_is_that_of_the_newest_file_that_tells(tmp_path: Path):
    kept = shelf(tmp_path)
    for minute, offset_ms in ((0, 9_000), (1, -300), (2, None)):
        segment = kept.put("gate", minute * 60_000, b"x")
        kept.index.drop_segments([segment])
        kept.index.add_segment(replace(segment, offset_ms=offset_ms))
    listed = [each.offset_ms for each in kept.index.segments("gate", 0, 1 << 50)]
    now = {
        at_ms: present_offset(kept.archive, "gate", at_ms) for at_ms in (30_000, 130_000, 280_000, 600_000)
    }
    kept.index.close()
    assert (listed, now) == (
        [9_000, -300, None],
        {30_000: 9_000, 130_000: -300, 280_000: -300, 600_000: None},
    )


@pytest.mark.parametrize(
    ("offset_ms", "words"),
    [
        (None, "It has not told its time in the last minutes."),
        (-99, "Its clock agrees with ours."),
        (-340, "Its clock is 0.3 s behind ours."),
        (59_999, "Its clock is 59.9 s ahead of ours."),
        (-61_000, "Its clock is 1 minute and 1 second behind ours."),
        (3_600_000, "Its clock is 1 hour ahead of ours."),
        (-5 * 86_400_000 - 7_200_123, "Its clock is 5 days and 2 hours behind ours."),
    ],
)
def test_a_clock_is_told_as_a_sentence(offset_ms: int | None, words: str):
    assert clock_sentence(offset_ms) == words
