"""RTSP 1.0 requests and answers as bytes, and the interleaved frames between them (RFC 2326, 4 to 7 and 10.12).

Pure: bytes in, messages out. Errors: BadRequest, after which the connection has to be closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from safecity.base import BadInput

MAX_HEADER = 64 * 1024
MAX_BODY = 1024 * 1024
ANSWER = "(an answer)"

REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    405: "Method Not Allowed",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    501: "Not Implemented",
}


class BadRequest(BadInput):
    """The client does not speak RTSP."""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request. Header names are in lower case."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""

    @property
    def cseq(self) -> str:
        """The number that the answer has to repeat."""
        return self.headers.get("cseq", "0")

    @property
    def path(self) -> list[str]:
        """The parts of the URL's path; of `rtsp://host/07/track1` these are `07` and `track1`."""
        return [part for part in urlsplit(self.url).path.split("/") if part]


@dataclass(frozen=True)
class Interleaved:
    """A binary frame that came between requests: RTCP from the client, as a rule."""

    channel: int
    data: bytes


@dataclass
class RequestReader:
    """Cuts a stream of bytes into requests and interleaved frames, wherever the stream was split."""

    _buffer: bytearray = field(default_factory=bytearray)

    def feed(self, data: bytes) -> Iterator[Request | Interleaved]:
        """Whatever is complete once these bytes are added. Raises BadRequest."""
        self._buffer += data
        while (message := self._next()) is not None:
            yield message

    def _next(self) -> Request | Interleaved | None:
        while self._buffer.startswith(
            b"\r\n"
        ):  # empty lines before a request are to be borne (RFC 2326, 4.1)
            del self._buffer[:2]
        if not self._buffer:
            return None
        if self._buffer[0] == 0x24:
            return self._frame()
        end = self._buffer.find(b"\r\n\r\n")
        if end > MAX_HEADER or (end < 0 and len(self._buffer) > MAX_HEADER):
            raise BadRequest("The request's header is too long.")
        if end < 0:
            return None
        request = _head(bytes(self._buffer[:end]))
        length = _length(request.headers)
        whole = end + 4 + length
        if len(self._buffer) < whole:
            return None
        body = bytes(self._buffer[end + 4 : whole])
        del self._buffer[:whole]
        return Request(method=request.method, url=request.url, headers=request.headers, body=body)

    def _frame(self) -> Interleaved | None:
        if len(self._buffer) < 4:
            return None
        whole = 4 + int.from_bytes(self._buffer[2:4], "big")
        if len(self._buffer) < whole:
            return None
        frame = Interleaved(self._buffer[1], bytes(self._buffer[4:whole]))
        del self._buffer[:whole]
        return frame


def _head(head: bytes) -> Request:
    """The request line and headers. Raises BadRequest."""
    try:
        first, *lines = head.decode("utf-8").split("\r\n")
        if first.startswith("RTSP/1."):  # the client's answer to something we asked
            return Request(method=ANSWER, url="", headers={})
        method, url, version = first.split(" ")
        pairs = [line.split(":", 1) for line in lines]
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        urlsplit(url)
    except ValueError as error:
        raise BadRequest("The request cannot be read.") from error
    if not version.startswith("RTSP/1."):
        raise BadRequest("The request is not of RTSP 1.0.")
    return Request(method=method.upper(), url=url, headers=headers)


def _length(headers: Mapping[str, str]) -> int:
    """The length of the body in bytes. Raises BadRequest."""
    text = headers.get("content-length", "0")
    if not (text.isascii() and text.isdigit()) or len(text) > 9 or int(text) > MAX_BODY:
        raise BadRequest("The request's body is too long or its length is no number.")
    return int(text)


def answer(status: int, cseq: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
    """An answer, ready to send."""
    lines = [f"RTSP/1.0 {status} {REASONS[status]}", f"CSeq: {cseq}", "Server: safecity-simulator"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body
