"""Moments at the command line: the city's time, unless they name a zone."""

from __future__ import annotations

import pytest

from safecity.base import BadInput
from safecity.moment_cli import moment_ms, written

AT_MS = 1_767_225_600_000  # 2026-01-01T00:00Z


def test_a_moment_is_in_the_citys_time_unless_it_names_a_zone():
    assert moment_ms("2026-01-01T05:00", "Asia/Tashkent") == AT_MS
    assert moment_ms("2026-01-01T00:00Z", "Asia/Tashkent") == AT_MS
    with pytest.raises(BadInput, match="is no moment"):
        moment_ms("yesterday", "UTC")


def test_what_is_written_can_be_read_again():
    text = written(AT_MS + 7, "Asia/Tashkent")
    assert text == "2026-01-01 05:00:00.007+05:00"
    assert moment_ms(text, "UTC") == AT_MS + 7
