"""Reads NAL units bit by bit (ITU-T H.264 and H.265 sections 7.2 and 9: Exp-Golomb numbers, emulation prevention)."""

from __future__ import annotations

from dataclasses import dataclass

MAX_SIDE = 16_384
MOST_BYTES = 1024  # no parameter set that we read says its size behind this


class BadSet(ValueError):
    """The bytes are no parameter set or slice that we can use."""


@dataclass(frozen=True)
class PictureSize:
    """Width and height in pixels, as shown (after cropping)."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if not (0 < self.width <= MAX_SIDE and 0 < self.height <= MAX_SIDE):
            raise BadSet(f"a picture of {self.width} by {self.height} pixels cannot be")


class Bits:
    """Bits from the front of a unit, without the bytes that guard against start codes (section 7.4.1)."""

    def __init__(self, unit: bytes, header: int) -> None:
        """`header` is how many bytes the NAL unit's header has."""
        plain = unit[header:MOST_BYTES].replace(b"\0\0\3", b"\0\0")
        self._value = int.from_bytes(plain, "big")
        self._left = len(plain) * 8

    def take(self, count: int) -> int:
        """The next bits as a number. Raises BadSet where there are not so many."""
        if count > self._left:
            raise BadSet("it ends too early")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def ue(self) -> int:
        """An unsigned Exp-Golomb number (section 9.1, 9.2 in H.265). Raises BadSet."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise BadSet("a number in it is too large")
        return (1 << zeros) - 1 + self.take(zeros)

    def se(self) -> int:
        """A signed Exp-Golomb number. Raises BadSet."""
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)
