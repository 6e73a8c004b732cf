"""Ids sort by time and follow RFC 9562."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from safecity.base import SetClock, is_id, uuid7


@given(st.binary(min_size=10, max_size=10))
def test_an_id_is_a_uuid_of_version_seven(noise: bytes):
    value = UUID(uuid7(SetClock().now(), noise))
    assert (value.version, value.variant) == (7, "specified in RFC 4122")


@given(st.integers(1, 10**9), st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_a_later_id_sorts_later(milliseconds: int, first: bytes, second: bytes):
    start = SetClock().now()
    assert uuid7(start, first) < uuid7(start + timedelta(milliseconds=milliseconds), second)


def test_only_the_usual_form_is_an_id():
    assert is_id(uuid7(SetClock().now()))
    for text in ("", "abc", "../../etc/passwd", uuid7(SetClock().now()).upper() + " "):
        assert not is_id(text)
