"""Reads the picture's size out of an H.264 sequence parameter set (ITU-T H.264 sections 7.3.2.1.1 and 7.4.2.1.1)."""

from __future__ import annotations

from dataclasses import dataclass

MAX_SIDE = 16_384

# Profiles whose sets say more of the picture's colours.
_HIGH = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244})


class BadSps(ValueError):
    """The bytes are no sequence parameter set that we can use."""


@dataclass(frozen=True)
class PictureSize:
    """Width and height in pixels, as shown (after cropping)."""

    width: int
    height: int


class _Bits:
    """Bits from the front, without the bytes that guard against start codes (H.264 section 7.4.1)."""

    def __init__(self, data: bytes) -> None:
        plain = data.replace(b"\0\0\3", b"\0\0")
        self._value = int.from_bytes(plain, "big")
        self._left = len(plain) * 8

    def take(self, count: int) -> int:
        """The next bits as a number."""
        if count > self._left:
            raise BadSps("it ends too early")
        self._left -= count
        return self._value >> self._left & ((1 << count) - 1)

    def ue(self) -> int:
        """An unsigned Exp-Golomb number (H.264 section 9.1)."""
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > 32:
                raise BadSps("a number in it is too large")
        return (1 << zeros) - 1 + self.take(zeros)

    def se(self) -> int:
        """A signed Exp-Golomb number."""
        code = self.ue()
        return (code + 1) // 2 if code & 1 else -(code // 2)


def picture_size(unit: bytes) -> PictureSize:
    """The size of the pictures that follow the parameter set `unit`. Raises BadSps, and nothing else."""
    if len(unit) < 4 or unit[0] & 0x1F != 7:
        raise BadSps("it is no sequence parameter set")
    bits = _Bits(unit[1:1024])
    profile = bits.take(8)
    bits.take(16)  # constraints, level
    bits.ue()  # id
    chroma = _read_chroma(bits) if profile in _HIGH else 1
    bits.ue()  # log2_max_frame_num_minus4
    _skip_order_count(bits)
    bits.ue()  # max_num_ref_frames
    bits.take(1)  # gaps_in_frame_num_value_allowed_flag
    columns, rows = bits.ue() + 1, bits.ue() + 1
    frames_only = bits.take(1)
    if not frames_only:
        bits.take(1)  # mb_adaptive_frame_field_flag
    bits.take(1)  # direct_8x8_inference_flag
    left = right = top = bottom = 0
    if bits.take(1):
        left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
    unit_x = 2 if chroma in {1, 2} else 1
    unit_y = (2 if chroma == 1 else 1) * (2 - frames_only)
    width = columns * 16 - unit_x * (left + right)
    height = rows * 16 * (2 - frames_only) - unit_y * (top + bottom)
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise BadSps(f"a picture of {width} by {height} pixels cannot be")
    return PictureSize(width, height)


def _read_chroma(bits: _Bits) -> int:
    chroma = bits.ue()
    if chroma == 3:
        bits.take(1)  # separate_colour_plane_flag
    bits.ue()  # bit depths
    bits.ue()
    bits.take(1)  # qpprime_y_zero_transform_bypass_flag
    if bits.take(1):
        for place in range(12 if chroma == 3 else 8):
            if bits.take(1):
                _skip_scaling_list(bits, 16 if place < 6 else 64)
    return chroma


def _skip_scaling_list(bits: _Bits, count: int) -> None:
    last = following = 8
    for _ in range(count):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _skip_order_count(bits: _Bits) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()  # log2_max_pic_order_cnt_lsb_minus4
    elif kind == 1:
        bits.take(1)
        bits.se()
        bits.se()
        count = bits.ue()
        if count > 255:
            raise BadSps("it has too many reference frames")
        for _ in range(count):
            bits.se()
    elif kind > 2:
        raise BadSps("its picture order is unknown")
