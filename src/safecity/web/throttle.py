"""A limit on how often one address may ask, kept in memory.

Each address has a bucket of `burst` tokens that fills at `per_minute`. Forgotten when the program stops: it guards
against floods, lockouts of people live in the access room.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from safecity.base import TooMany


@dataclass
class Throttle:
    """Buckets by address. Remembers at most `most` addresses; the one seen longest ago is forgotten first."""

    burst: int
    per_minute: float
    sentence: str
    most: int = 10_000
    _buckets: OrderedDict[str, tuple[float, float]] = field(
        default_factory=OrderedDict[str, tuple[float, float]]
    )

    def take(self, address: str, now_s: float) -> None:
        """Takes a token at the monotonic time `now_s`. Raises TooMany where there is none."""
        tokens, seen_s = self._buckets.pop(address, (float(self.burst), now_s))
        tokens = min(float(self.burst), tokens + (now_s - seen_s) * self.per_minute / 60)
        refused = tokens < 1
        self._buckets[address] = (tokens if refused else tokens - 1, now_s)
        while len(self._buckets) > self.most:
            self._buckets.popitem(last=False)
        if refused:
            raise TooMany(self.sentence)
