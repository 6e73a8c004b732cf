"""Cuts a span out of footage: the camera's own bytes as they are, from the keyframe at or before its beginning.

Only the heads of fragments pass through here; pictures and sound go from file to file inside the kernel.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from safecity.base import NotFound, Unreadable
from safecity.cameras import Track
from safecity.footage.fmp4 import FOOTER_SIZE, footer_of, init_segment, renumbered
from safecity.footage.model import Clip, Segment
from safecity.footage.play import Archive, segments
from safecity.footage.unfmp4 import Fragment, read_fragments, read_init

NOTHING = "There is no footage of this camera in this span of time."
_SEAM_S = 0.25  # sound that parts from its place by less goes on where it ended


async def cut(archive: Archive, camera: str, from_ms: int, to_ms: int, into: Path) -> list[Clip]:
    """Writes a span as playable files into an empty folder: `1.mp4`, and another where the camera's picture changed.

    Gaps stay gaps: the picture before one stands until the next comes. Raises NotFound where there is no footage,
    Unreadable for a damaged file, OSError, IndexAway. Memory is bounded by the heads of one file.
    """
    found = segments(archive, camera, from_ms, to_ms)
    clips = await asyncio.to_thread(_cut, archive.file, found, from_ms, to_ms, into)
    if not clips:
        raise NotFound(NOTHING)
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
    sound_end: int = 0
    pictures: int = 0
    damaged: int = 0
    bytes: int = field(default=0)

    def add(self, fragment: Fragment, source: int) -> None:
        """Puts a fragment where its wall time says, but never before the end of the one before."""
        by_wall = (fragment.wall_ms - self.start_ms) * self.track.clock_hz // 1000
        decode_time = (
            max(self.media_end, by_wall)
            if abs(by_wall - self.media_end) > self.track.clock_hz
            else self.media_end
        )
        self.number += 1
        head = os.pread(source, fragment.data_offset - fragment.offset, fragment.offset)
        self.out.write(renumbered(head, self.number, decode_time, self._sound_time(fragment, decode_time)))
        self.out.flush()
        transfer(source, fragment.data_offset, fragment.media_size, self.out.fileno())
        self.out.seek(0, os.SEEK_END)
        self.media_end = decode_time + fragment.duration
        self.pictures += fragment.pictures
        self.damaged += fragment.damaged
        self.end_ms = fragment.end_ms(self.track.clock_hz)
        if fragment.has_footer:
            counts = fragment.footer_size == FOOTER_SIZE
            self.out.write(footer_of(fragment.size, self.pictures, self.damaged if counts else None))

    def _sound_time(self, fragment: Fragment, decode_time: int) -> int:
        """Where its sound stands now: as far from its pictures as before, and without seams."""
        if self.track.audio is None or not fragment.sound_rows:
            return 0
        hz, clock_hz = self.track.audio.clock_hz, self.track.clock_hz
        time = fragment.sound_time + decode_time * hz // clock_hz - fragment.decode_time * hz // clock_hz
        if time - self.sound_end < hz * _SEAM_S:
            time = self.sound_end
        self.sound_end = time + sum(each.duration for each in fragment.sounds())
        return time

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


def transfer(source: int, offset: int, size: int, target: int) -> None:
    """Copies bytes of one file to where another stands, inside the kernel. Raises EOFError where there are too few."""
    while size:
        moved = os.sendfile(target, source, offset, size)
        if moved == 0:
            message = "a file of the footage is shorter than it says"
            raise EOFError(message)
        offset, size = offset + moved, size - moved


def wanted(
    file_of: Callable[[Segment], Path], found: Sequence[Segment], from_ms: int, to_ms: int
) -> Iterator[tuple[Segment, int, Track, list[Fragment]]]:
    """Of each segment its open file, its track, and the fragments that touch the span, from a keyframe on.

    Raises OSError, Unreadable.
    """
    for segment in found:
        source = os.open(file_of(segment), os.O_RDONLY | os.O_CLOEXEC)
        try:

            def read(offset: int, size: int, source: int = source) -> bytes:
                return os.pread(source, size, offset)

            track, start = read_init(read)
            every = [each for each in read_fragments(read, start, segment.bytes) if each.wall_ms < to_ms]
            first = max(
                (n for n, each in enumerate(every) if each.is_key and (n == 0 or each.wall_ms <= from_ms)),
                default=0,
            )
            yield segment, source, track, every[first:]
        finally:
            os.close(source)


def _cut(
    file_of: Callable[[Segment], Path], found: Sequence[Segment], from_ms: int, to_ms: int, into: Path
) -> list[Clip]:
    clips: list[Clip] = []
    joining: _Joining | None = None
    try:
        for _, source, track, fragments in wanted(file_of, found, from_ms, to_ms):
            if joining is not None and joining.track != track:
                clips.append(joining.close())
                joining = None
            for each in fragments:
                if joining is None:
                    path = into / f"{len(clips) + 1}.mp4"
                    joining = _Joining(path, path.open("xb"), track, each.wall_ms)
                    joining.out.write(init_segment(track))
                joining.add(each, source)
        if joining is not None:
            clips.append(joining.close())
    except EOFError as error:
        raise Unreadable(f"{str(error).capitalize()}; rebuild the index.") from error
    finally:
        if joining is not None:
            joining.out.close()
    return clips
