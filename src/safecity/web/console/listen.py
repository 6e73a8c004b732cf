"""The live socket: `/ws/live?since=SEQ`. The first message is a heartbeat; then facts in order, and position frames."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.websockets import WebSocket, WebSocketDisconnect

from safecity.base import NotAllowed, SafeCityError
from safecity.web import line
from safecity.web.ask import COOKIE, Ask, Who, ask_of
from safecity.web.house import House
from safecity.web.live import Ear, Hub, Said
from safecity.web.tell import seat_of


async def serve_live(house: House, hub: Hub, socket: WebSocket) -> None:
    """Serves one browser or phone until it goes away, is too slow or is signed out."""
    try:
        ask = await ask_of(house, socket, Who.PEOPLE)
        ear = ear_of(ask)
    except SafeCityError as refused:
        await line.refuse(socket, refused)
        return
    since = socket.query_params.get("since", "")
    await socket.accept()

    async def send(said: Said) -> None:
        await line.send(socket, said)

    async def serve() -> None:
        await hub.join(ear, int(since) if since.isascii() and since.isdigit() else hub.seq)
        with suppress(WebSocketDisconnect):
            await line.close(socket, await ear.pump(send))

    try:
        async with line.until_stopped(socket), asyncio.TaskGroup() as tasks:
            serving = tasks.create_task(serve())
            while (await socket.receive())["type"] == "websocket.receive":
                pass  # nothing is expected; this is how we hear that the browser is gone
            serving.cancel()
    finally:
        hub.leave(ear)


def ear_of(ask: Ask) -> Ear:
    """The ear of whoever asks. Raises NotAllowed where the role is told nothing."""
    seat = seat_of(ask.by)
    if seat is None:
        raise NotAllowed
    return Ear(
        seat=seat,
        bureau=ask.by.bureau,
        person=ask.by.id,
        token=ask.request.cookies.get(COOKIE, ""),
        most=ask.house.settings.live_queue,
    )
