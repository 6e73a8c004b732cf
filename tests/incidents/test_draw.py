"""The pages show the tables as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecity.alerts.model import NEXT as ALERT_NEXT
from safecity.base import EVENTS
from safecity.dispatch.model import NEXT as ASSIGNMENT_NEXT
from safecity.dispatch.model import STATUS
from safecity.incidents import drawn
from safecity.incidents.model import NEXT

ROOMS = Path(__file__).parents[2] / "docs" / "rooms"
DRAWINGS = {
    "04-alerts.md": [drawn(ALERT_NEXT, "raised")],
    "05-incidents.md": [drawn(NEXT, "declared")],
    "06-dispatch.md": [drawn(ASSIGNMENT_NEXT, "assigned"), drawn(STATUS, "OutOfService")],
}


@pytest.mark.parametrize("page", DRAWINGS)
def test_the_page_shows_the_table(page: str):
    text = (ROOMS / page).read_text()
    for drawing in DRAWINGS[page]:
        assert drawing in text, f"docs/rooms/{page} should hold:\n{drawing}"


@pytest.mark.parametrize("page", DRAWINGS)
def test_every_fact_is_on_the_page(page: str):
    text = (ROOMS / page).read_text()
    room = page[3:-3]
    facts = [event for event in EVENTS.values() if event.__module__ == f"safecity.{room}.events"]
    assert facts
    for event in facts:
        assert f"### {event.__name__}\n" in text
        assert (event.__doc__ or "").splitlines()[0] in text


def test_a_table_is_drawn_line_by_line():
    assert drawn({("a", "go"): "b"}, "a") == "stateDiagram-v2\n    [*] --> a\n    a --> b: go"
