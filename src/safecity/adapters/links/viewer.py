"""One who watches live pictures: a queue that never grows, and always goes on with a keyframe."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from safecity.footage import Chunk, Ended, Shown, Started, Withheld

MOST_WAITING = 60  # fragments


class Viewer:
    """Gets what is shown, in order. One that reads too slowly misses pictures, and begins again with a keyframe."""

    def __init__(self, key_wanted: Callable[[], None] = lambda: None) -> None:
        """`key_wanted` is called for each picture that was passed over because it is no keyframe."""
        self._queue: deque[Shown] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self._key_wanted = key_wanted
        self._waits = True
        self._reason = ""

    def show(self, chunk: Chunk, started: Started) -> None:
        """Passes a fragment on, or drops it where the viewer waits for a keyframe, of which `started` tells."""
        if len(self._queue) >= MOST_WAITING:
            self._queue.clear()
            self._waits = True
        if self._waits:
            if not chunk.is_key:
                self._key_wanted()
                return
            self._put(started)
            self._waits, self._reason = False, ""
        self._put(chunk)

    def begin_anew(self) -> None:
        """What comes next is another stream."""
        self._waits = True

    def withhold(self, reason: str) -> None:
        """Says why there is no picture, once for each reason."""
        self._waits = True
        if reason != self._reason:
            self._reason = reason
            self._put(Withheld(reason))

    def end(self, reason: str) -> None:
        """Says that it is over."""
        self._put(Ended(reason))

    async def next(self) -> Shown:
        """What comes next."""
        while not self._queue:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        return self._queue.popleft()

    def _put(self, shown: Shown) -> None:
        self._queue.append(shown)
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
