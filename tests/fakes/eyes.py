"""Eyes that show what a test says, and fail when it says so."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, field

from safecity.footage import PictureWithheld, Shown, Unmasked

JPEG = b"\xff\xd8\xff\xe0 a masked picture \xff\xd9"


@dataclass
class ScriptedEyes:
    """Plays a script on every watch, then waits as a live camera does. Remembers what it was asked.

    Where it is `endless`, it plays the script again and again, as fast as it can be sent.
    """

    script: Sequence[Shown] = ()
    withheld: str = ""
    jpeg: bytes = JPEG
    endless: bool = False
    watched: list[tuple[str, int | None, int]] = field(default_factory=list[tuple[str, int | None, int]])
    unmasked: list[Unmasked | None] = field(default_factory=list[Unmasked | None])
    rates: list[float] = field(default_factory=list[float])
    open_now: int = 0

    async def watch(
        self,
        camera: str,
        *,
        at_ms: int | None,
        width: int,
        rate: float = 1.0,
        unmasked: Unmasked | None = None,
    ) -> AsyncGenerator[Shown, None]:
        """The script, and then nothing more until the viewer leaves."""
        self.watched.append((camera, at_ms, width))
        self.unmasked.append(unmasked)
        self.rates.append(rate)
        self.open_now += 1
        try:
            for shown in self.script:
                yield shown
            while self.endless:
                for shown in self.script:
                    yield shown
                await asyncio.sleep(0)
            await asyncio.Event().wait()
        finally:
            self.open_now -= 1

    async def snapshot(
        self, camera: str, *, width: int, at_ms: int | None = None, unmasked: Unmasked | None = None
    ) -> bytes:
        """A picture, unless the masker is broken."""
        self.watched.append((camera, at_ms, width))
        self.unmasked.append(unmasked)
        if self.withheld:
            raise PictureWithheld(self.withheld)
        return self.jpeg
