"""Brings footage to the disk, grouped: each file that grew is synced within 5 s and when finished, and then listed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safecity.footage.model import Segment
from safecity.footage.note import Notebook
from safecity.footage.record import Recording
from safecity.footage.write import SegmentFile

log = logging.getLogger(__name__)
SYNC_AFTER_MS = 4_000


@dataclass
class Due:
    """A file that is to be synced, and what of it will then be on the disk."""

    recording: Recording
    file: SegmentFile
    segment: Segment
    is_finished: bool
    error: OSError | None = None


class Syncing:
    """Syncs the files of many recordings, in one thread beside the event loop."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._since_ms: dict[SegmentFile, int] = {}
        self._listed_ms: dict[SegmentFile, int] = {}
        self._left: list[Due] = []

    def take(self, recording: Recording, now_ms: int) -> None:
        """Takes over what a recording that is dismissed has to tell and to finish."""
        self._notebook.gaps(recording.told, now_ms)
        recording.told = []
        self._left += [Due(recording, file, file.segment, is_finished=True) for file in recording.finished]
        recording.finished = []

    async def settle(self, recordings: Iterable[Recording], now_ms: int, *, last: bool = False) -> None:
        """Syncs what is due and notes it for the index. `last`: everything is due."""
        due = self._left
        self._left = []
        for recording in recordings:
            self._notebook.gaps(recording.told, now_ms)
            recording.told = []
            due += self._due(recording, now_ms, last=last)
        if due:
            await asyncio.to_thread(_sync, due)
        for each in due:
            self._settled(each, now_ms)

    def _due(self, recording: Recording, now_ms: int, *, last: bool) -> Sequence[Due]:
        due = [Due(recording, file, file.segment, is_finished=True) for file in recording.finished]
        recording.finished = []
        file = recording.file
        if file is not None and file.is_dirty:
            since_ms = self._since_ms.setdefault(file, now_ms)
            if last or not 0 <= now_ms - since_ms < SYNC_AFTER_MS:
                due.append(Due(recording, file, file.segment, is_finished=False))
        return due

    def _settled(self, due: Due, now_ms: int) -> None:
        file = due.file
        self._since_ms.pop(file, None)
        if due.error is None:
            self._listed_ms[file] = due.segment.end_ms
            if due.segment.bytes:
                self._notebook.segment(due.segment)
        else:
            log.warning("Footage of camera %s could not be synced: %s", file.camera, due.error)
            due.recording.doubt(file, self._listed_ms.get(file, file.start_ms), due.error)
            self._notebook.gaps(due.recording.told, now_ms)
            due.recording.told = []
        if due.is_finished:
            self._listed_ms.pop(file, None)
            file.close()


def _sync(due: Iterable[Due]) -> None:
    for each in due:
        try:
            each.file.sync()
        except OSError as error:
            each.error = error
