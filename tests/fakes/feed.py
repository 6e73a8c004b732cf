"""Feeds that play a film to eyes, end on purpose, or stay silent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from safecity.base import SetClock, to_ms
from safecity.cameras import Picture, Track


@dataclass
class FilmFeed:
    """Plays its pictures once to each subscriber, then ends, or stays silent where `ends` is false.

    With a clock, it moves the clock to the time of each picture before it hands it out.
    """

    items: Sequence[Track | Picture]
    ends: bool = False
    clock: SetClock | None = None
    asked: list[bool] = field(default_factory=list[bool])
    subs: list[bool] = field(default_factory=list[bool])  # whether the small stream was asked for
    open_now: int = 0
    played: asyncio.Event = field(default_factory=asyncio.Event)

    async def subscribe(
        self, camera: str, *, keyframes_only: bool, sub: bool = False
    ) -> AsyncIterator[Track | Picture]:
        self.asked.append(keyframes_only)
        self.subs.append(sub)
        self.open_now += 1
        try:
            for item in self.items:
                if isinstance(item, Picture) and not item.is_key and keyframes_only:
                    continue
                if self.clock is not None and isinstance(item, Picture):
                    ahead_ms = item.received_ms - to_ms(self.clock.now())
                    self.clock.pass_(seconds=max(0, ahead_ms) / 1000)
                await asyncio.sleep(0)
                yield item
            self.played.set()
            if not self.ends:
                await asyncio.Event().wait()
        finally:
            self.open_now -= 1
