"""One masked picture of a recorded moment: the keyframe at or before it, small, for scrubbing along a timeline.

A thread of its own, so that someone who scrubs never holds up what the eye looks at or what others watch.
"""

from __future__ import annotations

import asyncio
import logging
import os
from pathlib import Path

from safecity.adapters.vision.decode import KeyframeDecoder
from safecity.adapters.vision.encode import jpeg
from safecity.adapters.vision.masker import scaled
from safecity.adapters.vision.pipeline import FULL_WIDTH
from safecity.adapters.vision.worker import Worker
from safecity.base import Unreadable
from safecity.cameras import Picture, Track
from safecity.footage import (
    Archive,
    IndexAway,
    Masker,
    PictureWithheld,
    find,
    read_fragments,
    read_init,
)

log = logging.getLogger(__name__)

PATIENCE_S = 5.0
NO_FOOTAGE = "There is no footage of this moment."
UNREADABLE = "The footage of this moment cannot be read."
TOO_SLOW = "The picture could not be masked in time."
BROKEN = "The picture could not be masked."


class Thumbnails:
    """Makes masked pictures of recorded moments, one after the other."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._worker = Worker("thumbnails")
        self._decoder = KeyframeDecoder(FULL_WIDTH)

    async def at(self, camera: str, at_ms: int, width: int, masker: Masker) -> bytes:
        """A JPEG at most `width` pixels wide. Raises PictureWithheld with the reason, whatever goes wrong."""
        try:
            segment = find(self._archive, camera, at_ms)
        except IndexAway as error:
            raise PictureWithheld(error.sentence) from error
        if segment is None:
            raise PictureWithheld(NO_FOOTAGE)
        try:
            path = self._archive.file(segment)
            track, picture = await asyncio.to_thread(read_keyframe, path, segment.bytes, at_ms)
        except (OSError, Unreadable) as error:
            raise PictureWithheld(UNREADABLE) from error

        def make() -> bytes | None:
            pixels = self._decoder.decode(track, picture)
            return None if pixels is None else jpeg(scaled(masker.mask(pixels), width))

        outcome = await self._worker.do(make, PATIENCE_S)
        if outcome is None:
            raise PictureWithheld(TOO_SLOW)
        if isinstance(outcome.error, PictureWithheld):
            raise outcome.error
        if outcome.error is not None:
            log.error("A recorded picture of camera %s could not be masked.", camera, exc_info=outcome.error)
            raise PictureWithheld(BROKEN)
        if outcome.value is None:
            raise PictureWithheld(UNREADABLE)
        return outcome.value

    async def end(self) -> None:
        """Ends the thread."""
        await self._worker.end()


def read_keyframe(path: Path, size: int, at_ms: int) -> tuple[Track, Picture]:
    """The keyframe at or before a moment, else the file's first. Raises OSError, Unreadable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:

        def read(offset: int, count: int) -> bytes:
            return os.pread(descriptor, count, offset)

        track, start = read_init(read)
        chosen = None
        for fragment in read_fragments(read, start, size):
            if chosen is not None and fragment.wall_ms > at_ms:
                break
            chosen = fragment
        if chosen is None:
            raise Unreadable("There is no whole group of pictures in this file.")
        sample = next(iter(chosen.samples()))
        data = read(sample.offset, sample.size)
    finally:
        os.close(descriptor)
    return track, Picture(_nals(data), True, chosen.decode_time, chosen.wall_ms, len(data))


def _nals(sample: bytes) -> list[bytes]:
    """NAL units that each have their length before them (ISO/IEC 14496-15)."""
    nals: list[bytes] = []
    at = 0
    while at + 4 <= len(sample):
        size = int.from_bytes(sample[at : at + 4], "big")
        nals.append(sample[at + 4 : at + 4 + size])
        at += 4 + size
    return nals
