"""An event loop whose time passes only when nobody has anything to do: minutes of a story take seconds.

Sockets of this machine are real, and what lies in them is read before time moves on; what a thread has been asked for
is waited for. So a story comes out the same on a machine that is busy.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import Transaction, to_ms

T = TypeVar("T")
GRACE_S = 0.0002  # what was sent over loopback has come by then
HELD_S = 1.0


class _Selector(selectors.SelectSelector):
    """Looks at the sockets; where none is ready, lets time pass instead of waiting."""

    def __init__(self) -> None:
        super().__init__()
        self.passed_s = 1_000.0
        self.held = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None or self.held:
            return super().select(HELD_S if self.held else None)
        ready = super().select(GRACE_S)
        if not ready:
            self.passed_s += max(timeout, 0.0)
        return ready


class StoryLoop(asyncio.SelectorEventLoop):
    """The loop. Time stands still while a thread works for it, and within `held`."""

    def __init__(self) -> None:
        self._story = _Selector()
        super().__init__(self._story)

    def time(self) -> float:
        return self._story.passed_s

    @contextmanager
    def held(self) -> Generator[None]:
        """Time stands still inside."""
        self._story.held += 1
        try:
            yield
        finally:
            self._story.held -= 1

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        future = super().run_in_executor(executor, func, *args)
        self._story.held += 1
        future.add_done_callback(lambda _: self._let_go())
        return future

    def _let_go(self) -> None:
        self._story.held -= 1


class StoryClock:
    """The story's time. Fills `base.Clock`; for use inside a `StoryLoop`."""

    def __init__(self, start: str = "2030-01-01T00:00:00+00:00") -> None:
        self._start = datetime.fromisoformat(start)

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.monotonic())

    def now_ms(self) -> int:
        return to_ms(self.now())

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class StoryDatabase(SqliteDatabase):
    """SQLite, whose writer is a thread of its own: time stands still until it answers."""

    async def transact(self, work: Callable[[Transaction], Awaitable[T]], /) -> T:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, StoryLoop)
        with loop.held():
            return await super().transact(work)


def told(story: Coroutine[Any, Any, T]) -> T:
    """Runs a story to its end."""
    with asyncio.Runner(loop_factory=StoryLoop) as runner:
        return runner.run(story)
