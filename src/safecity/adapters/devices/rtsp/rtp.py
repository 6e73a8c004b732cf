"""RTP packets (RFC 3550 section 5.1): headers, lost packets, and timestamps that do not fall back to zero.

This runs some 200 times a second for each camera: it reads in place and leaves its result in attributes, so that no
object is made for a packet.
"""

from __future__ import annotations

from struct import Struct

IGNORE = -1
SKIPPED_ON_RESTART = 1  # a sender that started anew lost something, nobody knows how much
MAX_MISORDER = 100  # packets behind the newest that are taken for late ones (RFC 3550 appendix A.1)

_HEADER = Struct(">BBHII").unpack_from


class RtpReader:
    """Reads the packets of one payload type, in order."""

    __slots__ = (
        "begin", "end", "expected", "lost", "marker", "payload_type", "ssrc", "stamp", "time",
    )  # fmt: skip

    def __init__(self, payload_type: int) -> None:
        self.payload_type = payload_type
        self.expected = -1  # the sequence number of the packet that comes next
        self.stamp: int = 0  # the newest timestamp as it was sent
        self.time: int = 0  # the same, unwrapped
        self.begin: int = 0  # where the payload lies
        self.end: int = 0
        self.marker = False
        self.ssrc: int = 0
        self.lost = 0  # all that are missing so far

    @property
    def sequence(self) -> int:
        """The newest sequence number; -1 before the first packet."""
        return self.expected if self.expected < 0 else (self.expected - 1) & 0xFFFF

    def read(self, buffer: bytes | bytearray, begin: int, end: int) -> int:
        """Reads the packet between `begin` and `end`.

        Returns how many packets were lost before it, or IGNORE for one that is broken, late or of another kind; the
        attributes are valid unless it is to be ignored.
        """
        if end - begin < 12:
            return IGNORE
        first, second, sequence, stamp, self.ssrc = _HEADER(buffer, begin)
        if first & 0xC0 != 0x80 or second & 0x7F != self.payload_type:
            return IGNORE
        start: int = begin + 12
        if first != 0x80:
            start += (first & 0x0F) << 2
            if first & 0x10:  # a header extension, as ONVIF cameras send it with each keyframe
                if start + 4 > end:
                    return IGNORE
                start += 4 + ((buffer[start + 2] << 8 | buffer[start + 3]) << 2)
            if first & 0x20:
                end -= buffer[end - 1]
            if start > end:
                return IGNORE
        lost = 0
        if sequence != self.expected:
            lost = self._gap(sequence, stamp)
            if lost < 0:
                return IGNORE
            self.lost += lost
        self.expected = (sequence + 1) & 0xFFFF
        if stamp != self.stamp:
            step = (stamp - self.stamp) & 0xFFFFFFFF
            self.time += step if step < 0x80000000 else step - 0x100000000
            self.stamp = stamp
        self.begin, self.end, self.marker = start, end, second >= 0x80
        return lost

    def _gap(self, sequence: int, stamp: int) -> int:
        if self.expected < 0:
            self.stamp = self.time = stamp
            return 0
        ahead = (sequence - self.expected) & 0xFFFF
        if ahead < 0x8000:
            return ahead
        return IGNORE if 0x10000 - ahead <= MAX_MISORDER else SKIPPED_ON_RESTART
