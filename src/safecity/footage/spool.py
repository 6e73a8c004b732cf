"""Brings groups to their disks in threads, so that a slow disk holds up neither the event loop nor another disk.

Two threads a folder: one writes, in order; one does what may take a while beside that: syncs, looks, deletes, mends.
What waits is bounded for each folder, and for each camera within it; beyond that the newest groups go to another
folder, or where there is none are refused, so that their gap says that the disk is too slow. A disk that does not
answer at all for 5 s is not waited for: what waits in memory for it goes to another folder, too.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from safecity.footage.folders import Folder
from safecity.footage.write import Part, SegmentFile

MOST_WAITING = 256 << 20  # bytes for one folder: five seconds of 200 cameras of 2 Mbit/s, and then some
SHARE = 8  # of which one camera may have an eighth
DRAIN_S = 10.0  # how long an end of work waits for the disks
HANGS_S = 5.0  # a disk that answers nothing for so long is not waited for

Done = Callable[[OSError | None], None]
Job = tuple[Callable[[], None], Done]


class Spool:
    """Fills `ports.Writer`. Belongs to one event loop."""

    def __init__(
        self,
        *,
        most_waiting: int = MOST_WAITING,
        most_of_one: int | None = None,
        hangs_s: float = HANGS_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most_waiting
        self._most_of_one = most_of_one or most_waiting // SHARE
        self._hangs_s = hangs_s
        self._monotonic = monotonic
        self._lanes: dict[Folder, _Lane] = {}

    def append(self, file: SegmentFile, data: bytes, end_ms: int, pictures: int, done: Done) -> None:
        """As `ports.Writer`."""
        part = file.follow()
        lane = self._lane(part.folder)
        size = len(data)
        is_full = lane.waiting + size > self._most or part.waiting + size > self._most_of_one
        if is_full or (lane.is_hung and file.can_leave(part.folder)):
            left = file.leave(data)
            if left is None:
                done(OSError(errno.EBUSY, os.strerror(errno.EBUSY)))
                return
            part, lane = left, self._lane(left.folder)
        lane.put(_Write(file, part, data, end_ms, pictures, done))

    def aside(self, folder: Folder, work: Callable[[], None], done: Done) -> None:
        """As `ports.Writer`."""
        self._lane(folder).chores.put((work, done))

    def waiting(self, folder: Folder) -> int:
        """Bytes that wait to be written to a folder."""
        lane = self._lanes.get(folder)
        return lane.waiting if lane else 0

    def relieve(self, folder: Folder) -> bool:
        """As `ports.Writer`."""
        lane = self._lanes.get(folder)
        if lane is None or not lane.line or self._monotonic() - lane.heard_s < self._hangs_s:
            return False
        lane.is_hung = True
        late = OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))
        moved: set[SegmentFile] = set()
        for write in lane.take_back():
            if write.file in moved or write.file.part is write.part:
                moved.add(write.file)
                self.append(write.file, write.data, write.end_ms, write.pictures, write.done)
            else:  # newer groups lie elsewhere already
                write.answer(late)
            write.data = b""
        for write in lane.line:  # the one that the disk is at: nobody knows what will become of it
            if write.file.can_leave(folder):
                write.answer(late)
        return True

    async def drained(self) -> None:
        """As `ports.Writer`; gives up on a disk that does not answer for 10 s."""
        ends: list[asyncio.Future[None]] = []
        for lane in list(self._lanes.values()):
            for line in (lane.writes, lane.chores):
                end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                ends.append(end)
                line.put((_nothing, partial(_ended, end)))
        if ends:
            await asyncio.wait(ends, timeout=DRAIN_S)

    def _lane(self, folder: Folder) -> _Lane:
        lane = self._lanes.get(folder)
        if lane is None:
            lane = self._lanes[folder] = _Lane(asyncio.get_running_loop(), self._monotonic)
            for line in (lane.writes, lane.chores):
                threading.Thread(target=lane.work, args=(line,), daemon=True).start()
        return lane


@dataclass(eq=False)
class _Write:
    """A group on its way. Whoever has `claim` first has it: the thread that writes, or who sends it elsewhere."""

    file: SegmentFile
    part: Part
    data: bytes
    end_ms: int
    pictures: int
    done: Done
    claim: threading.Lock = field(default_factory=threading.Lock)
    is_answered: bool = False

    def work(self) -> None:
        """Writes it, unless it was sent elsewhere. Raises OSError. For the thread."""
        if self.claim.acquire(blocking=False):
            self.file.take(self.part, self.data, self.end_ms, self.pictures)

    def answer(self, error: OSError | None) -> None:
        """Says once what became of it."""
        if not self.is_answered:
            self.is_answered = True
            self.done(error)


@dataclass(eq=False)
class _Lane:
    """The way to one folder. `line` are the groups that its disk has not answered for, in their order."""

    loop: asyncio.AbstractEventLoop
    monotonic: Callable[[], float]

    def __post_init__(self) -> None:
        self.writes: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self.chores: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self.line: deque[_Write] = deque()
        self.waiting = 0
        self.heard_s = 0.0
        self.is_hung = False

    def put(self, write: _Write) -> None:
        """Has a group written after all before it."""
        if not self.line:
            self.heard_s = self.monotonic()
        self.line.append(write)
        size = len(write.data)
        write.part.waiting += size
        self.waiting += size

        def written(error: OSError | None) -> None:
            self.heard_s, self.is_hung = self.monotonic(), False
            if self.line and self.line[0] is write:  # else it was sent elsewhere
                self.line.popleft()
                self._forget(write, size)
                write.answer(error)

        self.writes.put((write.work, written))

    def take_back(self) -> list[_Write]:
        """The groups that have not been begun and can go elsewhere, in their order: they wait here no more.

        From the last one backwards, while the thread goes forwards: so none that it writes comes after one that left.
        """
        back: deque[_Write] = deque()
        while self.line:
            last = self.line[-1]
            if not last.file.can_leave(last.part.folder) or not last.claim.acquire(blocking=False):
                break
            write = self.line.pop()
            self._forget(write, len(write.data))
            back.appendleft(write)
        return list(back)

    def _forget(self, write: _Write, size: int) -> None:
        write.part.waiting -= size
        self.waiting -= size

    def work(self, line: queue.SimpleQueue[Job]) -> None:
        """A thread's life: one job after the other; it ends with the process."""
        while True:
            work, done = line.get()
            error: OSError | None = None
            try:
                work()
            except OSError as raised:
                error = raised
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                self.loop.call_soon_threadsafe(done, error)


def _nothing() -> None:
    """What is waited for, to know that all before it is done."""


def _ended(end: asyncio.Future[None], error: OSError | None) -> None:  # noqa: ARG001  nothing cannot fail
    if not end.done():
        end.set_result(None)
