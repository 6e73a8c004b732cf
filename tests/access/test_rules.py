"""Passwords, names, lockout and the end of sessions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.access.model import LIMITS
from safecity.access.rules import (
    after_attempt,
    check_password,
    checked_code,
    checked_name,
    checked_polygon,
    checked_sign_in,
    is_over,
)
from safecity.base import BadInput, Place


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("short", "at least 12"),
        ("x" * 1025, "at most 1024"),
        ("wanjiku.kamau", "must not be the sign-in name"),
        ("Wanjiku.Kamau", "must not be the sign-in name"),
    ],
)
def test_a_bad_password_is_named(password: str, words: str):
    with pytest.raises(BadInput, match=words):
        check_password(password, "wanjiku.kamau")


def test_a_long_sentence_is_a_good_password():
    check_password("the river runs past the mill", "wanjiku")


@pytest.mark.parametrize("text", ["", "a", "has space", "Ümlaut", "x" * 65, "-dash", "new\nline"])
def test_a_bad_sign_in_name_is_refused(text: str):
    with pytest.raises(BadInput):
        checked_sign_in(text)


def test_a_sign_in_name_has_one_form():
    assert checked_sign_in("  Wanjiku.Kamau ") == "wanjiku.kamau"


@pytest.mark.parametrize("text", ["", "   ", "x" * 121, "bad\x00name"])
def test_a_bad_name_is_refused(text: str):
    with pytest.raises(BadInput):
        checked_name(text)


@pytest.mark.parametrize("text", ["", "cen", "TOO-LONG-A-BUREAU-CODE", "A B"])
def test_a_bad_code_is_refused(text: str):
    with pytest.raises(BadInput):
        checked_code(text)


def test_two_corners_are_no_ground():
    with pytest.raises(BadInput):
        checked_polygon([Place(0, 0), Place(1, 1), Place(0, 0)])


def test_the_fifth_failure_locks_and_time_unlocks():
    failures, locked = 0, 0
    for attempt in range(1, 5):
        failures, locked = after_attempt(failures, 1000, locked, now_ms=1000, limits=LIMITS)
        assert (failures, locked) == (attempt, 0)
    failures, locked = after_attempt(failures, 1000, locked, now_ms=1000, limits=LIMITS)
    assert (failures, locked) == (5, 1000 + 15 * 60_000)
    assert after_attempt(failures, 1000, locked, now_ms=locked, limits=LIMITS) == (1, 0)


def test_old_failures_are_forgotten():
    assert after_attempt(4, 0, 0, now_ms=15 * 60_000, limits=LIMITS) == (1, 0)
    assert after_attempt(4, 1, 0, now_ms=15 * 60_000, limits=LIMITS)[0] == 5


@given(st.integers(0, 13 * 3600_000), st.integers(0, 13 * 3600_000))
def test_a_session_ends_by_idling_or_by_age(age_ms: int, idle_ms: int):
    now_ms = 10**12
    idle_ms = min(age_ms, idle_ms)
    over = is_over(now_ms - age_ms, now_ms - idle_ms, now_ms=now_ms, limits=LIMITS)
    assert over == (idle_ms >= 30 * 60_000 or age_ms >= 12 * 3600_000)
