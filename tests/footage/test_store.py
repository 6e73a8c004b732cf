"""Rows of the room become its nouns."""

from __future__ import annotations

from safecity.footage.model import Hold
from safecity.footage.store import SQL, HoldRow


def test_a_row_is_a_hold():
    assert HoldRow("h", "gate", 1, 2).hold() == Hold(id="h", camera="gate", start_ms=1, end_ms=2)


def test_every_query_has_its_name():
    assert {"add_hold", "release_hold", "holds_of", "notice_cursor"} <= SQL.keys()
