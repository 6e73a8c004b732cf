"""Reads the picture's size out of an H.265 sequence parameter set (ITU-T H.265 sections 7.3.2.2.1 and 7.3.3)."""

from __future__ import annotations

from safecity.adapters.devices.rtsp.bits import BadSet, Bits, PictureSize

MOST_SETS = 16  # sequence parameter sets of one stream (section 7.4.3.2.1)

# SubWidthC and SubHeightC by chroma_format_idc (table 6-1).
_UNITS = {0: (1, 1), 1: (2, 2), 2: (2, 1), 3: (1, 1)}


def read_sps(unit: bytes) -> tuple[int, PictureSize]:
    """The id of the parameter set `unit`, and the size of its pictures. Raises BadSet, and nothing else."""
    if len(unit) < 4 or unit[0] >> 1 & 0x3F != 33:
        raise BadSet("it is no sequence parameter set")
    bits = Bits(unit, 2)
    bits.take(4)  # sps_video_parameter_set_id
    sub_layers = bits.take(3)  # less one
    if sub_layers > 6:
        raise BadSet("it has too many layers")
    bits.take(1)  # sps_temporal_id_nesting_flag
    _skip_profile(bits, sub_layers)
    number = bits.ue()
    if number >= MOST_SETS:
        raise BadSet("its number is too large")
    chroma = bits.ue()
    if chroma not in _UNITS:
        raise BadSet("its colours are unknown")
    if chroma == 3:
        bits.take(1)  # separate_colour_plane_flag
    width, height = bits.ue(), bits.ue()
    if bits.take(1):  # the conformance window: what is cut off at each side
        unit_x, unit_y = _UNITS[chroma]
        width -= unit_x * (bits.ue() + bits.ue())
        height -= unit_y * (bits.ue() + bits.ue())
    if bits.ue() > 8 or bits.ue() > 8:  # bit_depth_luma_minus8, bit_depth_chroma_minus8
        raise BadSet("its colours are too deep")
    return number, PictureSize(width, height)


def _skip_profile(bits: Bits, sub_layers: int) -> None:
    """profile_tier_level (section 7.3.3)."""
    bits.take(88)  # profile space, tier, profile, compatibility and constraint flags
    bits.take(8)  # general_level_idc
    there = [(bits.take(1), bits.take(1)) for _ in range(sub_layers)]
    if sub_layers:
        bits.take(2 * (8 - sub_layers))
    for has_profile, has_level in there:
        bits.take(88 * has_profile + 8 * has_level)
