"""RTSP messages as bytes (RFC 2326 sections 4 to 7), and the cutting of a TCP stream into messages and RTP frames.

Everything that comes from outside is bounded: a head of 64 KiB, a body of 1 MiB, 64 KiB of rubbish in one go.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from safecity.base import SafeCityError

MAX_HEAD = 64 * 1024
MAX_BODY = 1024 * 1024
BUFFER = 128 * 1024  # more than the largest interleaved frame (4 + 65,535 bytes) and one read
LEAST_READ = 16 * 1024
MAX_RUBBISH = 64 * 1024

_BEGINS = re.compile(rb"[A-Z_]{3,20}(?:[ /]|\Z)|[A-Z_]{0,2}\Z")

Headers = tuple[tuple[str, str], ...]
Lane = Callable[[bytearray, int, int], int]


class BadMessage(SafeCityError):
    """What came is no RTSP."""


@dataclass(frozen=True, slots=True)
class Request:
    """What one side asks of the other. Header names are compared without regard to case."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    def encode(self) -> bytes:
        """The message as it goes over the wire. Raises BadMessage for a line break where none may be."""
        return _encode(f"{self.method} {self.url} RTSP/1.0", self.headers, self.body)

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next(iter(named(self.headers, name)), None)


@dataclass(frozen=True, slots=True)
class Response:
    """What one side answers."""

    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""

    def encode(self) -> bytes:
        """The message as it goes over the wire. Raises BadMessage for a line break where none may be."""
        return _encode(f"RTSP/1.0 {self.status} {self.reason}", self.headers, self.body)

    def header(self, name: str) -> str | None:
        """The first value of a header."""
        return next(iter(named(self.headers, name)), None)


def named(headers: Headers, name: str) -> list[str]:
    """All values of a header, in order."""
    lower = name.lower()
    return [value for key, value in headers if key.lower() == lower]


def _encode(start: str, headers: Headers, body: bytes) -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    if body:
        lines.append(f"Content-Length: {len(body)}")
    if any("\r" in line or "\n" in line for line in lines):
        raise BadMessage("A line of an RTSP message may not hold a line break.")
    return "\r\n".join([*lines, "", ""]).encode() + body


def parse_head(head: bytes) -> tuple[Request | Response, int]:
    """A message without its body, and how long the body is. Raises BadMessage."""
    first, *lines = head.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    headers: list[tuple[str, str]] = []
    for line in lines:
        name, colon, value = line.partition(":")
        if line[:1] in {" ", "\t"} and headers:  # a folded line goes on with the one before it
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip()}")
        elif colon:
            headers.append((name.strip(), value.strip()))
    found = tuple(headers)
    words = first.split(" ", 2)
    if len(words) >= 2 and words[0].startswith("RTSP/"):
        if not (words[1].isascii() and words[1].isdigit() and len(words[1]) == 3):
            raise BadMessage(f"A status is three digits, not {words[1][:20]!r}.")
        return Response(int(words[1]), words[2] if len(words) == 3 else "", found), _body_length(found)
    if len(words) == 3 and words[2].startswith("RTSP/") and words[0].isascii() and words[0]:
        return Request(words[0], words[1], found), _body_length(found)
    raise BadMessage(f"This is no RTSP message: {first[:40]!r}.")


def _body_length(headers: Headers) -> int:
    lengths = named(headers, "Content-Length")
    if not lengths:
        return 0
    if not (lengths[0].isascii() and lengths[0].isdigit()) or len(lengths[0]) > 9:
        raise BadMessage(f"A Content-Length is a number, not {lengths[0][:20]!r}.")
    length = int(lengths[0])
    if length > MAX_BODY:
        raise BadMessage(f"A body of {length} bytes is larger than {MAX_BODY}.")
    return length


class Framer:
    """Cuts what a TCP connection brings into messages and interleaved frames (RFC 2326 section 10.12).

    A frame is not copied: `on_frame(channel, begin, end)` says where it lies in `buffer`, until that call returns.
    """

    def __init__(
        self, on_frame: Callable[[int, int, int], None], on_message: Callable[[Request | Response], None]
    ) -> None:
        self.buffer = bytearray()  # none before something comes: calls to a camera that is away bring nothing
        self.view = memoryview(self.buffer)
        self._on_frame = on_frame
        self._on_message = on_message
        self._read = 0
        self._written = 0
        self._wanted = 0  # bytes that the message at hand is known to need
        self._met = False  # a message came: the other side does speak RTSP
        self._skipped = 0  # bytes of rubbish since anything made sense
        self.lane: Lane | None = None  # takes frames many at a time, and says where it stopped

    @property
    def is_half(self) -> bool:
        """Whether a message has begun and its rest is missing."""
        return self._wanted > 0

    def get_buffer(self, sizehint: int = -1) -> memoryview:  # noqa: ARG002  (as asyncio.BufferedProtocol has it)
        """Where the next bytes shall be written; at least 16 KiB, always."""
        if not self._written and len(self.buffer) == BUFFER:
            return self.view
        held = self._written - self._read
        too_large = not self._wanted and len(self.buffer) > BUFFER  # it grew for one large message
        if too_large or len(self.buffer) - self._written < LEAST_READ:
            needed = max(BUFFER, self._wanted + LEAST_READ, held + LEAST_READ)
            if needed != len(self.buffer):
                fresh = bytearray(needed)
                fresh[:held] = self.view[self._read : self._written]
                self.buffer, self.view = fresh, memoryview(fresh)
            else:
                self.buffer[:held] = self.buffer[self._read : self._written]
            self._read, self._written = 0, held
        return self.view[self._written :]

    def release(self) -> None:
        """Gives the buffer back, with what is in it; what still comes gets a new one."""
        self.buffer = bytearray()
        self.view = memoryview(self.buffer)
        self._read = self._written = self._wanted = 0
        self.lane = None

    def feed(self, data: bytes) -> None:
        """As if these bytes had been written to the buffer, in as many pieces as it takes. Raises BadMessage."""
        while data:
            room = self.get_buffer()
            piece = data[: len(room)]
            room[: len(piece)] = piece
            data = data[len(piece) :]
            self.received(len(piece))

    def received(self, count: int) -> None:
        """So many bytes were written to the buffer. Raises BadMessage; the connection is of no use then."""
        self._written += count
        buffer, read, written = self.buffer, self._read, self._written
        on_frame, lane = self._on_frame, self.lane
        while written - read >= 4:
            if buffer[read] == 0x24:
                if lane is not None:
                    after = lane(buffer, read, written)
                    if after != read:
                        read = after
                        continue
                end = read + 4 + (buffer[read + 2] << 8 | buffer[read + 3])
                if end > written:
                    break
                on_frame(buffer[read + 1], read + 4, end)
                read = end
                self._skipped = 0
            else:
                after = self._message(read, written)
                if after == read:
                    break
                read = after
        self._read = read
        if read == written:
            self._read = self._written = 0

    def _message(self, read: int, written: int) -> int:
        """Hands on the message at `read`, if it is whole; returns where what follows begins."""
        buffer = self.buffer
        if buffer[read] in b"\r\n":  # some cameras send a line break too many after a body
            return read + 1
        if not _BEGINS.match(buffer, read, min(written, read + 40)):
            return self._skip(read, written, "What came is neither an RTSP message nor an RTP frame.")
        end = buffer.find(b"\r\n\r\n", read, min(written, read + MAX_HEAD))
        if end < 0:
            if written - read >= MAX_HEAD:
                raise BadMessage(f"The head of a message is larger than {MAX_HEAD} bytes.")
            self._wanted = MAX_HEAD
            return read
        try:
            message, length = parse_head(bytes(self.view[read:end]))
        except BadMessage as error:
            return self._skip(read, written, error.sentence)
        self._wanted = end + 4 + length - read
        if read + self._wanted > written:
            return read
        after, self._wanted = read + self._wanted, 0
        body = bytes(self.view[end + 4 : after])
        self._met, self._skipped = True, 0
        self._on_message(replace(message, body=body))
        return after

    def _skip(self, read: int, written: int, words: str) -> int:
        """Where what we understand goes on after rubbish. Raises BadMessage before the first message, or for too much.

        Cameras send rubbish where a Content-Length is too small, or where two of their threads write at once.
        """
        buffer = self.buffer
        after = buffer.find(b"RTSP/1.", read + 1, written)
        if after < 0:
            after = max(read + 1, written - 6)  # the beginning of one may lie there
        frame = buffer.find(b"$", read + 1, after)
        while frame >= 0:
            # RTP and RTCP are of version 2; cameras use few channels.
            if frame + 4 >= written or (buffer[frame + 1] < 16 and buffer[frame + 4] & 0xC0 == 0x80):
                after = frame
                break
            frame = buffer.find(b"$", frame + 1, after)
        self._skipped += after - read
        if not self._met or self._skipped > MAX_RUBBISH:
            raise BadMessage(words)
        return after
