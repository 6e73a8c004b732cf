"""An event loop that rests hears at once what came meanwhile, and rests no longer than it is told to."""

from __future__ import annotations

import asyncio
import socket

from safecity.adapters.gather import gathering


async def test_what_came_while_the_loop_rested_is_heard_in_one_round():
    loop = asyncio.get_running_loop()
    near, far = socket.socketpair()
    rests: list[float] = []

    def rest(seconds: float) -> None:
        rests.append(seconds)
        for word in (b"one ", b"two ", b"three "):
            far.send(word)

    with near, far:
        near.setblocking(False)
        with gathering(0.02, rest):
            heard = await loop.sock_recv(near, 1000)
        assert heard.startswith(b"one two three ")
        assert set(rests) == {0.02}
        count = len(rests)
        for _ in range(3):
            await asyncio.sleep(0)
        assert len(rests) == count


async def test_timers_go_on_while_the_loop_rests_between_rounds():
    with gathering(0.001):
        async with asyncio.timeout(10):
            await asyncio.sleep(0.01)
