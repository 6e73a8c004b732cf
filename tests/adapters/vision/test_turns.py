"""Searches take turns: one at a time, within a share of one core, and whoever waited longest first."""

from __future__ import annotations

import threading
from collections.abc import Generator
from dataclasses import dataclass, field

import numpy as np
import pytest

from safecity.adapters.vision.turns import AtOnce, Found, Turn, Turns
from safecity.footage import PictureWithheld

WAIT_S = 20.0


@dataclass
class Hands:
    """The time and the processor time that a test sets."""

    now_s: float = 1_000.0
    spent_s: float = 0.0
    done: list[str] = field(default_factory=list[str])

    def search(self, name: str, cost_s: float = 0.1):
        def search() -> Found:
            self.spent_s += cost_s
            self.done.append(name)
            return found(len(self.done))

        return search


def found(at_ms: int) -> Found:
    return Found(((0.1, 0.1, 0.1, 0.1),), (), at_ms, np.zeros((2, 2), np.uint8))


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def turns(hands: Hands) -> Generator[Turns]:
    made = Turns(0.25, now=lambda: hands.now_s, spent=lambda: hands.spent_s)
    yield made
    made.close()


def test_a_tile_that_may_show_nothing_without_it_is_searched_at_once(turns: Turns, hands: Hands):
    for number in range(3):
        turn = Turn(turns)
        turn.ask(hands.search(f"tile {number}"), urgent=True)
        assert turn.take(WAIT_S) is not None
    assert hands.done == ["tile 0", "tile 1", "tile 2"]


def test_beyond_the_budget_a_tile_waits_and_whoever_was_searched_longest_ago_is_next(
    turns: Turns, hands: Hands
):
    one, other = Turn(turns), Turn(turns)
    one.ask(hands.search("one"), urgent=True)
    assert one.take(WAIT_S) is not None  # a tenth of a second of work: the budget is spent for four tenths
    one.ask(hands.search("one again"), urgent=False)
    other.ask(hands.search("other"), urgent=False)
    assert other.take(0.02) is None
    hands.now_s += 0.45
    Turn(turns).ask(hands.search("wakes the thread", cost_s=0), urgent=True)
    assert other.take(WAIT_S) is not None
    assert one.take(0.02) is None
    assert hands.done == ["one", "wakes the thread", "other"]


def test_who_waited_too_long_is_searched_whatever_the_budget_says(turns: Turns, hands: Hands):
    turn = Turn(turns)
    turn.ask(hands.search("dear", cost_s=100), urgent=True)
    assert turn.take(WAIT_S) is not None
    turn.ask(hands.search("late"), urgent=False)
    hands.now_s += 8.5
    Turn(turns).ask(hands.search("wakes the thread"), urgent=True)
    assert turn.take(WAIT_S) is not None
    assert "late" in hands.done


def test_only_the_newest_picture_of_a_tile_is_searched(turns: Turns, hands: Hands):
    first, turn = Turn(turns), Turn(turns)
    first.ask(hands.search("first"), urgent=True)
    assert first.take(WAIT_S) is not None
    turn.ask(hands.search("older"), urgent=False)
    turn.ask(hands.search("newer"), urgent=True)
    assert turn.take(WAIT_S) is not None
    assert hands.done == ["first", "newer"]


def test_what_a_search_raises_is_raised_to_its_tile_and_remembered_until_one_succeeds(
    turns: Turns, hands: Hands
):
    turn, other = Turn(turns), Turn(turns)

    def breaks() -> Found:
        raise RuntimeError

    turn.ask(breaks, urgent=True)
    with pytest.raises(RuntimeError):
        turn.take(WAIT_S)
    assert not other.sound
    other.ask(hands.search("good"), urgent=True)
    assert other.take(WAIT_S) is not None
    assert turn.sound


def test_a_network_that_was_busy_is_no_answer(turns: Turns, hands: Hands):
    turn, other = Turn(turns), Turn(turns)

    def busy() -> Found:
        raise PictureWithheld("Faces could not be looked for in time.")

    turn.ask(busy, urgent=True)
    other.ask(hands.search("good"), urgent=True)
    assert other.take(WAIT_S) is not None
    assert turn.take() is None
    assert turn.sound


def test_a_search_that_hangs_is_told_of_and_nobody_waits_for_ever(turns: Turns, hands: Hands):
    freed, begun = threading.Event(), threading.Event()

    def hangs() -> Found:
        begun.set()
        freed.wait(60)
        return found(1)

    turn = Turn(turns)
    assert turns.stuck_s() == 0
    turn.ask(hangs, urgent=True)
    assert begun.wait(WAIT_S)
    hands.now_s += 20
    assert turns.stuck_s() == 20
    assert turn.take(0.01) is None
    turns.close(0.01)
    freed.set()


def test_after_the_end_nobody_is_searched(turns: Turns, hands: Hands):
    turns.close()
    turn = Turn(turns)
    turn.ask(hands.search("late"), urgent=True)
    assert turn.take(WAIT_S) is None
    assert hands.done == []


def test_where_pictures_may_wait_the_answer_is_there_at_once():
    at_once = AtOnce()
    at_once.ask(lambda: found(7), urgent=False)
    answer = at_once.take()
    assert answer is not None
    assert answer.at_ms == 7
    assert at_once.take() is None
