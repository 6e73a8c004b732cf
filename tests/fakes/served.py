"""A site on a real socket, for peers that speak HTTP and WebSockets by themselves."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn


@asynccontextmanager
async def served(site: Any) -> AsyncGenerator[str]:
    """Serves an ASGI application on a free port of the loopback; gives "127.0.0.1:PORT"."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            site, ws="websockets-sansio", ws_per_message_deflate=False, log_level="critical", lifespan="on"
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
