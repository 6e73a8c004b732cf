"""A reel: an H.264 file, cut into packets and ready to be shown again and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.error import FFmpegError

from safecity.base import Unreadable
from safecity.simulator.rtsp.packets import Packed, pack


class BadReel(Unreadable):
    """The file holds no H.264 video that can be shown."""


@dataclass(frozen=True)
class Reel:
    """Pictures in order, at a steady rate. The first one is a keyframe."""

    sps: bytes
    pps: bytes
    fps: float
    pictures: tuple[Packed, ...]


def split_annex_b(data: bytes) -> Iterator[bytes]:
    """The NAL units of a byte stream (H.264, Annex B), without start codes and trailing zeros."""
    start = data.find(b"\x00\x00\x01")
    while start >= 0:
        end = data.find(b"\x00\x00\x01", start + 3)
        nal = data[start + 3 : end if end >= 0 else len(data)].rstrip(b"\x00")
        if nal:
            yield nal
        start = end


def split_lengths(data: bytes) -> Iterator[bytes]:
    """The NAL units of an MP4 sample with lengths of four bytes (ISO/IEC 14496-15, 5.3.3)."""
    at = 0
    while at + 4 <= len(data):
        end = at + 4 + int.from_bytes(data[at : at + 4], "big")
        if end > at + 4:
            yield data[at + 4 : end]
        at = end


def parameter_sets(extradata: bytes) -> tuple[bytes, bytes]:
    """The first SPS and PPS of an avcC box or an Annex B header. Raises BadReel."""
    if extradata[:1] == b"\x01" and len(extradata) > 8:
        size = int.from_bytes(extradata[6:8], "big")
        at = 8 + size + 3
        sps, pps = extradata[8 : 8 + size], extradata[at : at + int.from_bytes(extradata[at - 2 : at], "big")]
    else:
        units = list(split_annex_b(extradata))
        sps = next((unit for unit in units if unit[0] & 0x1F == 7), b"")
        pps = next((unit for unit in units if unit[0] & 0x1F == 8), b"")
    if not (sps and pps):
        raise BadReel("The video's parameter sets are missing.")
    return sps, pps


def load_reel(path: Path) -> Reel:
    """Reads an MP4 or raw H.264 file. Raises BadReel."""
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            sps, pps = parameter_sets(stream.codec_context.extradata or b"")
            split = split_lengths if (stream.codec_context.extradata or b"")[:1] == b"\x01" else split_annex_b
            pictures = [
                _picture([sps, pps], list(split(bytes(packet))), is_key=packet.is_keyframe)
                for packet in container.demux(stream)
                if packet.size
            ]
            fps = float(stream.average_rate or 25)
    except (FFmpegError, IndexError) as error:
        raise BadReel(f"{path.name} is no video file with H.264.") from error
    if not pictures or not pictures[0].is_key:
        raise BadReel(f"{path.name} does not begin with a keyframe.")
    return Reel(sps, pps, fps, tuple(pictures))


def _picture(sets: list[bytes], nals: list[bytes], *, is_key: bool) -> Packed:
    kept = [nal for nal in nals if nal[0] & 0x1F not in (6, 7, 8, 9)]  # no SEI, no delimiters
    return pack([*sets, *kept] if is_key else kept, is_key=is_key)
