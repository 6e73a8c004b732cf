"""Which rule stands: narrower ones win, shorter ones wait."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.base import BadInput
from safecity.footage.keeping import (
    WAIT_MS,
    Keep,
    Keeping,
    RetentionClass,
    RuleBook,
    check_class,
    rule_book,
    settled,
)

BOOK = RuleBook(
    Keep(days=14),
    {"traffic": Keep(days=3), "court": Keep(days=90, bytes=10**12)},
    {"a": Keep(of="traffic"), "b": Keep(of="court", days=30), "c": Keep(of="unheard-of")},
)


def test_the_narrowest_rule_that_says_a_time_wins():
    assert [BOOK.days(camera) for camera in ("a", "b", "c", "left the city")] == [3, 30, 14, 14]
    assert RuleBook().days("a") == math.inf
    assert BOOK.class_of("a") == "traffic"
    assert BOOK.class_of("left the city") == "standard"


def test_a_first_rule_and_a_longer_one_hold_at_once():
    first = settled(None, "city", Keep(days=14), RuleBook(), 5, by="node")
    assert first == Keeping(subject="city", keep=Keep(days=14), since_ms=5)
    longer = settled(first, "city", Keep(days=20), rule_book({"city": first}), 9, by="node")
    assert (longer.keep.days, longer.since_ms, longer.waiting) == (20, 9, None)


def test_a_shorter_rule_waits_a_day_and_for_a_second_person():
    city = Keeping(subject="city", keep=Keep(days=14), since_ms=0)
    book = rule_book({"city": city})
    waits = settled(city, "city", Keep(days=7), book, 1_000, by="ada")
    assert waits.keep == Keep(days=14)
    assert waits.waiting is not None
    assert (waits.waiting.due_ms, waits.waiting.asked_by) == (1_000 + WAIT_MS, "ada")
    assert settled(waits, "city", Keep(days=7), book, 1_000 + 2 * WAIT_MS, by="x") == waits
    agreed = replace(waits, waiting=replace(waits.waiting, agreed_by="ben"))
    assert settled(agreed, "city", Keep(days=7), book, 999 + WAIT_MS, by="x") == agreed
    holds = settled(agreed, "city", Keep(days=7), book, 1_000 + WAIT_MS, by="x")
    assert (holds.keep.days, holds.waiting) == (7, None)


def test_a_wish_that_changes_waits_anew_and_one_that_is_taken_back_is_gone():
    city = Keeping(subject="city", keep=Keep(days=14), since_ms=0)
    book = rule_book({"city": city})
    waits = settled(city, "city", Keep(days=7), book, 0, by="ada")
    assert waits.waiting is not None
    agreed = replace(waits, waiting=replace(waits.waiting, agreed_by="ben"))
    anew = settled(agreed, "city", Keep(days=6), book, 500, by="ada").waiting
    assert anew is not None
    assert (anew.asked_ms, anew.agreed_by) == (500, None)
    assert settled(agreed, "city", Keep(days=14), book, 500, by="ada").waiting is None


@pytest.mark.parametrize(
    ("was", "wanted"),
    [
        (Keep(of="court"), Keep(of="traffic")),
        (Keep(of="traffic", days=30), Keep(of="traffic")),
        (Keep(of="standard"), Keep(of="standard", bytes=10**9)),
        (Keep(of="standard"), Keep(of="court")),  # longer, but its class has a limit of bytes
        (Keep(of="standard", bytes=10**9), Keep(of="standard", bytes=10**8, days=100)),
    ],
)
def test_less_is_less_however_it_is_said(was: Keep, wanted: Keep):
    known = Keeping(subject="camera:a", keep=was, since_ms=0)
    assert settled(known, "camera:a", wanted, BOOK, 0, by="x").waiting is not None


KEEPS = st.builds(
    Keep,
    days=st.none() | st.integers(1, 99),
    bytes=st.none() | st.integers(1, 9),
    of=st.sampled_from(["", "court"]),
)


@given(known=KEEPS, wishes=st.lists(KEEPS, max_size=5))
def test_without_a_second_person_nothing_is_ever_kept_for_less_long(known: Keep, wishes: list[Keep]):
    keeping = Keeping(subject="camera:a", keep=known, since_ms=0)
    before = BOOK.of("camera:a", known)
    for step, wish in enumerate(wishes):
        keeping = settled(keeping, "camera:a", wish, BOOK, step * 2 * WAIT_MS, by="x")
        after = BOOK.of("camera:a", keeping.keep)
        assert after.keeps_all_of(before)
        before = after


@pytest.mark.parametrize(
    "bad",
    [
        RetentionClass(name=""),
        RetentionClass(name="a b"),
        RetentionClass(name="x" * 41),
        RetentionClass(name="a", keep_days=0),
        RetentionClass(name="a", keep_bytes=10),
    ],
)
def test_a_class_that_cannot_be_is_refused(bad: RetentionClass):
    with pytest.raises(BadInput):
        check_class(bad)
