"""The processes of a node: the small parent that starts them, and the main function of each.

A child that dies is started again; all of them end with their parent. See docs/design/processes.md.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine
from dataclasses import fields, replace
from typing import Any

from safecity import __version__, app
from safecity.adapters.processes import Children, end_with_parent
from safecity.base import Conflict, RealClock, Unavailable
from safecity.settings import Settings

Work = Callable[[], Coroutine[Any, Any, None]]


def free_port(wanted: int = 0, count: int = 1) -> int:
    """A port of this machine that is free, with `count - 1` free ones after it; `wanted` if that is."""
    for first in (wanted, *(0 for _ in range(50))):
        with contextlib.ExitStack() as stack, contextlib.suppress(OSError, OverflowError):
            found = first
            for place in range(count):
                taken = stack.enter_context(socket.socket())
                taken.bind(("127.0.0.1", found + place if found else 0))
                found = found or taken.getsockname()[1]
            return found
    raise Unavailable("This machine has no free port left.")


def check_port(settings: Settings) -> None:
    """Raises Conflict where somebody else has the node's port, so that nothing is started in vain."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((settings.host, settings.port))
        except OSError as error:
            where = f"{settings.host}, port {settings.port}"
            raise Conflict(
                f"The node cannot listen at {where}: {error.strerror}. Give another with --port, or end what has it."
            ) from error


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the node."""
    scheme = "https" if settings.tls_certificate else "http"
    host = "127.0.0.1" if settings.host in {"0.0.0.0", "::"} else settings.host  # noqa: S104  we only compare
    return f"{scheme}://{host}:{settings.port}"


def command_of(settings: Settings, process: str, number: int = 0) -> list[str]:
    """The command line of a child, with every setting that is not the default."""
    flags = [
        f"--{row.name.replace('_', '-')}={getattr(settings, row.name)}"
        for row in fields(Settings)
        if getattr(settings, row.name) != row.default
    ]
    return [sys.executable, "-m", "safecity", process, str(number), f"--parent={os.getpid()}", *flags]


def start_node(children: Children, settings: Settings) -> None:
    """Starts the processes of a node. Recorders first: footage waits for nobody."""
    for process, count in (("recorder", settings.recorders), ("eye", settings.eyes)):
        for number in range(count):
            children.start(f"{process}-{number}", command_of(settings, process, number))
    children.start("control", command_of(settings, "control"))


async def serve(settings: Settings) -> int:
    """Runs a node: starts its processes, starts them again when they die, ends them all on SIGTERM or Ctrl-C."""
    if settings.port == 0:
        settings = replace(settings, port=free_port())
    check_port(settings)
    children = Children(settings.data / "run", RealClock())
    start_node(children, settings)
    print(f"Safe City {__version__}: {address(settings)}", flush=True)  # noqa: T201  for the person at the shell
    try:
        await told_to_end()
    finally:
        await children.close()
    return 0


async def told_to_end() -> None:
    """Returns once SIGTERM or SIGINT has come."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, ended.set)
    await ended.wait()


def run_process(process: str, number: int, parent: int, settings: Settings) -> int:
    """The main function of a child."""
    end_with_parent(parent)
    logging.basicConfig(
        level=settings.log_level.upper(),
        format=f"%(asctime)s {process}-{number} %(levelname)s %(name)s: %(message)s",
    )
    works: dict[str, Work] = {
        "control": lambda: app.control(settings),
        "recorder": lambda: app.recorder(settings, number),
        "eye": lambda: app.eye(settings, number),
    }
    import uvloop

    uvloop.run(until_told(works[process]()))
    return 0


async def until_told(work: Coroutine[Any, Any, None]) -> None:
    """Runs until the work is done or the process is told to end; then lets the work put its things in order."""
    task = asyncio.get_running_loop().create_task(work)
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, task.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await task
