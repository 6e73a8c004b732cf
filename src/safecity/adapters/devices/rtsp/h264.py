"""H.264 out of RTP payloads (RFC 6184, modes 0 and 1: single NAL unit, STAP-A, FU-A)."""

from __future__ import annotations

from safecity.adapters.devices.rtsp.assemble import Assembler
from safecity.adapters.devices.rtsp.bits import Bits
from safecity.adapters.devices.rtsp.sps import MOST_SETS, read_sps
from safecity.cameras import Codec

IDR, SPS, PPS = 5, 7, 8
STAP_A, FU_A = 24, 28
MOST_PPS = 256  # section 7.4.2.2
# What belongs to a picture: slices and supplemental information (H.264 table 7-1). Delimiters and filler do not.
_KEPT = frozenset({1, 2, 3, 4, IDR, 6})
_SLICES = frozenset({1, 2, 3, 4, IDR})


class H264Assembler(Assembler):
    """Pictures of H.264. A keyframe is an IDR picture."""

    __slots__ = ()
    codec = Codec.H264

    def take(self, buffer: bytes | bytearray, begin: int, end: int, time: int, marker: bool) -> None:
        """As `Assembler.take`."""
        if time != self._time:
            self._begin(time)
        if begin < end:
            kind = buffer[begin] & 0x1F
            if kind == FU_A:
                self._take_fragment(buffer, begin, end)
            elif kind == STAP_A:
                self._take_several(buffer, begin + 1, end)
            elif 0 < kind < STAP_A:
                self.take_unit(bytes(buffer[begin:end]))
            else:  # interleaved mode, which we never agreed to
                self.spoil()
        if marker:
            self._finish()

    def take_unit(self, unit: bytes) -> None:
        """As `Assembler.take_unit`."""
        kind = unit[0] & 0x1F
        if kind in _KEPT:
            self._keep(unit, is_slice=kind in _SLICES, is_key=kind == IDR)
        else:
            self.take_set(unit)

    def _take_fragment(self, buffer: bytes | bytearray, begin: int, end: int) -> None:
        """FU-A (RFC 6184 section 5.8)."""
        if end - begin < 3:
            return
        indicator, flags = buffer[begin], buffer[begin + 1]
        if flags & 0x80:
            kind = flags & 0x1F
            self._open_unit(bytes((indicator & 0xE0 | kind,)), bytes((indicator, kind)))
        elif not self.middle:
            self._orphan()
            return
        self._add_piece(buffer[begin + 2 : end], is_last=flags & 0x40 > 0)

    def _is_first(self, unit: bytes) -> bool | None:
        # first_mb_in_slice is 0, which is a single bit (section 7.3.3).
        return len(unit) > 1 and unit[1] & 0x80 > 0 if unit[0] & 0x1F in _SLICES else None

    def _read_set(self, unit: bytes) -> bool:
        kind = unit[0] & 0x1F
        if kind == SPS:
            number, size = read_sps(unit)
            return self._keep_sps(number, unit, size)
        if kind != PPS:
            return False
        bits = Bits(unit, 1)
        number, sps = bits.ue(), bits.ue()
        return number < MOST_PPS and sps < MOST_SETS and self._keep_pps(number, unit, sps)

    def _named_pps(self, picture: list[bytes]) -> int:
        bits = Bits(next(unit for unit in picture if unit[0] & 0x1F in _SLICES)[:64], 1)
        bits.ue()  # first_mb_in_slice
        bits.ue()  # slice_type
        return bits.ue()
