"""RTP over TCP (RFC 3550 section 5.1): headers, lost packets, and timestamps that do not fall back to zero.

This runs some 200 times a second for each camera: it reads in place and leaves its result in attributes, so that no
object is made for a packet.
"""

from __future__ import annotations

IGNORE = -1
SKIPPED_ON_RESTART = 1  # a sender that started anew lost something, nobody knows how much
MAX_MISORDER = 100  # packets behind the newest that are taken for late ones (RFC 3550 appendix A.1)


class RtpReader:
    """Reads the packets of one payload type, in order."""

    __slots__ = ("_expected", "_last", "_payload_type", "begin", "end", "marker", "time")

    def __init__(self, payload_type: int) -> None:
        self._payload_type = payload_type
        self._expected = -1
        self._last: int = 0
        self.begin = 0  # where the payload lies
        self.end = 0
        self.marker = False
        self.time: int = 0  # the timestamp, unwrapped

    def read(self, buffer: bytes | bytearray, begin: int, end: int) -> int:
        """Reads the packet between `begin` and `end`.

        Returns how many packets were lost before it, or IGNORE for one that is broken, late or of another kind; the
        attributes are valid unless it is to be ignored.
        """
        if end - begin < 12:
            return IGNORE
        first, second = buffer[begin], buffer[begin + 1]
        if first & 0xC0 != 0x80 or second & 0x7F != self._payload_type:
            return IGNORE
        start = begin + 12 + ((first & 0x0F) << 2)
        if first & 0x10:  # a header extension, as ONVIF cameras send it with each keyframe
            if start + 4 > end:
                return IGNORE
            start += 4 + ((buffer[start + 2] << 8 | buffer[start + 3]) << 2)
        if first & 0x20:
            end -= buffer[end - 1]
        if start > end:
            return IGNORE
        sequence = buffer[begin + 2] << 8 | buffer[begin + 3]
        stamp = buffer[begin + 4] << 24 | buffer[begin + 5] << 16 | buffer[begin + 6] << 8 | buffer[begin + 7]
        lost = 0
        if sequence != self._expected:
            lost = self._gap(sequence, stamp)
            if lost < 0:
                return IGNORE
        self._expected = (sequence + 1) & 0xFFFF
        if stamp != self._last:
            step = (stamp - self._last) & 0xFFFFFFFF
            self.time += step if step < 0x80000000 else step - 0x100000000
            self._last = stamp
        self.begin, self.end, self.marker = start, end, second >= 0x80
        return lost

    def _gap(self, sequence: int, stamp: int) -> int:
        if self._expected < 0:
            self._last = self.time = stamp
            return 0
        ahead = (sequence - self._expected) & 0xFFFF
        if ahead < 0x8000:
            return ahead
        return IGNORE if 0x10000 - ahead <= MAX_MISORDER else SKIPPED_ON_RESTART


def says_goodbye(buffer: bytes | bytearray, begin: int, end: int) -> bool:
    """Whether an RTCP compound packet holds a BYE (RFC 3550 section 6.6)."""
    while end - begin >= 4:
        if buffer[begin] & 0xC0 != 0x80:
            return False
        if buffer[begin + 1] == 203:
            return True
        begin += 4 + ((buffer[begin + 2] << 8 | buffer[begin + 3]) << 2)
    return False
