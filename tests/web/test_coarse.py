"""A month on a screen: joined where it is finer than a pixel, and no gap is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safecity.footage import Cause, Gap
from safecity.web.coarse import CoarseGap, coarse_gaps, coarse_spans


def gap(start_ms: int, end_ms: int | None, cause: Cause = Cause.NETWORK, words: str = "x") -> Gap:
    return Gap(camera="c", start_ms=start_ms, end_ms=end_ms, cause=cause, words=words)


def test_spans_closer_than_a_pixel_are_one():
    assert coarse_spans([(60, 90), (0, 10), (11, 20)], 5) == [(0, 20), (60, 90)]
    assert coarse_spans([(0, 10), (15, 20)], 5) == [(0, 10), (15, 20)]
    assert coarse_spans([(0, 100), (10, 20)], 5) == [(0, 100)]


def test_gaps_of_one_cause_within_a_pixel_are_told_together_with_the_words_of_the_longest():
    found = coarse_gaps([gap(0, 10, words="short"), gap(12, 60, words="long"), gap(500, None)], 5, 600)
    assert [(each.start_ms, each.end_ms, each.count, each.missing_ms) for each in found] == [
        (0, 60, 2, 58),
        (500, None, 1, 100),
    ]
    assert found[0].longest.words == "long"


def test_gaps_of_two_causes_stay_apart():
    found = coarse_gaps([gap(0, 10), gap(11, 20, Cause.DISK), gap(21, 30)], 100, 40)
    assert [each.longest.cause for each in found] == [Cause.NETWORK, Cause.DISK, Cause.NETWORK]


@given(
    starts=st.lists(st.integers(0, 100_000), unique=True, max_size=40),
    lasts=st.integers(1, 3_000),
    resolution_ms=st.integers(1, 20_000),
)
def test_no_gap_is_lost_and_none_is_invented(starts: list[int], lasts: int, resolution_ms: int):
    gaps = [gap(start, start + lasts) for start in starts]
    found = coarse_gaps(gaps, resolution_ms, 200_000)
    assert sum(each.count for each in found) == len(gaps)
    assert sum(each.missing_ms for each in found) == lasts * len(gaps)
    for each in gaps:
        assert any(holds(one, each) for one in found)
    ends = [one.end_ms or 0 for one in found]
    assert all(later.start_ms - end >= resolution_ms for end, later in zip(ends, found[1:], strict=False))


def holds(one: CoarseGap, each: Gap) -> bool:
    return one.start_ms <= each.start_ms and (each.end_ms or 0) <= (one.end_ms or 0)
