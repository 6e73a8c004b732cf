"""The bus of a single machine: one tail of the journal, shared by all who listen.

New facts are read once and kept in memory for a while; a subscriber that is further behind reads the journal until
it has caught up. Facts that another process wrote are found within `look_every_s`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import suppress
from itertools import islice

from safecity.base import Database, Fact, last_seq, read_entries

KEPT = 10_000


class LocalBus:
    """Fills the port `Bus` from the journal table of a database."""

    def __init__(self, database: Database, *, look_every_s: float = 0.5) -> None:
        self._database = database
        self._look_every_s = look_every_s
        self._recent: deque[Fact] = deque(maxlen=KEPT)
        self._tail = -1  # the newest number seen; -1 before the first look
        self._grown = asyncio.Event()  # replaced at each growth, so that everyone who waits is woken once
        self._look = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        database.on_commit(self._look.set)

    async def subscribe(self, since: int) -> AsyncIterator[Fact]:
        """Facts after `since`, for ever."""
        self._follow()
        while True:
            grown = self._grown
            batch = await self._after(since)
            if not batch:
                await grown.wait()
                continue
            for fact in batch:
                yield fact
            since = batch[-1].seq

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

    async def _after(self, since: int) -> list[Fact]:
        if self._recent and self._recent[0].seq <= since + 1:
            behind = self._recent[-1].seq - since
            return list(islice(self._recent, len(self._recent) - behind, None)) if behind > 0 else []
        return [entry.fact() for entry in await read_entries(self._database, since)]

    async def _keep_looking(self) -> None:
        if self._tail < 0:
            self._tail = await last_seq(self._database)
        while True:
            self._look.clear()
            entries = await read_entries(self._database, self._tail)
            if entries:
                self._recent.extend(entry.fact() for entry in entries)
                self._tail = entries[-1].seq
                grown, self._grown = self._grown, asyncio.Event()
                grown.set()
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), self._look_every_s)
