"""H.264's parameter sets survive in the file, every one of them."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.stream import PPS, SPS
from safecity.base import Unreadable
from safecity.footage.avc import avc_name, avcc, read_avcc

units = st.binary(min_size=4, max_size=60)


@given(units, st.lists(units, min_size=1, max_size=30).map(tuple))
def test_all_parameter_sets_come_back(sps: bytes, pps: tuple[bytes, ...]):
    assert read_avcc(avcc(sps, pps)[8:]) == (sps, pps)


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(data: bytes):
    with contextlib.suppress(Unreadable):
        read_avcc(data)


def test_a_box_that_is_cut_off_is_refused_in_words():
    with pytest.raises(Unreadable, match="cut off"):
        read_avcc(avcc(SPS, (PPS,))[8:-1])


def test_the_name_says_profile_and_level():
    assert avc_name(SPS) == "avc1.42c01f"
