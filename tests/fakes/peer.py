"""What a foreign RTSP server has to show our wire; for the tests of `peers`."""

from __future__ import annotations

import asyncio

import pytest

from fakes.camera import Heard
from safecity.adapters.devices.rtsp import RtspWire
from safecity.base import RealClock
from safecity.cameras import CameraAbsent, CameraGone, NotVideo, Transport, WireError

WITHIN_S = 60


async def watch(url: str, sink: Heard, transport: Transport = Transport.AUTO) -> None:
    """As a recorder watches."""
    await RtspWire(RealClock()).watch(url, sink, answer_s=10.0, silent_s=10.0, transport=transport)


async def hear(url: str, pictures: int) -> Heard:
    """Watches until so many pictures came, again where the server has nothing yet or its clip is over."""
    sink, loop = Heard(), asyncio.get_running_loop()
    counting = loop.create_task(sink.pictures_are(pictures, within_s=WITHIN_S))
    while not counting.done():
        task = loop.create_task(watch(url, sink))
        await asyncio.wait([task, counting], return_when="FIRST_COMPLETED")
        task.cancel()
        (ended,) = await asyncio.gather(task, return_exceptions=True)
        if not counting.done():
            assert isinstance(ended, CameraAbsent | CameraGone | NotVideo), ended
            await asyncio.sleep(0.1)
    await counting
    return sink


async def sends_no_tcp(url: str) -> None:
    """Whoever asks for TCP alone is told so in a sentence."""
    with pytest.raises(WireError) as refused:
        await watch(url, Heard(), Transport.TCP)
    assert isinstance(refused.value, NotVideo)
    assert "does not send over TCP" in refused.value.sentence
