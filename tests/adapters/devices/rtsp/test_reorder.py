"""UDP packets go on in order, each once; what never comes is waited for only a little."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import rtp
from safecity.adapters.devices.rtsp.reorder import HOLD_S, MOST, MOST_BYTES, Reorder


class Story:
    """Datagrams in, sequence numbers out."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.reorder = Reorder(96, self._take)

    def _take(self, buffer: bytes | bytearray, begin: int, end: int) -> None:
        assert begin == 0 < end <= len(buffer)
        self.seen.append(buffer[2] << 8 | buffer[3])

    def push(self, *sequences: int, at: float = 0.0, size: int = 3) -> Story:
        for sequence in sequences:
            packet = rtp(b"x" * size, sequence, 0)
            self.reorder.push(packet, len(packet), at)
        return self


def test_packets_in_order_go_straight_on():
    story = Story().push(65_534, 65_535, 0, 1)
    assert (story.seen, story.reorder.waits) == ([65_534, 65_535, 0, 1], False)


def test_early_ones_wait_for_the_one_before_them():
    story = Story().push(1, 3, 4)
    assert (story.seen, story.reorder.waits) == ([1], True)
    assert story.push(2, 2, 3).seen == [1, 2, 3, 4]


def test_when_nothing_more_comes_nobody_waits():
    story = Story().push(1, 3, 5)
    story.reorder.flush()
    assert (story.seen, story.reorder.waits) == ([1, 3, 5], False)


def test_who_waited_long_enough_goes_on():
    story = Story().push(1, 3, 5, at=1.0)
    story.reorder.release(1.0 + HOLD_S / 2)
    assert story.seen == [1]
    story.reorder.release(1.01 + HOLD_S)
    assert story.seen == [1, 3]
    story.reorder.release(1.0 + 3 * HOLD_S)
    assert story.seen == [1, 3, 5]
    assert story.push(2, 4).seen == [1, 3, 5]


def test_only_so_many_wait():
    story = Story().push(1, *range(3, 4 + MOST))
    assert len(story.seen) == MOST + 2
    story = Story().push(1, *range(3, 30), size=60_000)
    assert len(story.seen) > 30 - MOST_BYTES // 60_000 - 2


def test_a_sender_that_starts_anew_is_followed():
    story = Story().push(1, 3, 40_000, 40_001, 10)
    assert story.seen == [1, 3, 40_000, 40_001, 10]


@given(st.binary(max_size=40))
def test_what_is_no_packet_of_ours_is_left_out(data: bytes):
    story = Story()
    story.reorder.push(data, len(data), 0.0)
    ours = len(data) >= 12 and data[0] & 0xC0 == 0x80 and data[1] & 0x7F == 96
    assert len(story.seen) == ours


@given(st.integers(0, 65_535), st.integers(1, 12), st.randoms(use_true_random=False))
def test_any_order_within_the_window_comes_out_in_order(first: int, window: int, chance: random.Random):
    sent = [(first + place) & 0xFFFF for place in range(200)]
    keys = [(place + chance.random() * window, sequence) for place, sequence in enumerate(sent[1:], start=1)]
    story = Story().push(first, *(sequence for _, sequence in sorted(keys)))
    assert story.seen == sent
