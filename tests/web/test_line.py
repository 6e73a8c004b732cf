"""The end of a line, whichever side ends it and however the server notices."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.websockets import WebSocket, WebSocketDisconnect

from safecity.base import NotAllowed
from safecity.web.line import RESTARTING, close, refuse, send, send_picture, until_stopped


class Wire:
    """The server's side of a line: remembers what is sent, and breaks on demand."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.broken: BaseException | None = None
        self.stuck = False

    async def receive(self) -> Any:
        return {"type": "websocket.connect"}

    async def send(self, message: Any) -> None:
        if self.stuck:
            await asyncio.Event().wait()
        if self.broken is not None:
            raise self.broken
        self.sent.append(message)

    def socket(self) -> WebSocket:
        return WebSocket({"type": "websocket", "path": "/", "headers": []}, self.receive, self.send)


async def test_texts_and_pictures_go_out_as_they_are():
    wire = Wire()
    socket = wire.socket()
    await socket.accept()
    await send(socket, "text")
    await send(socket, b"picture")
    await send_picture(wire.send, b"another")
    assert [(each.get("text"), each.get("bytes")) for each in wire.sent[1:]] == [
        ("text", None),
        (None, b"picture"),
        (None, b"another"),
    ]


@pytest.mark.parametrize("broken", [OSError("reset"), RuntimeError("after sending 'websocket.close'")])
async def test_who_has_gone_is_always_gone_in_the_same_way(broken: Exception):
    wire = Wire()
    socket = wire.socket()
    await socket.accept()
    wire.broken = broken
    for _ in range(2):  # the first time it breaks, the second time it is known to be broken
        with pytest.raises(WebSocketDisconnect):
            await send(socket, "text")
        with pytest.raises(WebSocketDisconnect):
            await send_picture(wire.send, b"picture")
    await close(socket, 1000)


async def test_who_is_refused_is_told_why():
    wire = Wire()
    await refuse(wire.socket(), NotAllowed())
    assert wire.sent[-1] == {"type": "websocket.close", "code": 4403, "reason": NotAllowed().sentence}


async def stopped(socket: WebSocket, wire: Wire, *, stuck: bool) -> None:
    """A line that is served until the node stops."""
    await socket.accept()
    wire.stuck = stuck
    begun = asyncio.Event()

    async def serve() -> None:
        async with until_stopped(socket):
            begun.set()
            await asyncio.Event().wait()

    serving = asyncio.get_running_loop().create_task(serve())
    await begun.wait()
    serving.cancel()
    async with asyncio.timeout(10):
        await serving


async def test_a_node_that_stops_closes_its_lines():
    wire = Wire()
    await stopped(wire.socket(), wire, stuck=False)
    assert wire.sent[-1]["code"] == RESTARTING


async def test_a_browser_that_does_not_read_does_not_hold_up_the_end():
    wire = Wire()
    await stopped(wire.socket(), wire, stuck=True)
    assert [each["type"] for each in wire.sent] == ["websocket.accept"]
