"""Puts H.264 pictures together from RTP payloads (RFC 6184, modes 0 and 1: single NAL unit, STAP-A, FU-A).

This runs for each packet: a payload is copied once out of the receive buffer, and a unit that came in pieces once
more when it is joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from safecity.adapters.devices.rtsp.sps import BadSps, picture_size
from safecity.cameras import Codec, Picture, Sink, Track

MAX_PICTURE = 8 * 1024 * 1024

IDR, SPS, PPS = 5, 7, 8
STAP_A, FU_A = 24, 28
# What belongs to a picture: slices and supplemental information (H.264 table 7-1). Delimiters and filler do not.
_KEPT = frozenset({1, 2, 3, 4, IDR, 6})
_SLICES = frozenset({1, 2, 3, 4, IDR})


class Depacketiser:
    """Turns payloads into pictures, and tells `sink`.

    After a loss nothing is passed on until the next keyframe; nothing either before parameter sets are known.
    """

    __slots__ = (
        "_clock_hz", "_damaged", "_is_key", "_nals", "_now_ms", "_open", "_pieces", "_pps", "_sink", "_size",
        "_slices", "_sps", "_time", "_track_told", "_waiting", "pictures",
    )  # fmt: skip

    def __init__(
        self, sink: Sink, now_ms: Callable[[], int], *, clock_hz: int, parameter_sets: Iterable[bytes] = ()
    ) -> None:
        self._sink = sink
        self._now_ms = now_ms
        self._clock_hz = clock_hz
        self._sps = b""
        self._pps = b""
        self._track_told = False
        self._waiting = True  # for a keyframe
        self._damaged = False  # something of the picture at hand was lost
        self._open = False  # inside a unit that comes in pieces
        self._pieces: list[bytes] = []
        self._nals: list[bytes] = []
        self._size = 0
        self._slices = False
        self._is_key = False
        self._time = 0
        self.pictures = 0
        for unit in parameter_sets:
            if unit[0] & 0x1F in {SPS, PPS}:
                self._take_unit(unit)

    def lose(self, packets: int) -> None:
        """So many packets are missing before the next payload."""
        self._sink.on_loss(packets)
        self._waiting = self._damaged = True
        self._drop()

    def take(self, view: memoryview, begin: int, end: int, time: int, marker: bool) -> None:
        """A payload between `begin` and `end`, its unwrapped timestamp, and whether it ends a picture."""
        if time != self._time:
            if self._nals or self._open:  # the camera sets no marker, or its packet was lost
                self._finish()
            self._time = time
        if begin < end:
            kind = view[begin] & 0x1F
            if kind == FU_A:
                self._take_piece(view, begin, end)
            elif kind == STAP_A:
                self._take_several(view, begin + 1, end)
            elif 0 < kind < STAP_A:
                self._take_unit(bytes(view[begin:end]))
            else:  # interleaved mode, which we never agreed to
                self.lose(1)
        if marker:
            self._finish()

    def _take_piece(self, view: memoryview, begin: int, end: int) -> None:
        if end - begin < 3:
            return
        flags = view[begin + 1]
        if flags & 0x80:
            if self._open:
                self.lose(1)
            self._open = True
            self._pieces.append(bytes((view[begin] & 0xE0 | flags & 0x1F,)))
        elif not self._open:
            if not self._damaged:
                self.lose(1)
            return
        self._pieces.append(bytes(view[begin + 2 : end]))
        self._size += end - begin - 2
        if self._size > MAX_PICTURE:
            self.lose(1)
        elif flags & 0x40:
            unit = b"".join(self._pieces)
            self._pieces.clear()
            self._open = False
            self._size -= len(unit) - 1
            self._take_unit(unit)

    def _take_several(self, view: memoryview, begin: int, end: int) -> None:
        while begin + 2 < end:
            length = view[begin] << 8 | view[begin + 1]
            begin += 2
            if length == 0 or begin + length > end:
                self.lose(1)
                return
            self._take_unit(bytes(view[begin : begin + length]))
            begin += length

    def _take_unit(self, unit: bytes) -> None:
        kind = unit[0] & 0x1F
        if kind in _KEPT:
            self._nals.append(unit)
            self._size += len(unit)
            if kind in _SLICES:
                self._slices = True
                if kind == IDR:
                    self._is_key = True
            if self._size > MAX_PICTURE:
                self.lose(1)
        elif kind == SPS:
            if unit != self._sps and _is_usable(unit):
                self._sps, self._track_told = unit, False
        elif kind == PPS and unit != self._pps:
            self._pps, self._track_told = unit, False

    def _finish(self) -> None:
        """A picture is complete, or it was broken."""
        if self._open and not self._damaged:
            self.lose(1)
        if self._damaged:
            self._damaged = False
        elif self._slices:
            if self._is_key and self._waiting and self._sps and self._pps:
                self._waiting = False
            if not self._waiting:
                self._pass_on()
        elif not self._size:
            return
        self._drop()

    def _pass_on(self) -> None:
        if self._is_key and not self._track_told:
            size = picture_size(self._sps)
            self._track_told = True
            self._sink.on_track(
                Track(Codec.H264, self._sps, (self._pps,), size.width, size.height, self._clock_hz)
            )
        self.pictures += 1
        self._sink.on_picture(Picture(self._nals, self._is_key, self._time, self._now_ms(), self._size))

    def _drop(self) -> None:
        self._nals = []
        self._size = 0
        self._slices = self._is_key = self._open = False
        if self._pieces:
            self._pieces.clear()


def _is_usable(sps: bytes) -> bool:
    try:
        picture_size(sps)
    except BadSps:
        return False
    return True
