"""The room's page draws the same table that the code follows, and names every column of the CSV file."""

from __future__ import annotations

import re
from pathlib import Path

from safecity.cameras.import_csv import COLUMNS
from safecity.cameras.model import NEXT

PAGE = (Path(__file__).parents[2] / "docs" / "rooms" / "01-cameras.md").read_text(encoding="utf-8")


def test_the_diagram_shows_each_transition_and_no_other():
    drawn = set(re.findall(r"^    (\w+) --> (\w+): (\w+)$", PAGE, re.MULTILINE))
    assert drawn == {(str(state), str(after), signal.name.lower()) for (state, signal), after in NEXT.items()}


def test_the_example_file_has_the_columns_of_the_code():
    assert ",".join(COLUMNS) in PAGE
