"""SQL as a text with names."""

import pytest

from safecity.base import load_migrations, load_queries
from safecity.base.sql import split_queries


def test_queries_are_found_by_name_without_their_headings():
    found = split_queries("-- first --\n-- why\nSELECT 1;\n\n-- second --\nSELECT 2\n")
    assert found == {"first": "-- why\nSELECT 1", "second": "SELECT 2"}


def test_a_name_that_comes_twice_is_an_error():
    with pytest.raises(ValueError, match="twice"):
        split_queries("-- same --\nSELECT 1\n-- same --\nSELECT 2\n")


def test_the_ground_floor_has_its_queries_and_tables():
    assert "append" in load_queries("safecity.base")
    assert [(each.room, each.number, each.name) for each in load_migrations("safecity.base")] == [
        ("base", 1, "journal")
    ]


def test_a_room_without_tables_has_no_migrations():
    assert load_migrations("safecity.web") == []
