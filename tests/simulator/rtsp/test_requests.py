from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safecity.simulator.rtsp.requests import (
    ANSWER,
    MAX_HEADER,
    BadRequest,
    Interleaved,
    Request,
    RequestReader,
    answer,
)

DESCRIBE = b"DESCRIBE rtsp://h/07 RTSP/1.0\r\nCSeq: 2\r\nAccept: application/sdp\r\n\r\n"
REPORT = b"$\x01\x00\x03abc"
BODY = b"GET_PARAMETER rtsp://h/07 RTSP/1.0\r\nCSeq: 3\r\nContent-Length: 4\r\n\r\nping"


def test_requests_and_frames_come_in_the_order_they_were_sent():
    describe, frame, ask = RequestReader().feed(DESCRIBE + REPORT + b"\r\n" + BODY)
    assert isinstance(describe, Request)
    assert (describe.method, describe.path, describe.cseq) == ("DESCRIBE", ["07"], "2")
    assert frame == Interleaved(1, b"abc")
    assert isinstance(ask, Request)
    assert ask.body == b"ping"


@given(st.lists(st.integers(0, len(DESCRIBE + REPORT + BODY)), max_size=6))
def test_it_does_not_matter_where_the_stream_was_split(cuts: list[int]):
    whole = DESCRIBE + REPORT + BODY
    places = [0, *sorted(cuts), len(whole)]
    reader = RequestReader()
    parts = [whole[a:b] for a, b in pairwise(places)]
    assert [each for part in parts for each in reader.feed(part)] == list(RequestReader().feed(whole))


@given(st.binary(max_size=400))
def test_any_bytes_are_a_message_or_a_bad_request(data: bytes):
    with suppress(BadRequest):
        list(RequestReader().feed(data))


@pytest.mark.parametrize(
    "data",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"OPTIONS * RTSP/1.0\r\nno colon\r\n\r\n",
        b"OPTIONS * RTSP/1.0\r\nContent-Length: -1\r\n\r\n",
        b"OPTIONS * RTSP/1.0\r\nContent-Length: 99999999\r\n\r\n",
        b"A" * (MAX_HEADER + 1),
    ],
)
def test_what_is_no_rtsp_is_refused(data: bytes):
    with pytest.raises(BadRequest):
        list(RequestReader().feed(data))


def test_an_answer_repeats_the_number_and_counts_its_body():
    text = answer(200, "7", {"Session": "abc"}, b"v=0\r\n")
    assert text.startswith(b"RTSP/1.0 200 OK\r\nCSeq: 7\r\n")
    assert b"\r\nSession: abc\r\nContent-Length: 5\r\n\r\nv=0\r\n" in text


def test_an_answer_of_the_client_is_no_bad_request():
    (message,) = RequestReader().feed(b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n")
    assert isinstance(message, Request)
    assert message.method == ANSWER
