"""H.265 out of RTP payloads (RFC 7798: single NAL unit, AP, FU; with DONL where sprop-max-don-diff says so)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from safecity.adapters.devices.rtsp.assemble import Assembler
from safecity.adapters.devices.rtsp.bits import Bits
from safecity.adapters.devices.rtsp.rtcp import CameraClock
from safecity.adapters.devices.rtsp.sps265 import MOST_SETS, read_sps
from safecity.cameras import AudioTrack, Codec, Sink

VPS, SPS, PPS = 32, 33, 34
AP, FU, PACI = 48, 49, 50
CRA = 21
MOST_PPS = 64  # section 7.4.3.3.1
_FIRST_IRAP, _LAST_IRAP = 16, 23  # BLA, IDR, CRA, and two that are reserved (H.265 table 7-1)
_BLA = frozenset({16, 17, 18})
_RASL = frozenset({8, 9})
# What belongs to a picture besides its slices (0 to 31): the end of a sequence and supplemental information.
_KEPT = frozenset({36, 39, 40})


class H265Assembler(Assembler):
    """Pictures of H.265. A keyframe is an IRAP picture (H.265 section 3.69).

    RASL pictures after a CRA with which we begin, or after a BLA, refer to pictures that nobody has (section 8.1.3):
    they are left out.
    """

    __slots__ = ("_don", "_skip_rasl")
    codec = Codec.H265

    def __init__(
        self,
        sink: Sink,
        now_ms: Callable[[], int],
        *,
        clock_hz: int,
        parameter_sets: Iterable[bytes] = (),
        camera: CameraClock | None = None,
        audio: AudioTrack | None = None,
        has_don: bool = False,
    ) -> None:
        """`has_don` says that payloads carry decoding order numbers (sprop-max-don-diff > 0)."""
        self._don = 2 if has_don else 0
        self._skip_rasl = True
        super().__init__(
            sink, now_ms, clock_hz=clock_hz, parameter_sets=parameter_sets, camera=camera, audio=audio
        )

    def take(self, buffer: bytes | bytearray, begin: int, end: int, time: int, marker: bool) -> None:
        """As `Assembler.take`."""
        if time != self._time:
            self._begin(time)
        if begin + 2 < end:
            kind = buffer[begin] >> 1 & 0x3F
            don = self._don
            if kind == FU:
                self._take_fragment(buffer, begin, end)
            elif kind == AP:
                self._take_several(buffer, begin + 2 + don, end, skip=don >> 1)
            elif kind < AP:
                start = begin + 2 + don
                if start < end:
                    self.take_unit(bytes(buffer[begin : begin + 2]) + buffer[start:end])
            elif kind == PACI:
                self._take_extended(buffer, begin, end, time)
        if marker:
            self._finish()

    def take_unit(self, unit: bytes) -> None:
        """As `Assembler.take_unit`."""
        if (
            len(unit) < 2 or unit[0] & 1 or unit[1] & 0xF8
        ):  # of another layer: 3D, or several sizes in one stream
            return
        kind = unit[0] >> 1
        if kind < VPS:
            is_key = _FIRST_IRAP <= kind <= _LAST_IRAP
            if is_key:
                self._skip_rasl = self._waiting or self._hurt or kind in _BLA
            elif kind in _RASL and self._skip_rasl:
                return
            self._keep(unit, is_slice=True, is_key=is_key)
        elif kind in _KEPT:
            self._keep(unit, is_slice=False, is_key=False)
        else:
            self.take_set(unit)

    def _take_fragment(self, buffer: bytes | bytearray, begin: int, end: int) -> None:
        """FU (RFC 7798 section 4.4.3)."""
        flags = buffer[begin + 2]
        start = begin + 3
        if flags & 0x80:
            kind, high, low = flags & 0x3F, buffer[begin], buffer[begin + 1]
            header = bytes((high & 0x81 | kind << 1, low))
            self._open_unit(header, bytes((high, low, kind)))
            start += self._don
        elif not self.middle:
            self._orphan()
            return
        if start < end:
            self._add_piece(buffer[start:end], is_last=flags & 0x40 > 0)

    def _take_extended(self, buffer: bytes | bytearray, begin: int, end: int, time: int) -> None:
        """PACI (RFC 7798 section 4.4.4): the payload within, without the extension."""
        if begin + 4 >= end:
            return
        fields = buffer[begin + 2] << 8 | buffer[begin + 3]
        kind = fields >> 9 & 0x3F
        start = begin + 4 + (fields >> 4 & 0x1F)
        if kind < PACI and start < end:
            high = buffer[begin] & 0x01 | kind << 1 | fields >> 8 & 0x80
            inner = bytes((high, buffer[begin + 1])) + bytes(buffer[start:end])
            self.take(inner, 0, len(inner), time, marker=False)

    def _is_first(self, unit: bytes) -> bool | None:
        # first_slice_segment_in_pic_flag (section 7.3.6.1).
        return len(unit) > 2 and unit[2] & 0x80 > 0 if unit[0] >> 1 < VPS else None

    def _read_set(self, unit: bytes) -> bool:
        kind = unit[0] >> 1
        if kind == SPS:
            number, size = read_sps(unit)
            return self._keep_sps(number, unit, size, unit[2] >> 4)
        bits = Bits(unit, 2)
        if kind == VPS:
            return self._keep_vps(bits.take(4), unit)
        if kind != PPS:
            return False
        number, sps = bits.ue(), bits.ue()
        return number < MOST_PPS and sps < MOST_SETS and self._keep_pps(number, unit, sps)

    def _keep_vps(self, number: int, unit: bytes) -> bool:
        if self._vps.get(number) == unit:
            return False
        self._vps[number] = unit
        return True

    def _named_pps(self, picture: list[bytes]) -> int:
        bits = Bits(next(unit for unit in picture if unit[0] >> 1 < VPS)[:64], 2)
        bits.take(2)  # first_slice_segment_in_pic_flag, no_output_of_prior_pics_flag
        return bits.ue()
