"""Boxes are written and found again; damaged ones are refused."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.base import Unreadable
from safecity.footage.boxes import box, boxes, find, full


def test_a_box_is_found_by_its_path():
    data = box(b"moov", full(b"mvhd", 0, 0, b"head"), box(b"trak", box(b"mdia", b"here")))
    assert find(data, "moov/trak/mdia", 0, len(data)) == b"here"
    assert find(data, "moov/trak/none", 0, len(data)) == b""
    assert find(data, "moov/mvhd", 0, len(data)) == b"\0\0\0\0head"


def test_a_box_that_reaches_too_far_is_refused():
    with pytest.raises(Unreadable, match="damaged"):
        list(boxes(b"\0\0\0\x09moov", 0, 8))


@given(st.binary(max_size=200))
def test_any_bytes_end(data: bytes):
    with contextlib.suppress(Unreadable):
        assert all(8 <= start <= end <= len(data) for _, start, end in boxes(data, 0, len(data)))
