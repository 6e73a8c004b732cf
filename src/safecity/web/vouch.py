"""What the pages say about the log: the latest verdict of a whole check, and when it was made."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from safecity.base import to_ms
from safecity.web.compose import moment
from safecity.web.house import House
from safecity.web.views import VerifiedView

EVERY_S = 600.0


@dataclass
class Vouch:
    """Checks the log now and then, and when asked; one check at a time."""

    house: House
    latest: VerifiedView | None = None
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def check(self) -> VerifiedView:
        """Checks the whole log now. Whoever asks while a check runs gets the verdict of that one."""
        waiting = self._one.locked()
        async with self._one:
            if waiting and self.latest is not None:
                return self.latest
            verdict = await self.house.verify()
            at = moment(to_ms(self.house.node.clock.now()))
            self.latest = VerifiedView(ok=verdict.ok, size=verdict.entries, at=at, sentence=verdict.sentence)
            return self.latest

    async def watch(self) -> None:
        """Checks every ten minutes. Runs for ever."""
        while True:
            await self.check()
            await self.house.node.clock.sleep(EVERY_S)
