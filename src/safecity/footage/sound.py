"""Sound in MP4: sample entries for AAC (ISO/IEC 14496-14 section 6.7.2, `mp4a` with esds) and G.711 (`alaw`, `ulaw`,
as QuickTime has them and ffmpeg and VLC read them), and the line on which pieces of sound are laid. Pure.

Times are in ticks of the sound's own clock, wall times in milliseconds since 1970.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from safecity.base import Unreadable
from safecity.cameras import AudioCodec, AudioTrack, Sound
from safecity.footage.boxes import box, find, full

SILENCE = {AudioCodec.PCMA: b"\xd5", AudioCodec.PCMU: b"\xff"}
PARTED_S = 1  # the sound's clock and the times of receipt that part by more cannot both be right
LONGEST_FILL_S = 10
_ENTRIES = {AudioCodec.AAC: b"mp4a", AudioCodec.PCMA: b"alaw", AudioCodec.PCMU: b"ulaw"}
_CODECS = {entry: codec for codec, entry in _ENTRIES.items()}
_ENTRY_SIZE = 28


@dataclass(slots=True)
class SoundSample:
    """A piece of sound to be written: `time` is where it stands on the file's media timeline."""

    data: bytes
    duration: int
    time: int


class SoundLattice:
    """Lays pieces of sound end to end on a file's media timeline, beside its pictures.

    The sound's own clock is believed as long as it agrees with the times of receipt to within a second. What is lost
    is silence (G.711) or a longer last piece (AAC); what would overlap is left out.
    """

    def __init__(self, audio: AudioTrack, clock_hz: int) -> None:
        """`clock_hz` is the pictures' clock."""
        self._audio = audio
        self._clock_hz = clock_hz
        self._end = 0  # of what is laid, on the media timeline
        self._shift: int | None = None  # from the sound's clock to the media timeline

    def begin(self) -> None:
        """Another file begins: its media timeline starts at zero."""
        self._end, self._shift = 0, None

    def lay(self, sounds: Sequence[Sound], decode_time: int, received_ms: int) -> list[SoundSample]:
        """Places for the sounds that were heard during a group of pictures, whose first has these two times.

        What `fragment` takes as `sounds`: without holes inside, and never before the end of what was laid earlier.
        """
        hz = self._audio.clock_hz
        start = decode_time * hz // self._clock_hz
        heard = [each for each in sounds if each.duration > 0 and each.data]
        by_receipt = [start + (e.received_ms - received_ms) * hz // 1000 - e.duration - e.time for e in heard]
        if heard and (self._shift is None or self._has_parted(by_receipt)):
            self._shift = min(by_receipt)
        out: list[SoundSample] = []
        for each, place in zip(heard, by_receipt, strict=True):
            assert self._shift is not None
            if abs(each.time + self._shift - max(self._end, start)) > (LONGEST_FILL_S + PARTED_S) * hz:
                self._shift = place  # its clock jumped
            self._put(out, each, each.time + self._shift)
        return out

    def _has_parted(self, by_receipt: Sequence[int]) -> bool:
        assert self._shift is not None
        most = PARTED_S * self._audio.clock_hz
        return min(by_receipt) - self._shift > most or max(by_receipt) - self._shift < -most

    def _put(self, out: list[SoundSample], sound: Sound, time: int) -> None:
        if time < self._end - sound.duration // 2:
            return
        hole = max(0, time - self._end)
        if out and hole:
            silence = SILENCE.get(self._audio.codec)
            if silence is None:
                out[-1].duration += hole
            else:
                out.append(SoundSample(silence * hole * self._audio.channels, hole, self._end))
        out.append(SoundSample(sound.data, sound.duration, self._end + hole))
        self._end += hole + sound.duration


def sound_entry(audio: AudioTrack) -> bytes:
    """The sample entry of a sound track, for stsd."""
    rate = audio.clock_hz << 16 if audio.clock_hz < 1 << 16 else 0
    entry = struct.pack(">6xH8xHH4xI", 1, audio.channels, 16, rate)
    return box(_ENTRIES[audio.codec], entry, _esds(audio.config) if audio.codec is AudioCodec.AAC else b"")


def read_sound_entry(stsd: bytes, clock_hz: int) -> AudioTrack:
    """The sound track that stsd's content describes. Raises Unreadable."""
    codec = _CODECS.get(stsd[12:16])
    if codec is None or len(stsd) < 16 + _ENTRY_SIZE:
        raise Unreadable("This footage file carries a sound of another kind.")
    channels = int.from_bytes(stsd[32:34], "big")
    config = b""
    if codec is AudioCodec.AAC:
        config = _read_config(find(stsd, "esds", 16 + _ENTRY_SIZE, len(stsd)))
    return AudioTrack(codec, clock_hz, channels, config)


def sound_name(audio: AudioTrack) -> str:
    """The codec's name for players (RFC 6381 section 3.3), e.g. `mp4a.40.2`."""
    if audio.codec is not AudioCodec.AAC:
        return _ENTRIES[audio.codec].decode()
    kind = audio.config[0] >> 3 if audio.config else 2
    if kind == 31 and len(audio.config) > 1:
        kind = 32 + ((audio.config[0] & 7) << 3 | audio.config[1] >> 5)
    return f"mp4a.40.{kind}"


def _esds(config: bytes) -> bytes:
    """ISO/IEC 14496-1 section 7.2.6: an elementary stream of MPEG-4 audio, with its AudioSpecificConfig."""
    decoder = bytes([0x40, 0x15]) + bytes(11) + _descriptor(5, config)
    return full(b"esds", 0, 0, _descriptor(3, b"\0\2\0" + _descriptor(4, decoder) + _descriptor(6, b"\2")))


def _descriptor(tag: int, content: bytes) -> bytes:
    size = len(content)
    return (
        bytes([tag, 0x80 | size >> 21 & 127, 0x80 | size >> 14 & 127, 0x80 | size >> 7 & 127, size & 127])
        + content
    )


def _read_config(esds: bytes) -> bytes:
    """The AudioSpecificConfig in an esds that `_esds` wrote."""
    at = 4 + 5 + 3 + 5 + 13
    if esds[at : at + 4] != b"\5\x80\x80\x80" or len(esds) < at + 5 + esds[at + 4]:
        raise Unreadable("The sound in this footage file is described in another way than ours.")
    return esds[at + 5 : at + 5 + esds[at + 4]]
