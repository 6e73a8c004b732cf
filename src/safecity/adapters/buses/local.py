"""The bus of a single machine: one tail of the journal, shared by all who listen.

New facts are read once and kept in memory for a while; a subscriber that is further behind reads the journal until
it has caught up. Facts that another process wrote are found within `look_every_s`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import takewhile

from safecity.base import Database, Entry, Fact, last_seq, read_entries

KEPT = 10_000


class LocalBus:
    """Fills the port `Bus` from the journal table of a database."""

    def __init__(self, database: Database, *, look_every_s: float = 0.5) -> None:
        self._database = database
        self._look_every_s = look_every_s
        self._recent: deque[Fact] = deque(maxlen=KEPT)
        self._tail = -1  # the newest number seen; -1 before the first look
        self._whole_from = -1  # `_recent` lacks nothing after this number; -1 before the first look
        self._grown = asyncio.Event()  # replaced at each growth, so that everyone who waits is woken once
        self._look = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        database.on_commit(self._look.set)

    async def subscribe(self, since: int) -> AsyncIterator[Fact]:
        """Facts after `since`, for ever."""
        self._follow()
        while True:
            grown = self._grown
            batch, reached = await self._after(since)
            if reached == since:
                await grown.wait()
                continue
            for fact in batch:
                yield fact
            since = reached

    async def close(self) -> None:
        """Stops looking."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def _follow(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._keep_looking(), name="bus tail")

    async def _after(self, since: int) -> tuple[list[Fact], int]:
        """Facts after a number, and the number up to which there are no more of them."""
        if 0 <= self._whole_from <= since:
            newer = list(takewhile(lambda fact: fact.seq > since, reversed(self._recent)))
            return newer[::-1], max(since, self._tail)
        entries = await read_entries(self._database, since)
        return _facts(entries), entries[-1].seq if entries else since

    async def _keep_looking(self) -> None:
        if self._tail < 0:
            self._tail = self._whole_from = await last_seq(self._database)
            self._wake()  # a listener may have looked before it, and a fact have come in between
        while True:
            self._look.clear()
            entries = await read_entries(self._database, self._tail)
            if entries:
                self._recent.extend(_facts(entries))
                self._tail = entries[-1].seq
                if len(self._recent) == KEPT:
                    self._whole_from = self._recent[0].seq - 1
                self._wake()
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), self._look_every_s)

    def _wake(self) -> None:
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()


def _facts(entries: list[Entry]) -> list[Fact]:
    """What the entries say; one that was erased says nothing any more."""
    return [entry.fact() for entry in entries if entry.body]
