"""Brings groups to their disks in threads, so that a slow disk holds up neither the event loop nor another disk.

Two threads a folder: one writes, in order; one does what may take a while beside that: syncs, looks, deletes, mends.
What waits is bounded for each folder, and for each camera within it; beyond that the newest groups go to another
folder, or where there is none are refused, so that their gap says that the disk is too slow.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from safecity.footage.folders import Folder
from safecity.footage.write import SegmentFile

MOST_WAITING = 256 << 20  # bytes for one folder: five seconds of 200 cameras of 2 Mbit/s, and then some
SHARE = 8  # of which one camera may have an eighth
DRAIN_S = 10.0  # how long an end of work waits for the disks

Done = Callable[[OSError | None], None]
Job = tuple[Callable[[], None], Done]


class Spool:
    """Fills `ports.Writer`. Belongs to one event loop."""

    def __init__(self, *, most_waiting: int = MOST_WAITING, most_of_one: int | None = None) -> None:
        self._most = most_waiting
        self._most_of_one = most_of_one or most_waiting // SHARE
        self._lanes: dict[Folder, _Lane] = {}

    def append(self, file: SegmentFile, data: bytes, end_ms: int, pictures: int, done: Done) -> None:
        """As `ports.Writer`."""
        part = file.follow()
        lane = self._lane(part.folder)
        size = len(data)
        if lane.waiting + size > self._most or part.waiting + size > self._most_of_one:
            left = file.leave(data)
            if left is None:
                done(OSError(errno.EBUSY, os.strerror(errno.EBUSY)))
                return
            part, lane = left, self._lane(left.folder)
        part.waiting += size
        lane.waiting += size

        def written(error: OSError | None) -> None:
            part.waiting -= size
            lane.waiting -= size
            done(error)

        lane.writes.put((lambda: file.take(part, data, end_ms, pictures), written))

    def aside(self, folder: Folder, work: Callable[[], None], done: Done) -> None:
        """As `ports.Writer`."""
        self._lane(folder).chores.put((work, done))

    def waiting(self, folder: Folder) -> int:
        """Bytes that wait to be written to a folder."""
        lane = self._lanes.get(folder)
        return lane.waiting if lane else 0

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
            lane = self._lanes[folder] = _Lane(asyncio.get_running_loop())
            for line in (lane.writes, lane.chores):
                threading.Thread(target=lane.work, args=(line,), daemon=True).start()
        return lane


@dataclass(eq=False)
class _Lane:
    """The way to one folder."""

    loop: asyncio.AbstractEventLoop

    def __post_init__(self) -> None:
        self.writes: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self.chores: queue.SimpleQueue[Job] = queue.SimpleQueue()
        self.waiting = 0

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
