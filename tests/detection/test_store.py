"""Rows of sightings."""

from __future__ import annotations

from safecity.detection import Box
from safecity.detection.store import SightingRow, box_json


def test_a_row_holds_a_sighting():
    row = SightingRow("s1", "cam", 1, None, box_json(Box(0.12345, 0, 1, 0.5)), None)
    assert row.sighting().box == Box(0.123, 0, 1, 0.5)
    assert row.sighting().ended_ms is None
