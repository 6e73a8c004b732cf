"""RTCP (RFC 3550 section 6): the camera's own time out of its reports, and our reports of what arrived.

Cameras whose clock was never set say so with a time long ago, and some jump: what they say is passed on, not judged.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

SENDER, RECEIVER, SOURCE, BYE = 200, 201, 202, 203
SECONDS_1900_TO_1970 = 2_208_988_800
ERA_S = 1 << 32
JUMP_S = 10
_NAME = b"safecity"


@dataclass(frozen=True, slots=True)
class SenderReport:
    """The camera's wall clock at one RTP timestamp. `ntp_ms` is None where it has no wall clock (zero)."""

    ssrc: int
    ntp_ms: int | None
    ntp_middle: int  # the middle 32 bits, which our reports give back
    stamp: int


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The camera ends the stream (section 6.6)."""


def read_reports(buffer: bytes | bytearray, begin: int, end: int) -> Iterator[SenderReport | Goodbye]:
    """What a compound packet says; a broken rest is left out."""
    while end - begin >= 4:
        if buffer[begin] & 0xC0 != 0x80:
            return
        kind = buffer[begin + 1]
        after = begin + 4 + ((buffer[begin + 2] << 8 | buffer[begin + 3]) << 2)
        if kind == BYE:
            yield Goodbye()
        elif kind == SENDER and begin + 20 <= min(after, end):
            ssrc, seconds, fraction, stamp = struct.unpack_from(">IIII", buffer, begin + 4)
            middle = (seconds << 16 | fraction >> 16) & 0xFFFFFFFF
            yield SenderReport(ssrc, ntp_to_ms(seconds, fraction), middle, stamp)
        begin = after


def ntp_to_ms(seconds: int, fraction: int) -> int | None:
    """Milliseconds since 1970. Seconds below 2^31 are of the era that begins in 2036 (RFC 4330 section 3)."""
    if not seconds and not fraction:
        return None
    era = 0 if seconds & 0x80000000 else ERA_S
    return (seconds + era - SECONDS_1900_TO_1970) * 1000 + (fraction * 1000 >> 32)


class CameraClock:
    """Tells the camera's wall clock for an unwrapped RTP timestamp, from its newest sender report.

    Where timestamps jump by 10 s, for which no stream that is heard pauses, the report tells nothing of those after;
    the next one does again.
    """

    __slots__ = ("_anchor", "_before", "_clock_hz", "_ntp_ms", "_stamp")

    def __init__(self, clock_hz: int) -> None:
        self._clock_hz = clock_hz
        self._ntp_ms: int | None = None
        self._stamp = 0
        self._anchor: int | None = None  # the report's timestamp, unwrapped
        self._before: int | None = None  # the last timestamp that was asked about since the report

    def report(self, ntp_ms: int | None, stamp: int) -> None:
        """A sender report came."""
        self._ntp_ms, self._stamp, self._anchor, self._before = ntp_ms, stamp, None, None

    def ms_at(self, time: int) -> int | None:
        """Milliseconds since 1970 by the camera's clock; None for as long as it has not said."""
        if self._before is not None and abs(time - self._before) >= JUMP_S * self._clock_hz:
            self._ntp_ms = None
        self._before = time
        if self._ntp_ms is None:
            return None
        if (
            self._anchor is None
        ):  # the picture next to the report is less than half a round of the counter away
            ahead = (time - self._stamp) & 0xFFFFFFFF
            self._anchor = time - (ahead if ahead < 0x80000000 else ahead - 0x100000000)
        return self._ntp_ms + (time - self._anchor) * 1000 // self._clock_hz


class Reception:
    """What of one stream arrived, for receiver reports (section 6.4.2 and appendix A).

    Ask for a report at least once in 30,000 packets, or a round of the sequence numbers may go by unseen.
    """

    def __init__(self, ssrc: int) -> None:
        """`ssrc` is ours."""
        self._ssrc = ssrc
        self._theirs = 0
        self._cycles = 0
        self._first = -1
        self._last = 0
        self._expected_before = 0
        self._lost_before = 0
        self._jitter = 0.0
        self._transit: float | None = None
        self._middle = 0
        self._heard_s: float | None = None

    def heard(self, report: SenderReport, now_s: float) -> None:
        """A sender report came at `now_s` (monotonic)."""
        self._theirs, self._middle, self._heard_s = report.ssrc, report.ntp_middle, now_s

    def arrived(self, time: int, clock_hz: int, now_s: float) -> None:
        """The first packet of a timestamp came: how evenly do they come (section 6.4.1)? `time` is unwrapped."""
        transit = now_s * clock_hz - time
        if self._transit is not None:
            self._jitter += (abs(transit - self._transit) - self._jitter) / 16
        self._transit = transit

    def report(self, ssrc: int, sequence: int, lost: int, now_s: float) -> bytes:
        """A receiver report with our name: the newest `sequence` number of `ssrc`, and all that was `lost` so far."""
        if self._first < 0:
            self._first = self._last = sequence
        if sequence < self._last:
            self._cycles += 1
        self._last = sequence
        highest = self._cycles << 16 | sequence
        expected = highest - self._first + 1
        span, gone = expected - self._expected_before, lost - self._lost_before
        self._expected_before, self._lost_before = expected, lost
        fraction = min(255, (gone << 8) // span) if span > 0 and gone > 0 else 0
        since = 0 if self._heard_s is None else round((now_s - self._heard_s) * 65536) & 0xFFFFFFFF
        block = struct.pack(
            ">IIIIII",
            ssrc or self._theirs,
            fraction << 24 | min(lost, 0x7FFFFF),
            highest & 0xFFFFFFFF,
            min(int(self._jitter), 0xFFFFFFFF),
            self._middle,
            since,
        )
        return struct.pack(">BBHI", 0x81, RECEIVER, 7, self._ssrc) + block + self._name()

    def _name(self) -> bytes:
        """The source description that every compound packet has (section 6.5): a name, and two octets of end."""
        chunk = struct.pack(">IBB", self._ssrc, 1, len(_NAME)) + _NAME
        chunk += b"\0" * (4 - len(chunk) % 4)
        return struct.pack(">BBH", 0x81, SOURCE, len(chunk) // 4) + chunk
