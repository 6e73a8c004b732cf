"""Child processes: started, started again when they die, and ended with their parent.

Each child's process id lies in `run/NAME.pid`, for a person with a shell. A child ends by itself when its parent is
gone (prctl PR_SET_PDEATHSIG), so that even `kill -9` of the parent leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from safecity.base import Clock, Supervisor

log = logging.getLogger(__name__)
PR_SET_PDEATHSIG = 1
PAUSE_S = 0.1  # before a child is started again: a dead recorder costs footage;
LONGEST_PAUSE_S = 2.0  # it grows up to this while the child dies at once,
LIVED_S = 3.0  # and is forgotten once it has lived for so long
END_S = 10.0  # how long a child may take to end by itself


def end_with_parent(parent: int) -> None:
    """Called by a child at its start: the kernel sends it SIGTERM once its parent has died (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signal.SIGTERM)


@dataclass
class Children:
    """The processes of a node, by name."""

    run: Path
    clock: Clock
    _supervisor: Supervisor = field(init=False)
    _closing: bool = False
    _alive: dict[str, asyncio.subprocess.Process] = field(
        default_factory=dict[str, asyncio.subprocess.Process]
    )

    def __post_init__(self) -> None:
        self.run.mkdir(parents=True, exist_ok=True)
        self._supervisor = Supervisor(self.clock)

    def start(self, name: str, command: Sequence[str]) -> None:
        """Runs a command as the child `name`, and again whenever it ends."""
        self._supervisor.start(name, lambda: self._keep(name, command))

    async def close(self) -> None:
        """Asks every child to end, waits, and kills those that do not."""
        self._closing = True
        for child in self._alive.values():
            if child.returncode is None:
                child.terminate()
        await asyncio.gather(*(self._ended(child) for child in list(self._alive.values())))
        await self._supervisor.close()
        for name in self._alive:
            (self.run / f"{name}.pid").unlink(missing_ok=True)

    async def _ended(self, child: asyncio.subprocess.Process) -> None:
        try:
            await asyncio.wait_for(child.wait(), END_S)
        except TimeoutError:
            child.kill()
            await child.wait()

    async def _keep(self, name: str, command: Sequence[str]) -> None:
        pause = PAUSE_S
        while True:
            born = self.clock.monotonic()
            # A session of its own: Ctrl-C in the terminal reaches only the parent, which ends the children in order.
            child = await asyncio.create_subprocess_exec(
                *command, stdin=asyncio.subprocess.DEVNULL, start_new_session=True
            )
            self._alive[name] = child
            (self.run / f"{name}.pid").write_text(f"{child.pid}\n")
            code = await child.wait()
            if self._closing:
                return
            lived_s = self.clock.monotonic() - born
            pause = PAUSE_S if lived_s > LIVED_S else min(pause * 3, LONGEST_PAUSE_S)
            log.warning(
                "%s ended with %s after %.0f s; it is started again in %.1f s", name, code, lived_s, pause
            )
            await self.clock.sleep(pause)
