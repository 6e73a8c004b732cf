"""Lets what arrives gather for a moment, so that one round of the event loop serves many cameras.

Waking up is what costs: the pictures of 64 cameras woke the recorder 960 times a second, and each time its code and
data came from memory anew. Network cards do the same under the name of interrupt moderation.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

REST_S = 0.04  # the most by which anything is delayed


@contextmanager
def gathering(rest_s: float = REST_S, sleep: Callable[[float], None] = time.sleep) -> Generator[None]:
    """Within, the running event loop rests between rounds; threads beside it go on."""
    loop = asyncio.get_running_loop()
    rests = True

    def rest() -> None:
        if rests:
            sleep(rest_s)
            loop.call_soon(rest)  # runs in the next round, after all that came meanwhile

    loop.call_soon(rest)
    try:
        yield
    finally:
        rests = False
