"""The way from a camera to one client: packets wait their turn where the network is slow."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from safecity.simulator.rtsp.weather import Packet, Trip


class Road:
    """Keeps order: what is late holds up all that follows."""

    def __init__(self, arrive: Callable[[Packet], None]) -> None:
        """`arrive` takes each packet when it gets there."""
        self._arrive = arrive
        self._waiting: deque[tuple[float, Packet, int]] = deque()
        self._count = 0
        self._free_at_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.bytes = 0  # under way

    def take(self, trip: Trip, kbit_s: float) -> None:
        """Sends what is left of a picture on its way; at once where nothing holds it up."""
        now_s = asyncio.get_running_loop().time()
        self._count += 1
        at_s = max(self._free_at_s, now_s + trip.late_s)
        for packet in trip.packets:
            if kbit_s:
                at_s += len(packet) / (kbit_s * 125)
            if at_s <= now_s and not self._waiting:
                self._arrive(packet)
            else:
                self._waiting.append((at_s, packet, self._count))
                self.bytes += len(packet)
        self._free_at_s = at_s
        if self._waiting and self._timer is None:
            self._arm()

    @property
    def pictures(self) -> int:
        """How many pictures, or parts of them, are under way."""
        return len({number for _, _, number in self._waiting})

    def close(self) -> None:
        """What is under way is lost."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._waiting.clear()
        self.bytes = 0

    def _arm(self) -> None:
        self._timer = asyncio.get_running_loop().call_at(self._waiting[0][0], self._flush)

    def _flush(self) -> None:
        now_s = asyncio.get_running_loop().time()
        self._timer = None
        while self._waiting and self._waiting[0][0] <= now_s + 0.001:
            packet = self._waiting.popleft()[1]
            self.bytes -= len(packet)
            self._arrive(packet)
        if self._waiting:
            self._arm()
