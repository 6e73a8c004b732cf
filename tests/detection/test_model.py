"""Boxes in the picture."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.detection import Box, snapshot_key

shares = st.floats(0.001, 1, allow_nan=False)
boxes = st.builds(Box, shares, shares, shares, shares)


@given(boxes, boxes)
def test_a_united_box_holds_both(one: Box, other: Box):
    both = one.united(other)
    assert one.share_in(both) == pytest.approx(1)
    assert other.share_in(both) == pytest.approx(1)


def test_boxes_apart_share_nothing():
    assert Box(0, 0, 0.2, 0.2).share_in(Box(0.5, 0.5, 0.2, 0.2)) == 0
    assert Box(0, 0, 0.2, 0.2).share_in(Box(0.1, 0, 0.5, 0.5)) == pytest.approx(0.5)
    assert Box(0.1, 0.1, 0, 0).share_in(Box(0, 0, 1, 1)) == 0


def test_a_box_is_four_numbers_in_a_fact():
    assert msgspec.json.encode(Box(0.1, 0.25, 0.12345, 1).rounded()) == b"[0.1,0.25,0.123,1]"
    assert snapshot_key("0192") == "snapshots/0192.jpg"
