"""Puts UDP packets back in order, for a little while: those that came early wait for the ones before them.

Bounded by packets, bytes and time. A packet that never comes is missed by the reader behind, which tells the loss.
"""

from __future__ import annotations

from collections.abc import Callable

MOST = 128  # packets that wait
MOST_BYTES = 1024 * 1024
HOLD_S = 0.1
MAX_AHEAD = 3000  # a larger step is a sender that started anew (RFC 3550 appendix A.1: MAX_DROPOUT)
MAX_BEHIND = 100


class Reorder:
    """Hands packets of one payload type on to `take(buffer, begin, end)`, in order."""

    def __init__(self, payload_type: int, take: Callable[[bytes | bytearray, int, int], None]) -> None:
        self._payload_type = payload_type
        self._take = take
        self._expected = -1
        self._held: dict[int, bytes] = {}
        self._bytes = 0
        self._since_s = 0.0  # when the first of the held ones came

    @property
    def waits(self) -> bool:
        """Whether packets are held, so that `release` is needed later."""
        return bool(self._held)

    def push(self, buffer: bytes | bytearray, end: int, now_s: float) -> None:
        """A datagram lies in the buffer up to `end`. What is not ours, or late, or there already, is left out."""
        if end < 12 or buffer[0] & 0xC0 != 0x80 or buffer[1] & 0x7F != self._payload_type:
            return
        sequence = buffer[2] << 8 | buffer[3]
        ahead = (sequence - self._expected) & 0xFFFF
        if self._expected < 0 or ahead == 0:
            self._pass_on(sequence, buffer, end)
            if self._held:
                self._drain()
        elif ahead <= MAX_AHEAD:
            self._hold(sequence, bytes(buffer[:end]), now_s)
        elif ahead < 0x10000 - MAX_BEHIND:
            self.flush()
            self._pass_on(sequence, buffer, end)

    def release(self, now_s: float) -> None:
        """Time went by: packets that waited for long enough go on without the ones before them."""
        if self._held and now_s - self._since_s >= HOLD_S:
            self._give_up_first()
            self._since_s = now_s

    def flush(self) -> None:
        """Nothing more comes: all that is held goes on."""
        while self._held:
            self._give_up_first()

    def _hold(self, sequence: int, packet: bytes, now_s: float) -> None:
        if not self._held:
            self._since_s = now_s
        if sequence not in self._held:
            self._held[sequence] = packet
            self._bytes += len(packet)
        while len(self._held) > MOST or self._bytes > MOST_BYTES:
            self._give_up_first()
            self._since_s = now_s

    def _give_up_first(self) -> None:
        """Goes on behind the first hole."""
        self._expected = min(self._held, key=lambda each: (each - self._expected) & 0xFFFF)
        self._drain()

    def _drain(self) -> None:
        while (packet := self._held.pop(self._expected, None)) is not None:
            self._bytes -= len(packet)
            self._pass_on(self._expected, packet, len(packet))

    def _pass_on(self, sequence: int, buffer: bytes | bytearray, end: int) -> None:
        self._expected = (sequence + 1) & 0xFFFF
        self._take(buffer, 0, end)
