"""What a network does to packets on their way, by chance. Pure.

Over TCP nothing gets lost: what the network loses is sent again, and all that follows waits for it. After three later
packets the sender knows within a round trip (RFC 5681, 3.2); else its timer has to run out, 200 ms at least on Linux,
and twice as long each time (RFC 6298, 5.5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

Packet = bytes | bytearray | memoryview
ROUND_TRIP_S = 0.04
TIMER_S = 0.2
LATER_PACKETS = 3
MOST_TRIES = 6


@dataclass(frozen=True, kw_only=True)
class Weather:
    """Chances are from 0 to 1 for each packet; 0 kbit/s is no limit."""

    loss: float = 0.0
    holes: float = 0.0
    jitter_ms: float = 0.0
    reorder: float = 0.0
    duplicate: float = 0.0
    kbit_s: float = 0.0


CLEAR = Weather()


@dataclass(frozen=True)
class Trip:
    """What of a picture's packets arrives, in which order, how late, and how many do not."""

    packets: Sequence[Packet]
    lost: int = 0
    late_s: float = field(default=0.0)


def travel(packets: Sequence[Packet], weather: Weather, chance: Random, *, repairs: bool) -> Trip:
    """Sends a picture's packets through the weather. `repairs`: the way is TCP, which keeps order and repeats."""
    late_s = chance.uniform(0, weather.jitter_ms) / 1000 if weather.jitter_ms else 0.0
    left: list[Packet] = []
    lost = 0
    for number, packet in enumerate(packets):
        if weather.holes and chance.random() < weather.holes:
            lost += 1
            continue
        if weather.loss and chance.random() < weather.loss:
            if not repairs:
                lost += 1
                continue
            late_s += _repaired_s(len(packets) - 1 - number, weather.loss, chance)
        left.append(packet)
        if weather.duplicate and chance.random() < weather.duplicate:
            left.append(packet)
    if weather.reorder and not repairs:
        for place in range(len(left) - 1):
            if chance.random() < weather.reorder:
                left[place], left[place + 1] = left[place + 1], left[place]
    return Trip(left, lost, late_s)


def _repaired_s(following: int, loss: float, chance: Random) -> float:
    """How long TCP takes to bring a lost packet after all."""
    took_s = ROUND_TRIP_S if following >= LATER_PACKETS else TIMER_S
    timer_s = TIMER_S
    for _ in range(MOST_TRIES):
        if chance.random() >= loss:
            break
        took_s += timer_s
        timer_s *= 2
    return took_s
