"""Boxes of ISO/IEC 14496-12 section 4.2: a length, a name of four letters, and what is in it. Pure."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from safecity.base import Unreadable

MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)  # as it is: no turn, no stretch


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A full box: one with a version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def boxes(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """The boxes between two offsets as (kind, where its content begins, where it ends). Raises Unreadable."""
    while start + 8 <= end:
        size = int.from_bytes(data[start : start + 4], "big")
        if size < 8 or start + size > end:
            raise Unreadable("The start of this footage file is damaged.")
        yield data[start + 4 : start + 8], start + 8, start + size
        start += size


def find(data: bytes, path: str, start: int, end: int) -> bytes:
    """The content of the box at a path such as `mdia/minf/stbl`, or nothing. Raises Unreadable for a damaged one."""
    for name in path.split("/"):
        place = next(((a, b) for kind, a, b in boxes(data, start, end) if kind == name.encode()), None)
        if place is None:
            return b""
        start, end = place
    return data[start:end]
