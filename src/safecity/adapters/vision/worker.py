"""A thread that does pixel work in order, for an event loop that must stay free; one that hangs is left behind.

A daemon thread that is still in native code when the interpreter ends is torn out of it, which aborts the process
("terminate called without an active exception"). So whoever has a worker ends it with `end`, and waits a while.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from safecity.base import Outcome, attempt

T = TypeVar("T")
END_S = 3.0  # one job may still be under way; a parent waits longer for its children than this


class Worker:
    """One thread. It is a daemon, so that a codec that hangs cannot keep the process from ending."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._threads: list[threading.Thread] = []

    async def do(self, work: Callable[[], T], patience_s: float) -> Outcome[T] | None:
        """What the work came to, value or error; None when it took too long, and then the thread was left behind.

        Jobs of several callers run one after another; patience begins when one's turn comes. A caller who was
        cancelled meanwhile has no turn.
        """
        loop = asyncio.get_running_loop()
        begun_s: list[float] = []  # told without waking the loop, which happens once a job
        done: asyncio.Future[Outcome[T]] = loop.create_future()

        def settle(outcome: Outcome[T]) -> None:
            if not done.done():
                done.set_result(outcome)

        def job() -> None:
            if done.cancelled():
                return
            begun_s.append(time.monotonic())
            outcome = attempt(work)
            with suppress(RuntimeError):  # the loop was closed meanwhile
                loop.call_soon_threadsafe(settle, outcome)

        self._start()
        self._jobs.put(job)
        left_s = patience_s
        try:
            while left_s > 0:
                await asyncio.wait({done}, timeout=left_s)
                if done.done():
                    return done.result()
                left_s = patience_s - (time.monotonic() - begun_s[0] if begun_s else 0.0)
            self._leave_behind()
            return None
        finally:
            done.cancel()

    def close(self) -> None:
        """Ends the thread after the jobs it has; the next job would start a new one."""
        self._jobs.put(None)
        self._jobs, self._thread = queue.SimpleQueue(), None

    async def end(self, patience_s: float = END_S) -> bool:
        """As `close`, and waits for the threads, those left behind too; false where one still hangs after that."""
        self.close()
        await asyncio.to_thread(_join, self._alive(), patience_s)
        return not self._alive()

    def _alive(self) -> list[threading.Thread]:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        return self._threads

    def _leave_behind(self) -> None:
        """Gives up the thread that hangs; a new one takes over the jobs that wait."""
        stuck, self._jobs, self._thread = self._jobs, queue.SimpleQueue(), None
        while not stuck.empty():
            self._jobs.put(stuck.get_nowait())
        stuck.put(None)
        if not self._jobs.empty():
            self._start()

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=_serve, args=(self._jobs,), name=self._name, daemon=True)
            self._thread.start()
            self._threads = [*self._alive(), self._thread]


def _serve(jobs: queue.SimpleQueue[Callable[[], None] | None]) -> None:
    while (job := jobs.get()) is not None:
        job()


def _join(threads: list[threading.Thread], patience_s: float) -> None:
    until_s = time.monotonic() + patience_s
    for thread in threads:
        thread.join(max(0.0, until_s - time.monotonic()))
