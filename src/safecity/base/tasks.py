"""The task supervisor: the one place where a task may fail without taking the others along."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from safecity.base.clock import Clock

log = logging.getLogger(__name__)


@dataclass
class Supervisor:
    """Runs named tasks; one that fails is logged and started again after a growing pause (0.5 s to 30 s)."""

    clock: Clock
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, "asyncio.Task[None]"])
    _ending: set[asyncio.Task[None]] = field(default_factory=set["asyncio.Task[None]"])

    def start(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        """Starts a task under a name; a task of that name that runs already is stopped first."""
        self.stop(name)
        loop = asyncio.get_running_loop()
        self._tasks[name] = loop.create_task(self._keep(name, work), name=name)

    def stop(self, name: str) -> None:
        """Cancels the named task, if there is one."""
        task = self._tasks.pop(name, None)
        if task is not None:
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)
            task.cancel()

    async def close(self) -> None:
        """Cancels every task and waits until all have ended."""
        for name in list(self._tasks):
            self.stop(name)
        await asyncio.gather(*self._ending, return_exceptions=True)

    async def _keep(self, name: str, work: Callable[[], Awaitable[None]]) -> None:
        pause = 0.5
        while True:
            started = self.clock.monotonic()
            try:
                await work()
            except Exception:
                log.exception("%s failed and will be started again", name)
            else:
                return
            pause = 0.5 if self.clock.monotonic() - started > 60 else min(pause * 2, 30.0)
            await self.clock.sleep(pause)


T = TypeVar("T")


@dataclass(frozen=True)
class Outcome(Generic[T]):
    """What a piece of work came to, to be handed to whoever waits for it in another thread."""

    value: T | None = None
    error: Exception | None = None


def attempt(work: Callable[[], T]) -> Outcome[T]:
    """Runs a piece of work on behalf of a waiting caller, and keeps what it raised for that caller."""
    try:
        return Outcome(value=work())
    except Exception as error:  # it is raised again where the caller waits
        return Outcome(error=error)
