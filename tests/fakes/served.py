"""A site on a real socket, for peers that speak HTTP and WebSockets by themselves."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn


@asynccontextmanager
async def served(site: Any, *, quiet: bool = True) -> AsyncGenerator[str]:
    """Serves an ASGI application on a free port of the loopback; gives "127.0.0.1:PORT".

    Logs errors unless it is quiet.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            site,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            log_level=logging.CRITICAL if quiet else logging.ERROR,
            log_config=None,  # to where pytest sees it
            lifespan="on",
        )
        server = uvicorn.Server(config)
        serving = asyncio.get_running_loop().create_task(server._serve([listener]))  # pyright: ignore
        try:
            while not server.started:
                assert not serving.done(), serving
                await asyncio.sleep(0.01)
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


@dataclass
class Cut:
    """A site whose lines a test can cut as a server does that has waited long enough: by ending their tasks."""

    site: Any
    lines: list[asyncio.Task[Any]] = field(default_factory=list[asyncio.Task[Any]])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As the site itself."""
        task = asyncio.current_task()
        if scope["type"] == "websocket" and task is not None:
            self.lines.append(task)
        await self.site(scope, receive, send)

    def cut(self) -> None:
        """Cuts every line."""
        for each in self.lines:
            each.cancel()
