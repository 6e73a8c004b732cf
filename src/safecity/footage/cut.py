"""Cuts a span out of footage: the camera's own bytes as they are, from the keyframe at or before its beginning."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from safecity.base import NotFound
from safecity.cameras import Track
from safecity.footage.fmp4 import init_segment, renumbered
from safecity.footage.model import Clip, Segment
from safecity.footage.play import Archive, segments
from safecity.footage.unfmp4 import Fragment, read_fragments, read_init


async def cut(archive: Archive, camera: str, from_ms: int, to_ms: int, into: Path) -> list[Clip]:
    """Writes a span as playable files into an empty folder: `1.mp4`, and another where the camera's picture changed.

    Gaps stay gaps: the picture before one stands until the next comes. Raises NotFound where there is no footage,
    Unreadable for a damaged file, OSError, IndexAway. Memory is bounded by one group of pictures.
    """
    found = segments(archive, camera, from_ms, to_ms)
    if not found:
        raise NotFound("There is no footage of this camera in this span of time.")
    clips = await asyncio.to_thread(_cut, archive, found, from_ms, to_ms, into)
    if not clips:
        raise NotFound("There is no footage of this camera in this span of time.")
    return clips


@dataclass
class _Joining:
    """A clip being written: fragments of several files, numbered anew, on one media timeline."""

    path: Path
    out: BinaryIO
    track: Track
    start_ms: int
    end_ms: int = 0
    number: int = 0
    media_end: int = 0
    pictures: int = 0
    bytes: int = field(default=0)

    def add(self, fragment: Fragment, data: bytes) -> None:
        """Puts a fragment where its wall time says, but never before the end of the one before."""
        by_wall = (fragment.wall_ms - self.start_ms) * self.track.clock_hz // 1000
        decode_time = (
            max(self.media_end, by_wall)
            if abs(by_wall - self.media_end) > self.track.clock_hz
            else self.media_end
        )
        self.number += 1
        self.out.write(renumbered(data, self.number, decode_time))
        self.media_end = decode_time + fragment.duration
        self.pictures += fragment.pictures
        self.end_ms = fragment.end_ms(self.track.clock_hz)

    def close(self) -> Clip:
        """The finished clip, on the disk."""
        self.out.flush()
        os.fsync(self.out.fileno())
        size = self.out.tell()
        self.out.close()
        return Clip(
            path=str(self.path),
            start_ms=self.start_ms,
            end_ms=self.end_ms,
            bytes=size,
            pictures=self.pictures,
        )


def _cut(archive: Archive, found: Sequence[Segment], from_ms: int, to_ms: int, into: Path) -> list[Clip]:
    clips: list[Clip] = []
    joining: _Joining | None = None
    try:
        for track, fragment, data in _wanted(archive, found, from_ms, to_ms):
            if joining is not None and joining.track != track:
                clips.append(joining.close())
                joining = None
            if joining is None:
                path = into / f"{len(clips) + 1}.mp4"
                joining = _Joining(path, path.open("xb"), track, fragment.wall_ms)
                joining.out.write(init_segment(track))
            joining.add(fragment, data)
        if joining is not None:
            clips.append(joining.close())
    finally:
        if joining is not None:
            joining.out.close()
    return clips


def _wanted(
    archive: Archive, found: Sequence[Segment], from_ms: int, to_ms: int
) -> Iterator[tuple[Track, Fragment, bytes]]:
    """The fragments that touch the span, with their bytes; each file from a keyframe on."""
    for segment in found:
        with archive.file(segment).open("rb") as file:
            fd = file.fileno()

            def read(offset: int, size: int, fd: int = fd) -> bytes:
                return os.pread(fd, size, offset)

            track, start = read_init(read)
            fragments = [each for each in read_fragments(read, start, segment.bytes) if each.wall_ms < to_ms]
            first = max(
                (
                    place
                    for place, each in enumerate(fragments)
                    if each.samples()[0].is_key and (place == 0 or each.wall_ms <= from_ms)
                ),
                default=0,
            )
            for each in fragments[first:]:
                yield track, each, read(each.offset, each.size)
