"""Work that can wait has a tenth of a thread's time, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.adapters.vision.spare import Spare


class Watch:
    """A clock that work moves on."""

    now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


def test_after_a_piece_of_work_there_is_nine_times_as_long_for_everything_else():
    watch = Watch()
    spare, done = Spare(watch), list[float]()

    def work() -> None:
        done.append(watch.now_s)
        watch.now_s += 0.5

    assert spare.use(work)
    assert not spare.use(work)
    watch.now_s += 4.4
    assert not spare.use(work)
    watch.now_s += 0.2
    assert spare.use(work)
    assert len(done) == 2


def test_work_that_fails_took_its_time_too():
    watch = Watch()
    spare = Spare(watch)

    def fail() -> None:
        watch.now_s += 1.0
        raise OSError("no network")

    with pytest.raises(OSError, match="no network"):
        spare.use(fail)
    assert not spare.use(fail)


@given(st.lists(st.tuples(st.floats(0.001, 2), st.floats(0, 5)), min_size=1, max_size=60))
def test_it_never_takes_more_than_a_tenth_but_for_one_piece(pieces: list[tuple[float, float]]):
    watch, spent_s, longest_s = Watch(), 0.0, 0.0
    spare = Spare(watch)
    for took_s, pause_s in pieces:

        def work(took_s: float = took_s) -> None:
            watch.now_s += took_s

        if spare.use(work):
            spent_s, longest_s = spent_s + took_s, max(longest_s, took_s)
        watch.now_s += pause_s
    assert spent_s <= 0.1 * (watch.now_s - 100) + longest_s + 1e-6
