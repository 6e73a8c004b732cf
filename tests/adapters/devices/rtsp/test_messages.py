"""RTSP messages survive the wire however they are cut, and nothing that comes from outside grows without bound."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.camera import interleaved
from safecity.adapters.devices.rtsp.messages import (
    BUFFER,
    LEAST_READ,
    MAX_BODY,
    MAX_HEAD,
    MAX_RUBBISH,
    BadMessage,
    Framer,
    Request,
    Response,
    named,
    parse_head,
)

Item = Request | Response | tuple[int, bytes]


class Heard:
    """Everything a framer cut out, copied."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.framer = Framer(self._frame, self.items.append)

    def _frame(self, channel: int, begin: int, end: int) -> None:
        self.items.append((channel, bytes(self.framer.view[begin:end])))


def heard(*pieces: bytes) -> list[Item]:
    story = Heard()
    for piece in pieces:
        story.framer.feed(piece)
    return story.items


token = st.text(st.characters(codec="ascii", categories=("Lu", "Ll", "Nd")), min_size=1, max_size=20)
words = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp", "Zs")), max_size=40)
headers = st.lists(
    st.tuples(token.filter(lambda name: name.lower() != "content-length"), words), max_size=6
).map(tuple)
methods = st.sampled_from(["OPTIONS", "DESCRIBE", "SETUP", "PLAY", "ANNOUNCE"])
urls = st.just("rtsp://10.0.0.5/live")
requests = st.builds(Request, methods, urls, headers, st.binary(max_size=300))
responses = st.builds(Response, st.integers(100, 599), words, headers, st.binary(max_size=300))
frames = st.tuples(st.integers(0, 255), st.binary(max_size=2000))
items = st.lists(st.one_of(requests, responses, frames), max_size=8)


def on_the_wire(item: Item) -> bytes:
    return interleaved(item[1], item[0]) if isinstance(item, tuple) else item.encode()


def plain(item: Item) -> Item:
    """Without the header that says how long the body is."""
    if isinstance(item, tuple):
        return item
    left = tuple(pair for pair in item.headers if pair[0] != "Content-Length")
    if isinstance(item, Request):
        return Request(item.method, item.url, left, item.body)
    return Response(item.status, item.reason, left, item.body)


@given(items, st.lists(st.integers(0, 10_000), max_size=10))
def test_what_is_sent_is_heard_wherever_the_stream_is_cut(sent: list[Item], cuts: list[int]):
    data = b"".join(on_the_wire(item) for item in sent)
    marks = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    pieces = [data[a:b] for a, b in itertools.pairwise(marks)]
    assert [plain(item) for item in heard(*pieces)] == sent


@given(items)
def test_one_byte_at_a_time_is_the_same_as_all_at_once(sent: list[Item]):
    data = b"".join(on_the_wire(item) for item in sent)[:1500]
    assert heard(*(data[place : place + 1] for place in range(len(data)))) == heard(data)


@given(st.lists(st.binary(max_size=400), max_size=20))
def test_arbitrary_bytes_are_heard_or_refused_and_nothing_else(pieces: list[bytes]):
    with contextlib.suppress(BadMessage):
        heard(*pieces)


@given(st.binary(max_size=600))
def test_an_arbitrary_head_is_parsed_or_refused(head: bytes):
    with contextlib.suppress(BadMessage):
        parse_head(b"RTSP/1.0 200 OK\r\n" + head)
    with contextlib.suppress(BadMessage):
        parse_head(head)


def test_a_head_without_end_is_refused_at_64_kib():
    story = Heard()
    for _ in range(MAX_HEAD // 1000):
        story.framer.feed(b"RTSP/1.0 200 OK\r\nX: " + b"x" * 979)
    with pytest.raises(BadMessage, match="larger than 65536"):
        story.framer.feed(b"x" * 1000)
    assert len(story.framer.buffer) <= BUFFER


def test_a_body_of_a_mebibyte_is_heard_and_a_larger_one_is_refused():
    body = b"a" * MAX_BODY
    story = Heard()
    story.framer.feed(Response(200, "OK", (), body).encode())
    story.framer.feed(interleaved(b"after"))
    assert story.items[0] == Response(200, "OK", (("Content-Length", str(MAX_BODY)),), body)
    assert story.items[1] == (0, b"after")
    assert len(story.framer.buffer) <= MAX_BODY + MAX_HEAD + LEAST_READ
    with pytest.raises(BadMessage, match="larger than"):
        heard(f"RTSP/1.0 200 OK\r\nContent-Length: {MAX_BODY + 1}\r\n\r\n".encode())


def test_a_buffer_that_grew_for_a_large_body_shrinks_again():
    story = Heard()
    story.framer.feed(Response(200, "OK", (), b"a" * 500_000).encode())
    for _ in range(40):
        story.framer.feed(interleaved(b"x" * 60_000))
    assert len(story.framer.buffer) == BUFFER
    assert len(story.items) == 41


def test_the_largest_frame_fits():
    assert heard(interleaved(b"x" * 65_535, 3)) == [(3, b"x" * 65_535)]


def test_a_line_break_too_many_after_a_body_is_forgiven():
    answer = Response(200, "OK", (("CSeq", "1"),))
    assert heard(b"\r\n" + answer.encode() + b"\r\n\r\n" + answer.encode()) == [answer, answer]


def test_a_folded_header_goes_on_with_the_line_before():
    message, length = parse_head(b"RTSP/1.0 200 OK\r\nPublic: OPTIONS,\r\n  PLAY\r\ncontent-length: 3")
    assert message.header("public") == "OPTIONS, PLAY"
    assert length == 3


def test_a_header_may_come_twice():
    message, _ = parse_head(b"RTSP/1.0 401 No\r\nWWW-Authenticate: Basic\r\nwww-authenticate: Digest")
    assert named(message.headers, "WWW-Authenticate") == ["Basic", "Digest"]


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01",
        b"RTSP/1.0 2xx OK\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 9999999999999\r\n\r\n",
        b"GARBAGE\r\n\r\n",
    ],
)
def test_what_is_no_rtsp_is_refused(data: bytes):
    with pytest.raises(BadMessage):
        heard(data)


def test_no_line_break_is_smuggled_into_a_message():
    with pytest.raises(BadMessage, match="line break"):
        Request("PLAY", "rtsp://host/a\r\nX: y").encode()


@given(st.binary(min_size=1, max_size=500), st.lists(st.integers(0, 2000), max_size=4))
def test_rubbish_between_what_makes_sense_is_skipped(rubbish: bytes, cuts: list[int]):
    answer = Response(200, "OK", (("CSeq", "1"),))
    after = interleaved(b"\x80" + b"after" * 8)
    data = answer.encode() + b"\xff" + rubbish.replace(b"$", b"#").replace(b"RTSP", b"rtsp") + b"\xff" + after
    marks = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    found = heard(*(data[a:b] for a, b in itertools.pairwise(marks)))
    assert found[0] == answer
    if not any(0x41 <= byte <= 0x5A or byte == 0x5F for byte in rubbish):
        assert found[1:] == [(0, after[4:])]


def test_rubbish_is_skipped_only_so_far_and_not_before_the_first_message():
    with pytest.raises(BadMessage):
        heard(b"\xff" * 10)
    story = Heard()
    story.framer.feed(Response(200).encode())
    with pytest.raises(BadMessage):
        story.framer.feed(b"\xff" * (MAX_RUBBISH + 10))
    assert len(story.framer.buffer) <= BUFFER


def test_the_rest_of_a_body_whose_length_was_wrong_is_skipped():
    answer = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 4\r\n\r\nv=0\ns=Live\nm=video 0 RTP/AVP 96\r\n"
    following = Response(200, "OK", (("CSeq", "3"),))
    first, second = heard(answer + following.encode())
    assert isinstance(first, Response)
    assert (first.body, second) == (b"v=0\n", following)


def test_a_message_that_began_and_did_not_end_is_known():
    story = Heard()
    story.framer.feed(b"RTSP/1.0 200 OK\r\nContent-Length: 10\r\n\r\nabc")
    assert story.framer.is_half
    story.framer.feed(b"defghij")
    assert not story.framer.is_half
