"""A wire that leaves a camera's private areas out of what is recorded: decode, fill, encode, in a process of its own.

`HidingWire` stands between a camera's wire and the recorder. It passes what it hears to a child process, which runs
this module, and passes on what comes back: H.264 of the same size, the same times, keyframes where the camera had them.
The child is slower to schedule than the recorder (`nice`), and may crash or hang alone. It fails closed: while nothing
can be hidden nothing is recorded, and the gap says why. The child ends when the pipe to it is closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from typing import BinaryIO

import msgspec

from safecity.cameras import HidingFailed, Picture, Shape, Sink, Sound, Track, Transport, Wire

COMMAND = (sys.executable, "-m", "safecity.adapters.vision.hiding")
HEAD = 4  # bytes of a message's length, big-endian
MOST_WAITING = 16 << 20  # bytes that the child may be behind
LAST_WORDS_S = 5.0  # what the child may need for the pictures of a camera that has ended
NICER = 5

DIED = (
    "The private areas could not be hidden, because the process that hides them ended; nothing was recorded."
)
HANGS = (
    "The private areas could not be hidden, because the process that hides them hangs; nothing was recorded."
)
SLOW = "The private areas could not be hidden as quickly as the camera sends; nothing was recorded."


@dataclass
class Message:
    """What goes over the pipes, one of the three: areas at first, then tracks and pictures both ways."""

    areas: tuple[Shape, ...] | None = None
    track: Track | None = None
    picture: Picture | None = None


class HidingWire:
    """Fills `cameras.Wire`: as another wire, without the private areas."""

    def __init__(
        self,
        inner: Wire,
        areas: Sequence[Shape],
        *,
        command: Sequence[str] = COMMAND,
        last_words_s: float = LAST_WORDS_S,
    ) -> None:
        self._inner, self._areas, self._command = inner, tuple(areas), command
        self._last_words_s = last_words_s

    async def watch(
        self,
        url: str,
        sink: Sink,
        *,
        answer_s: float,
        silent_s: float,
        transport: Transport = Transport.AUTO,
        audio: bool = False,
    ) -> None:
        """As `cameras.Wire`. Raises HidingFailed besides."""
        child = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE)
        passing = _Passing(child, sink, patience_s=2 * silent_s)
        passing.send(Message(areas=self._areas))
        loop = asyncio.get_running_loop()
        hearing = loop.create_task(
            self._inner.watch(
                url, passing, answer_s=answer_s, silent_s=silent_s, transport=transport, audio=audio
            )
        )
        showing = loop.create_task(passing.pass_on())
        try:
            await asyncio.wait({hearing, showing}, return_when=asyncio.FIRST_COMPLETED)
            if not showing.done():  # the camera ended: what is on its way is still recorded
                passing.close()
                await asyncio.wait({showing}, timeout=self._last_words_s)
                await hearing
            else:
                await showing
        finally:
            await _end(child, hearing, showing)


class _Passing:
    """Passes a stream to the child and what comes back to the recorder. Fills `cameras.Sink`."""

    def __init__(self, child: Process, sink: Sink, *, patience_s: float) -> None:
        assert child.stdin is not None
        assert child.stdout is not None
        self._child, self._to, self._from = child, child.stdin, child.stdout
        self._sink, self._patience_s = sink, patience_s
        self._begun, self._is_slow = asyncio.Event(), False

    def send(self, message: Message) -> None:
        """Hands a message over; one that would wait too long ends the stream."""
        if self._is_slow or self._to.is_closing():
            return
        data = msgspec.msgpack.encode(message)
        self._to.write(len(data).to_bytes(HEAD, "big") + data)
        if self._to.transport.get_write_buffer_size() > MOST_WAITING:
            self._is_slow = True
            with contextlib.suppress(ProcessLookupError):
                self._child.kill()

    def close(self) -> None:
        """No more will come."""
        self._to.close()

    def on_track(self, track: Track) -> None:
        """As `cameras.Sink`."""
        self.send(Message(track=track))

    def on_picture(self, picture: Picture) -> None:
        """As `cameras.Sink`; what a decoder would have to guess is not decoded, lest it guess past an area."""
        if picture.is_damaged:
            return
        self.send(Message(picture=picture))
        self._begun.set()

    def on_sound(self, sound: Sound) -> None:
        """As `cameras.Sink`: nothing is to be seen in it."""
        self._sink.on_sound(sound)

    def on_loss(self, packets: int) -> None:
        """As `cameras.Sink`."""
        self._sink.on_loss(packets)

    async def pass_on(self) -> None:
        """Passes on what comes back, until the child ends. Raises HidingFailed."""
        await self._begun.wait()
        while True:
            try:
                async with asyncio.timeout(self._patience_s):
                    size = int.from_bytes(await self._from.readexactly(HEAD), "big")
                    data = await self._from.readexactly(size)
            except TimeoutError:
                raise HidingFailed(HANGS) from None
            except asyncio.IncompleteReadError:
                raise HidingFailed(SLOW if self._is_slow else DIED) from None
            message = msgspec.msgpack.decode(data, type=Message)
            if message.track is not None:
                self._sink.on_track(message.track)
            if message.picture is not None:
                self._sink.on_picture(message.picture)


async def _end(child: Process, *tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    with contextlib.suppress(ProcessLookupError):
        child.kill()
    await asyncio.gather(*tasks, return_exceptions=True)
    await child.wait()


# --- the child ---------------------------------------------------------------------------------------------------


def serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    """Fills the areas of everything that comes, until no more comes."""
    from safecity.adapters.vision.fill import Filling  # only the child needs codecs

    filling: Filling | None = None
    areas: tuple[Shape, ...] = ()
    while head := incoming.read(HEAD):
        message = msgspec.msgpack.decode(incoming.read(int.from_bytes(head, "big")), type=Message)
        if message.areas is not None:
            areas = message.areas
        elif message.track is not None:
            filling = Filling(message.track, areas)
        elif message.picture is not None and filling is not None:
            for made in filling.fill(message.picture):
                answer = Message(track=made) if isinstance(made, Track) else Message(picture=made)
                data = msgspec.msgpack.encode(answer)
                outgoing.write(len(data).to_bytes(HEAD, "big") + data)
            outgoing.flush()


if __name__ == "__main__":
    os.nice(NICER)
    serve(sys.stdin.buffer, sys.stdout.buffer)
