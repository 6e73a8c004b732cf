"""Reads the picture's size out of an H.264 sequence parameter set (ITU-T H.264 sections 7.3.2.1.1 and 7.4.2.1.1)."""

from __future__ import annotations

from safecity.adapters.devices.rtsp.bits import BadSet, Bits, PictureSize

MOST_SETS = 32  # sequence parameter sets of one stream (section 7.4.2.1.1)

# Profiles whose sets say more of the picture's colours.
_HIGH = frozenset({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 144, 244})


def read_sps(unit: bytes) -> tuple[int, PictureSize]:
    """The id of the parameter set `unit`, and the size of its pictures. Raises BadSet, and nothing else."""
    if len(unit) < 4 or unit[0] & 0x1F != 7:
        raise BadSet("it is no sequence parameter set")
    bits = Bits(unit, 1)
    profile = bits.take(8)
    bits.take(16)  # constraints, level
    number = bits.ue()
    if number >= MOST_SETS:
        raise BadSet("its number is too large")
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
    return number, PictureSize(width, height)


def _read_chroma(bits: Bits) -> int:
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


def _skip_scaling_list(bits: Bits, count: int) -> None:
    last = following = 8
    for _ in range(count):
        if following:
            following = (last + bits.se()) % 256
        last = following or last


def _skip_order_count(bits: Bits) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()  # log2_max_pic_order_cnt_lsb_minus4
    elif kind == 1:
        bits.take(1)
        bits.se()
        bits.se()
        count = bits.ue()
        if count > 255:
            raise BadSet("it has too many reference frames")
        for _ in range(count):
            bits.se()
    elif kind > 2:
        raise BadSet("its picture order is unknown")
