"""A voice: a tone as a camera's microphone sends it, coded once and sent again and again (RFC 3551, RFC 3640)."""

# PyAV's own types leave its packets open.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import av
import numpy as np

from safecity.simulator.rtsp.packets import Packed, frame

SOUND_TYPE = 97
SECONDS = 4
TONE_HZ = 440


class VoiceCodec(StrEnum):
    """How a microphone codes, by SDP's names."""

    AAC = "MPEG4-GENERIC"
    PCMA = "PCMA"
    PCMU = "PCMU"


_CODERS = {VoiceCodec.AAC: "aac", VoiceCodec.PCMA: "pcm_alaw", VoiceCodec.PCMU: "pcm_mulaw"}
_TYPES = {VoiceCodec.AAC: SOUND_TYPE, VoiceCodec.PCMA: 8, VoiceCodec.PCMU: 0}  # RFC 3551, table 4


@dataclass(frozen=True)
class Voice:
    """Packets of `samples` each, one channel. `config` is AAC's AudioSpecificConfig."""

    codec: VoiceCodec
    clock_hz: int
    samples: int
    packets: tuple[Packed, ...]
    config: bytes = b""

    @property
    def lines(self) -> tuple[str, ...]:
        """The track in a session description (RFC 3640, 4.1)."""
        kind = _TYPES[self.codec]
        first = f"m=audio 0 RTP/AVP {kind}"
        if self.codec is not VoiceCodec.AAC:
            return first, f"a=rtpmap:{kind} {self.codec}/{self.clock_hz}"
        return (
            first,
            f"a=rtpmap:{kind} {self.codec}/{self.clock_hz}/1",
            f"a=fmtp:{kind} streamtype=5;profile-level-id=1;mode=AAC-hbr;config={self.config.hex()};"
            "SizeLength=13;IndexLength=3;IndexDeltaLength=3",
        )


def make_voice(codec: VoiceCodec) -> Voice:
    """A tone of some seconds: AAC of 16 kHz, or G.711 in packets of 20 ms."""
    clock_hz = 16_000 if codec is VoiceCodec.AAC else 8_000
    moments = np.arange(SECONDS * clock_hz) / clock_hz
    tone = (np.sin(2 * np.pi * TONE_HZ * moments) * 8000).astype(np.int16)
    coder = av.CodecContext.create(_CODERS[codec], "w")
    assert isinstance(coder, av.AudioCodecContext)
    coder.sample_rate, coder.layout = clock_hz, "mono"
    coder.format = "fltp" if codec is VoiceCodec.AAC else "s16"
    step = 1024 if codec is VoiceCodec.AAC else clock_hz // 50
    if codec is VoiceCodec.AAC:
        coder.bit_rate = 32_000
    pieces: list[bytes] = []
    for at in range(0, len(tone) - step + 1, step):
        part = tone[at : at + step].reshape(1, -1)
        samples = (part / 32768).astype(np.float32) if codec is VoiceCodec.AAC else part
        sound = av.AudioFrame.from_ndarray(samples, format=coder.format.name, layout="mono")
        sound.sample_rate = clock_hz
        pieces += [bytes(packet) for packet in coder.encode(sound)]
    if codec is VoiceCodec.AAC:
        pieces = [_hbr(piece) for piece in pieces]
    packets = tuple(frame([piece], _TYPES[codec]) for piece in pieces)
    config = bytes(coder.extradata or b"") if codec is VoiceCodec.AAC else b""
    return Voice(codec, clock_hz, step, packets, config[:2])


def _hbr(unit: bytes) -> bytes:
    """One access unit behind its header (RFC 3640, 3.3.6): 13 bits of length, 3 of index."""
    return b"\x00\x10" + (len(unit) << 3).to_bytes(2, "big") + unit
