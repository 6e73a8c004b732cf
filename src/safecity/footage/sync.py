"""Brings footage to the disk, grouped: each file that grew is synced within 5 s and when finished, and then listed."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass

from safecity.footage.append import AppendAtOnce
from safecity.footage.model import Segment
from safecity.footage.note import Notebook
from safecity.footage.ports import Writer
from safecity.footage.record import Recording
from safecity.footage.rules import GapCloses
from safecity.footage.write import Part, SegmentFile

log = logging.getLogger(__name__)
SYNC_AFTER_MS = 4_000
HANGS_MS = 10_000  # what a disk has not confirmed for so long counts as a gap until it does


@dataclass(frozen=True, eq=False)
class Due:
    """A file that is to be synced, and what of it will then be on the disk."""

    recording: Recording
    file: SegmentFile
    part: Part
    segment: Segment
    is_finished: bool

    def sync(self) -> None:
        """Brings it to the disk; gives it back where it grows no more. Raises OSError."""
        try:
            self.part.sync()
        finally:
            if self.is_finished:
                self.part.close()


class Syncing:
    """Syncs the files of many recordings beside the event loop, and notes them for the index once they are safe."""

    def __init__(self, notebook: Notebook, writer: Writer | None = None) -> None:
        self._notebook = notebook
        self._writer = writer or AppendAtOnce()
        self._since_ms: dict[Part, int] = {}
        self._listed_ms: dict[Part, int] = {}
        self._busy: dict[Part, tuple[Due, int]] = {}  # being synced, since when
        self._doubted: dict[Part, int] = {}  # where the gap begins that was told of a part meanwhile
        self._ended: set[SegmentFile] = set()  # files that grow no more
        self._leaving: list[Recording] = []
        self._of: dict[SegmentFile, Recording] = {}
        self._now_ms = 0

    def take(self, recording: Recording) -> None:
        """Takes over what a recording that is dismissed has still to tell and to finish."""
        self._leaving.append(recording)

    def places(self) -> set[tuple[str, int]]:
        """Camera and start of the files that are not yet on the disk for the last time."""
        return {(each.camera, each.start_ms) for file in self._ended for each in file.parts}

    async def settle(self, recordings: Iterable[Recording], now_ms: int, *, last: bool = False) -> None:
        """Has synced what is due. `last`: everything is due, and it returns once that is done."""
        self._now_ms = now_ms
        if last:
            await self._writer.drained()
        for recording in (*recordings, *self._leaving):
            self._hear(recording)
            self._ended.update(recording.finished)
            self._of.update((file, recording) for file in recording.finished)
            recording.finished = []
            if recording.file is not None:
                self._consider(recording, recording.file, last=last, is_ended=False)
        for file in list(self._ended):
            self._consider(self._of[file], file, last=last, is_ended=True)
        self._doubt_the_late()
        self._leaving = [each for each in self._leaving if each.places() or each.told]
        if last:
            await self._writer.drained()

    def _hear(self, recording: Recording) -> None:
        self._notebook.gaps(recording.told, self._now_ms)
        recording.told = []

    def _consider(self, recording: Recording, file: SegmentFile, *, last: bool, is_ended: bool) -> None:
        """Has those parts of a file synced that are due."""
        present = file.follow()
        for part in list(file.parts):
            is_finished = (is_ended or part is not present) and not part.waiting
            if part in self._busy or part.is_closed or not (part.is_dirty or is_finished):
                continue
            since_ms = self._since_ms.setdefault(part, self._now_ms)
            if last or is_finished or not 0 <= self._now_ms - since_ms < SYNC_AFTER_MS:
                due = Due(recording, file, part, part.segment, is_finished)
                self._busy[part] = due, self._now_ms
                self._writer.aside(part.folder, due.sync, lambda error, due=due: self._settled(due, error))
        if is_ended and all(part.is_closed for part in file.parts):
            self._ended.discard(file)
            self._of.pop(file, None)

    def _doubt_the_late(self) -> None:
        """What a disk that does not answer has not confirmed is a gap, which is taken back where it does after all."""
        for part, (due, since_ms) in self._busy.items():
            if self._now_ms - since_ms >= HANGS_MS and part not in self._doubted:
                self._doubted[part] = self._listed_ms.get(part, part.start_ms)
                self._doubt(due, OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT)))

    def _doubt(self, due: Due, error: OSError) -> None:
        start_ms = self._listed_ms.get(due.part, due.part.start_ms)
        due.recording.doubt(due.file, start_ms, due.segment.end_ms, error)
        self._hear(due.recording)

    def _settled(self, due: Due, error: OSError | None) -> None:
        part = due.part
        self._busy.pop(part, None)
        doubted_ms = self._doubted.pop(part, None)
        self._since_ms.pop(part, None)
        if error is None:
            self._listed_ms[part] = due.segment.end_ms
            if due.segment.bytes:
                self._notebook.segment(due.segment)
            if doubted_ms is not None:  # a gap that lasts no time is none
                self._notebook.gaps([GapCloses(part.camera, doubted_ms, doubted_ms)], self._now_ms)
        else:
            log.warning("Footage of camera %s could not be synced: %s", due.file.camera, error)
            self._doubt(due, error)
        if due.is_finished:
            self._listed_ms.pop(part, None)
