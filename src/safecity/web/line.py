"""The end of a WebSocket, in order: whoever has gone is told nothing more, and a node that stops closes its lines.

A server notices that a browser has gone at one of three places: when it reads, when it writes, or when it writes once
more. Here all three are one, `WebSocketDisconnect`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress

from starlette.types import Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from safecity.base import SafeCityError

RESTARTING = 1012  # RFC 6455 registry of close codes: service restart
CLOSE_S = 1.0


async def send(socket: WebSocket, said: str | bytes) -> None:
    """Sends a message. Raises WebSocketDisconnect where the line has ended, by whichever side."""
    try:
        await socket.send({"type": "websocket.send", "text" if isinstance(said, str) else "bytes": said})
    except RuntimeError as late:  # the server's word for a message after the end
        raise WebSocketDisconnect(1006) from late


async def send_picture(send: Send, said: bytes) -> None:
    """Sends bytes as `send` does, by the ASGI `send` itself: a layer less for what is sent most often."""
    try:
        await send({"type": "websocket.send", "bytes": said})
    except (OSError, RuntimeError) as late:  # ASGI's word for a lost line, and the server's after the end
        raise WebSocketDisconnect(1006) from late


async def close(socket: WebSocket, code: int, reason: str = "") -> None:
    """Closes a line; one that has ended already is no error."""
    with suppress(WebSocketDisconnect, RuntimeError):
        await socket.close(code, reason)


async def refuse(socket: WebSocket, refused: SafeCityError) -> None:
    """Says why there is no line: the code is 4000 and the HTTP status."""
    await socket.accept()
    await close(socket, 4000 + refused.http_status, refused.sentence[:120])


@asynccontextmanager
async def until_stopped(socket: WebSocket) -> AsyncGenerator[None]:
    """Closes the line when the node stops, and ends there: the task is the server's, and has nothing left to do."""
    try:
        yield
    except asyncio.CancelledError:
        with suppress(TimeoutError):  # a browser that does not read cannot be told
            async with asyncio.timeout(CLOSE_S):
                await close(socket, RESTARTING)
