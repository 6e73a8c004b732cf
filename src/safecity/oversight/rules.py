"""Figures from values, exactly: no sketch, no sample. And what of them the public may see."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from safecity.oversight.model import Cell, Figure, PublicCell, Response, Span, Times

SMALLEST_PUBLIC = 5
OUTSIDE = "outside"  # of all bureaus
WITHHELD = f"Fewer than {SMALLEST_PUBLIC} incidents: withheld, so that nobody can be recognised."
WITHHELD_TOO = "Withheld, so that another bureau's figures cannot be worked out."


def percentile(values: Iterable[int], share: float) -> int | None:
    """The nearest-rank percentile: the smallest value that at least this share of all values does not exceed."""
    ranked = sorted(values)
    return ranked[max(0, math.ceil(share * len(ranked)) - 1)] if ranked else None


def duration_ms(response: Response, span: Span) -> int | None:
    """How long a span took in one incident; None where it did not come so far. Never below zero."""
    start = response.raised_ms if span is Span.ANSWER else response.declared_ms
    end = {
        Span.ANSWER: response.answered_ms,
        Span.ASSIGN: response.dispatched_ms,
        Span.ARRIVE: response.on_scene_ms,
        Span.RESOLVE: response.resolved_ms,
    }[span]
    return None if start is None or end is None else max(0, end - start)


def cell(responses: Sequence[Response], *, bureau: str | None = None, priority: int | None = None) -> Cell:
    """The figures of a group of incidents."""
    return Cell(
        bureau=bureau,
        priority=priority,
        incidents=len(responses),
        figures=tuple(_figure(responses, span) for span in Span),
    )


def times(responses: Sequence[Response], *, from_ms: int, to_ms: int) -> Times:
    """Response times of the city, of each bureau, of each priority, and of each priority in each bureau."""
    by_bureau = _grouped(responses, _bureau)
    return Times(
        from_ms=from_ms,
        to_ms=to_ms,
        city=cell(responses),
        bureaus=tuple(cell(group, bureau=name) for name, group in sorted(by_bureau.items())),
        priorities=tuple(
            cell(group, priority=int(name))
            for name, group in sorted(_grouped(responses, lambda each: str(each.priority)).items())
        ),
        cells=tuple(
            cell(group, bureau=name, priority=int(priority))
            for name, of_bureau in sorted(by_bureau.items())
            for priority, group in sorted(_grouped(of_bureau, lambda each: str(each.priority)).items())
        ),
    )


def public_cells(found: Times) -> tuple[PublicCell, tuple[PublicCell, ...]]:
    """The city's and each bureau's line of the public report, with small groups withheld.

    Where a single bureau is withheld, the next smallest is too: else its figure follows from the city's total.
    """
    small = {each.bureau for each in found.bureaus if each.incidents < SMALLEST_PUBLIC}
    too: set[str | None] = set()
    if len(small) == 1:
        rest = [each for each in found.bureaus if each.bureau not in small]
        too = {min(rest, key=lambda each: (each.incidents, each.bureau or "")).bureau} if rest else set()
    words = dict.fromkeys(too, WITHHELD_TOO) | dict.fromkeys(small, WITHHELD)
    city = WITHHELD if found.city.incidents < SMALLEST_PUBLIC else ""
    return _public(found.city, city), tuple(
        _public(each, words.get(each.bureau, "")) for each in found.bureaus
    )


def _public(each: Cell, words: str) -> PublicCell:
    if words:
        return PublicCell(
            bureau=each.bureau,
            incidents=None,
            answer_p50_s=None,
            arrive_p50_s=None,
            arrive_p90_s=None,
            words=words,
        )
    # A figure over fewer than five incidents is withheld even where the bureau has more.
    figures = {figure.span: figure for figure in each.figures if figure.count >= SMALLEST_PUBLIC}
    answer, arrive = figures.get(Span.ANSWER), figures.get(Span.ARRIVE)
    return PublicCell(
        bureau=each.bureau,
        incidents=each.incidents,
        answer_p50_s=answer.p50_s if answer else None,
        arrive_p50_s=arrive.p50_s if arrive else None,
        arrive_p90_s=arrive.p90_s if arrive else None,
        words="",
    )


def _figure(responses: Sequence[Response], span: Span) -> Figure:
    took = [ms for each in responses if (ms := duration_ms(each, span)) is not None]
    return Figure(
        span=span,
        count=len(took),
        p50_s=_seconds(percentile(took, 0.5)),
        p90_s=_seconds(percentile(took, 0.9)),
    )


def _seconds(milliseconds: int | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _bureau(response: Response) -> str:
    return response.bureau or OUTSIDE


def _grouped(responses: Sequence[Response], key: Callable[[Response], str]) -> dict[str, list[Response]]:
    groups: defaultdict[str, list[Response]] = defaultdict(list)
    for each in responses:
        groups[key(each)].append(each)
    return groups
