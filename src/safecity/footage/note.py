"""Notes down what a recorder has to list and to tell, and writes it into the index, all of it in one transaction.

While the index cannot be written, notes wait in memory and recording goes on; nothing is lost but by a crash, after
which the files say what there is.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

import msgspec

from safecity.footage.model import ClockNotice, Gap, GapNotice, Segment
from safecity.footage.ports import Index, IndexAway
from safecity.footage.rules import GapCloses, GapCommand, GapOpens
from safecity.footage.skew import ClockSeen

log = logging.getLogger(__name__)
ALIVE = "alive_ms"


class Notebook:
    """What is to be written into one index."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._segments: dict[tuple[str, int], Segment] = {}
        self._notes: list[Callable[[], None]] = []
        self._is_away = False

    def segment(self, segment: Segment) -> None:
        """A segment's bytes are on the disk up to its `end_ms`."""
        self._segments[segment.camera, segment.start_ms] = segment

    def notice(self, at_ms: int, camera: str, kind: str, body: object) -> None:
        """The control process has to hear of something."""
        text = msgspec.json.encode(body).decode()
        self._notes.append(lambda: self._index.tell(at_ms, camera, kind, text))

    def mark(self, name: str, value: str) -> None:
        """A word is to be kept with the index."""
        self._notes.append(lambda: self._index.set_mark(name, value))

    def end_gap(self, gap: Gap, end_ms: int, now_ms: int) -> None:
        """A gap that was found open in the index ended."""
        self.gaps([GapCloses(gap.camera, gap.start_ms, end_ms)], now_ms)

    def gaps(self, commands: Iterable[GapCommand | ClockSeen], now_ms: int) -> None:
        """Gaps began or ended, or a camera's clock was found right or wrong."""
        for command in commands:
            if isinstance(command, ClockSeen):
                seen = ClockNotice(is_wrong=command.is_wrong, offset_ms=command.offset_ms)
                self.notice(now_ms, command.camera, "clock", seen)
            elif isinstance(command, GapOpens):
                gap = command.gap
                self._notes.append(lambda gap=gap: self._index.open_gap(gap))
                body = GapNotice(start_ms=gap.start_ms, cause=gap.cause, words=gap.words)
                self.notice(now_ms, gap.camera, "gap_opened", body)
            else:
                camera, start_ms, end_ms = command.camera, command.start_ms, command.end_ms
                self._notes.append(lambda c=camera, s=start_ms, e=end_ms: self._index.close_gap(c, s, e))
                self.notice(now_ms, camera, "gap_closed", GapNotice(start_ms=start_ms, end_ms=end_ms))

    def write(self, now_ms: int) -> bool:
        """Writes everything noted, and that the recorder is alive. False if the index is away; the notes stay."""
        segments, notes = list(self._segments.values()), list(self._notes)
        try:
            with self._index.together():
                for segment in segments:
                    self._index.add_segment(segment)
                for note in notes:
                    note()
                self._index.set_mark(ALIVE, str(now_ms))
        except IndexAway as error:
            if not self._is_away:
                log.warning("%s Recording goes on; the index follows.", error)
            self._is_away = True
            return False
        self._is_away = False
        self._segments.clear()
        del self._notes[: len(notes)]
        return True
