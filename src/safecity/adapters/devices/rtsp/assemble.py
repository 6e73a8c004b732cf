"""Puts pictures together from RTP payloads: what H.264 (RFC 6184) and H.265 (RFC 7798) have in common.

`h264.py` and `h265.py` say how their payloads and NAL units look. This runs for each packet: a payload is copied once
out of the receive buffer, and a unit that came in pieces once more when it is joined.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from contextlib import suppress

from safecity.adapters.devices.rtsp.bits import BadSet, PictureSize
from safecity.adapters.devices.rtsp.rtcp import CameraClock
from safecity.cameras import AudioTrack, Codec, Picture, Sink, Track

MAX_PICTURE = 8 * 1024 * 1024
MAX_UNITS = 4096  # NAL units of one picture; H.264 level 6.2 allows 600 slices, H.265 likewise
MAX_SET = 4096  # bytes of a parameter set; real ones have less than 1,000


class Assembler(ABC):
    """Turns payloads into pictures, and tells `sink`.

    After a loss the broken picture is left out, and pictures are passed on as damaged until the next keyframe. Nothing
    is passed on before parameter sets are known, and after a loss in which they changed.
    `middle` is how each further payload begins while a unit comes in pieces, and empty otherwise: the lane
    (`lane.py`) then appends to `pieces` and counts `size` on its own.
    """

    codec: Codec
    __slots__ = (
        "_audio", "_camera", "_changed", "_clock_hz", "_damaged", "_doubted", "_gap", "_hurt", "_is_key", "_nals",
        "_now_ms", "_pps", "_sink", "_slices", "_sps", "_time", "_told", "_vps", "_waiting", "middle",
        "pictures", "pieces", "size",
    )  # fmt: skip

    def __init__(
        self,
        sink: Sink,
        now_ms: Callable[[], int],
        *,
        clock_hz: int,
        parameter_sets: Iterable[bytes] = (),
        camera: CameraClock | None = None,
        audio: AudioTrack | None = None,
    ) -> None:
        """`camera` tells the camera's own time of a picture; `audio` is what goes into the track beside it."""
        self._sink = sink
        self._now_ms = now_ms
        self._clock_hz = clock_hz
        self._camera = camera
        self._audio = audio
        self._told: Track | None = None
        self._vps: dict[int, bytes] = {}
        self._sps: dict[int, tuple[bytes, PictureSize, int]] = {}  # its VPS last
        self._pps: dict[int, tuple[bytes, int]] = {}  # and its SPS
        self._changed = False  # a parameter set is not what it was
        self._waiting = True  # for a keyframe
        self._damaged = False  # something of the picture at hand was lost
        self._doubted = False  # its first packets may be missing, or the last ones of the picture before
        self._hurt = False  # or of one before it, since its keyframe
        # packets are missing just before the next payload, perhaps the first of its picture
        self._gap = False
        self._nals: list[bytes] = []
        self._slices = False
        self._is_key = False
        self._time = 0
        self.middle = b""
        self.pieces: list[bytes | bytearray] = []
        self.size = 0
        self.pictures = 0
        for unit in parameter_sets:
            self.take_set(unit)

    @property
    def begun(self) -> bool:
        """Whether the sink knows the track."""
        return self._told is not None

    @abstractmethod
    def take(self, buffer: bytes | bytearray, begin: int, end: int, time: int, marker: bool) -> None:
        """A payload between `begin` and `end`, its unwrapped timestamp, and whether it ends a picture."""

    @abstractmethod
    def take_unit(self, unit: bytes) -> None:
        """A whole NAL unit of the picture at hand."""

    def take_set(self, unit: bytes) -> None:
        """A unit that may be a parameter set: it is kept if it is whole, anything else is left out."""
        if not 0 < len(unit) <= MAX_SET:
            return
        try:
            if self._read_set(unit):
                self._changed = True
        except BadSet:  # it may be whole when it comes again
            return

    @abstractmethod
    def _read_set(self, unit: bytes) -> bool:
        """Keeps a parameter set; whether it is not what it was. Raises BadSet."""

    @abstractmethod
    def _named_pps(self, picture: list[bytes]) -> int:
        """The picture parameter set that a keyframe's first slice names. Raises BadSet."""

    @abstractmethod
    def _is_first(self, unit: bytes) -> bool | None:
        """Whether a slice is the first of its picture; None for what is no slice."""

    def _has_first(self) -> bool:
        """Whether the picture at hand has its beginning."""
        return next((first for unit in self._nals if (first := self._is_first(unit)) is not None), False)

    def lose(self, packets: int) -> None:
        """So many packets are missing before the next payload."""
        self._sink.on_loss(packets)
        self._hurt = self._damaged = self._gap = True
        self._drop()

    def spoil(self) -> None:
        """The picture at hand is broken, or larger than any can be; the one after it may be whole."""
        self._sink.on_loss(1)
        self._hurt = self._damaged = True
        self._drop()

    def take_picture(self, units: Iterable[bytes], time: int) -> None:
        """All units of a picture at once, from a source without packets."""
        self._begin(time)
        for unit in units:
            if unit:
                self.take_unit(unit)
        self._finish()

    def _begin(self, time: int) -> None:
        """A payload of another time: the camera sets no marker, or its packet was lost."""
        if self._nals or self.middle:
            self._finish()
        else:  # what was broken belonged to the time before,
            self._damaged = False
        self._doubted = self._gap  # or to both
        self._gap = False
        self._time = time

    def _open_unit(self, header: bytes, middle: bytes) -> None:
        """A unit begins that comes in pieces."""
        if self.middle:
            self.spoil()
        self.middle = middle
        self.pieces.append(header)

    def _add_piece(self, piece: bytes | bytearray, is_last: bool) -> None:
        self.pieces.append(piece)
        self.size += len(piece)
        if self.size > MAX_PICTURE:
            self.spoil()
        elif is_last:
            unit = b"".join(self.pieces)
            self.size -= sum(map(len, self.pieces[1:]))
            self.pieces.clear()
            self.middle = b""
            self.take_unit(unit)

    def _orphan(self) -> None:
        """A piece came whose unit never began: lost, or we came in the middle of the very first picture."""
        if self._told is None:
            self._damaged = True
        elif not self._damaged:
            self.spoil()

    def _take_several(self, buffer: bytes | bytearray, begin: int, end: int, *, skip: int = 0) -> None:
        """Units behind lengths of 16 bits; `skip` bytes of decoding order stand before each but the first."""
        while begin + 2 < end:
            length = buffer[begin] << 8 | buffer[begin + 1]
            begin += 2
            if length == 0 or begin + length > end:
                self.spoil()
                return
            self.take_unit(bytes(buffer[begin : begin + length]))
            begin += length + skip

    def _keep(self, unit: bytes, *, is_slice: bool, is_key: bool) -> None:
        """The unit belongs to the picture."""
        self._nals.append(unit)
        self.size += len(unit)
        if is_slice:
            self._slices = True
            if is_key:
                self._is_key = True
        if self.size > MAX_PICTURE or len(self._nals) > MAX_UNITS:
            self.spoil()

    def _finish(self) -> None:
        """A picture is complete, or it was broken."""
        if self.middle and not self._damaged:
            self.spoil()
        doubted, self._doubted, self._gap = self._doubted, False, False
        if self._damaged or (doubted and (self._is_key or not self._has_first())):
            self._damaged = False
            self._waiting = self._waiting or self._changed
        elif self._slices:
            if self._is_key and (self._waiting or self._changed or len(self._sps) > 1):
                self._tell()
            if not self._waiting:
                self._pass_on()
        elif not self.size:
            return
        self._drop()

    def _keep_sps(self, number: int, unit: bytes, size: PictureSize, vps: int = 0) -> bool:
        if number in self._sps and self._sps[number][0] == unit:
            return False
        self._sps.pop(number, None)  # the newest stands last
        self._sps[number] = unit, size, vps
        return True

    def _keep_pps(self, number: int, unit: bytes, sps: int) -> bool:
        if number in self._pps and self._pps[number][0] == unit:
            return False
        self._pps[number] = unit, sps
        return True

    def _track(self) -> Track | None:
        """What the keyframe at hand is coded with; None while its parameter sets are not known."""
        if not (self._sps and self._pps and (self._vps or self.codec is Codec.H264)):
            return None
        sps = next(reversed(self._sps))
        if len(self._sps) > 1:
            with suppress(BadSet, KeyError):
                sps = self._pps[self._named_pps(self._nals)][1]
        unit, size, vps = self._sps.get(sps) or next(reversed(self._sps.values()))
        sets = sorted(self._pps.items())
        pps = tuple(each for _, (each, refers_to) in sets if refers_to == sps) or tuple(
            each for _, (each, _) in sets
        )
        return Track(
            self.codec, unit, pps, size.width, size.height, self._clock_hz,
            self._vps.get(vps) or next(iter(self._vps.values()), b""), self._audio,
        )  # fmt: skip

    def _tell(self) -> None:
        """At a keyframe: what the pictures are coded with from now on."""
        track = self._track()
        if track is None:
            return
        self._waiting = self._changed = False
        if track != self._told:
            self._told = track
            self._sink.on_track(track)

    def _pass_on(self) -> None:
        self.pictures += 1
        time = self._time
        camera_ms = self._camera.ms_at(time) if self._camera is not None else None
        hurt = self._hurt = self._hurt and not self._is_key
        self._sink.on_picture(
            Picture(self._nals, self._is_key, time, self._now_ms(), self.size, camera_ms, hurt)
        )

    def _drop(self) -> None:
        self._nals = []
        self.size = 0
        self._slices = self._is_key = False
        self.middle = b""
        if self.pieces:
            self.pieces.clear()
