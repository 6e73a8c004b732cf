"""Percentiles without estimates, and a public report that gives nobody away."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.oversight import Response, Span
from safecity.oversight.rules import (
    OUTSIDE,
    WITHHELD,
    WITHHELD_TOO,
    duration_ms,
    percentile,
    public_cells,
    times,
)


def response(
    bureau: str | None = "CEN", priority: int = 1, arrive_s: int | None = 300, raised_s: int | None = -30
) -> Response:
    return Response(
        bureau=bureau,
        kind="fight",
        priority=priority,
        raised_ms=None if raised_s is None else 1_000_000 + raised_s * 1000,
        answered_ms=1_000_000,
        declared_ms=1_000_000,
        dispatched_ms=1_060_000,
        on_scene_ms=None if arrive_s is None else 1_000_000 + arrive_s * 1000,
        resolved_ms=None,
    )


@given(st.lists(st.integers(0, 10**9), min_size=1), st.sampled_from([0.5, 0.9]))
def test_a_percentile_is_the_nearest_rank(values: list[int], share: float):
    found = percentile(values, share)
    assert found in values
    wanted = Fraction(str(share)) * len(values)
    assert sum(value <= found for value in values) >= wanted
    assert sum(value < found for value in values) < wanted


def test_the_percentiles_of_ten():
    assert [percentile(range(1, 11), share) for share in (0.5, 0.9)] == [5, 9]
    assert percentile([], 0.5) is None
    assert percentile([7], 0.9) == 7


def test_spans_run_from_sign_to_answer_and_from_declaration_on():
    one = response()
    assert [duration_ms(one, span) for span in Span] == [30_000, 60_000, 300_000, None]
    assert duration_ms(response(raised_s=None), Span.ANSWER) is None
    assert duration_ms(response(raised_s=5), Span.ANSWER) == 0, (
        "a clock that stepped back makes no negative time"
    )


def test_figures_are_told_by_bureau_and_by_priority():
    found = times(
        [response("CEN", 1), response("CEN", 2, 600), response("WES", 1, 100), response(None, 4, None)],
        from_ms=0,
        to_ms=1,
    )
    assert [(each.bureau, each.incidents) for each in found.bureaus] == [("CEN", 2), ("WES", 1), (OUTSIDE, 1)]
    assert [(each.priority, each.incidents) for each in found.priorities] == [(1, 2), (2, 1), (4, 1)]
    assert [(each.bureau, each.priority) for each in found.cells] == [
        ("CEN", 1),
        ("CEN", 2),
        ("WES", 1),
        (OUTSIDE, 4),
    ]
    arrive = next(figure for figure in found.city.figures if figure.span is Span.ARRIVE)
    assert (arrive.count, arrive.p50_s, arrive.p90_s) == (3, 300.0, 600.0)


def test_a_small_bureau_is_withheld_and_so_is_the_one_that_would_give_it_away():
    responses = [response("BIG")] * 20 + [response("MID")] * 9 + [response("SML")] * 4
    city, bureaus = public_cells(times(responses, from_ms=0, to_ms=1))
    assert city.incidents == 33
    assert {each.bureau: (each.incidents, each.words) for each in bureaus} == {
        "BIG": (20, ""),
        "MID": (None, WITHHELD_TOO),
        "SML": (None, WITHHELD),
    }


def test_two_small_bureaus_hide_each_other():
    responses = [response("BIG")] * 20 + [response("SM1")] * 4 + [response("SM2")] * 1
    _, bureaus = public_cells(times(responses, from_ms=0, to_ms=1))
    assert [each.incidents for each in bureaus] == [20, None, None]


def test_a_figure_over_few_incidents_is_withheld_in_a_large_bureau():
    responses = [response("BIG", arrive_s=None)] * 20 + [response("BIG")] * 4
    _, (big,) = public_cells(times(responses, from_ms=0, to_ms=1))
    assert (big.incidents, big.arrive_p50_s, big.answer_p50_s) == (24, None, 30.0)


@given(st.lists(st.sampled_from(["A", "B", "C", "D"]), max_size=60))
def test_no_small_group_is_ever_public_nor_follows_from_the_rest(names: list[str]):
    city, bureaus = public_cells(times([response(name) for name in names], from_ms=0, to_ms=1))
    assert all(each.incidents is None or each.incidents >= 5 for each in (city, *bureaus))
    hidden = [each for each in bureaus if each.incidents is None]
    assert len(hidden) != 1 or len(bureaus) == 1


@pytest.mark.parametrize("count", [0, 4])
def test_a_quiet_city_says_so(count: int):
    city, _ = public_cells(times([response()] * count, from_ms=0, to_ms=1))
    assert (city.incidents, city.words) == (None, WITHHELD)
