"""A reel: an H.264 or H.265 file, cut into packets and ready to be shown again and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
from av.error import FFmpegError

from safecity.base import Unreadable
from safecity.simulator.rtsp.packets import H264, H265, Cutting, Packed, pack


class BadReel(Unreadable):
    """The file holds no H.264 or H.265 video that can be shown."""


@dataclass(frozen=True)
class Reel:
    """Pictures in order, at a steady rate. The first one is a keyframe."""

    sps: bytes
    pps: bytes
    fps: float
    pictures: tuple[Packed, ...]
    vps: bytes = b""  # H.265 has one, H.264 has none

    @property
    def codec(self) -> str:
        """As SDP names it."""
        return "H265" if self.vps else "H264"


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


def h265_sets(extradata: bytes) -> tuple[bytes, bytes, bytes]:
    """The first VPS, SPS and PPS of an hvcC box (ISO/IEC 14496-15, 8.3.3.1) or an Annex B header. Raises BadReel."""
    units = list(_hvcc_units(extradata) if extradata[:1] == b"\x01" else split_annex_b(extradata))
    found = [next((unit for unit in units if unit[0] >> 1 & 0x3F == kind), b"") for kind in (32, 33, 34)]
    if not all(found):
        raise BadReel("The video's parameter sets are missing.")
    return found[0], found[1], found[2]


def _hvcc_units(box: bytes) -> Iterator[bytes]:
    at = 23
    for _ in range(box[22] if len(box) > 22 else 0):
        count, at = int.from_bytes(box[at + 1 : at + 3], "big"), at + 3
        for _ in range(count):
            end = at + 2 + int.from_bytes(box[at : at + 2], "big")
            yield box[at + 2 : end]
            at = end


def load_reel(path: Path) -> Reel:
    """Reads an MP4 or raw file. Raises BadReel."""
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            extra = stream.codec_context.extradata or b""
            vps, cutting = b"", H264
            if stream.codec_context.name == "hevc":
                (vps, sps, pps), cutting = h265_sets(extra), H265
            else:
                sps, pps = parameter_sets(extra)
            sets = [each for each in (vps, sps, pps) if each]
            split = split_lengths if extra[:1] == b"\x01" else split_annex_b
            pictures = [
                _picture(sets, list(split(bytes(packet))), cutting, is_key=packet.is_keyframe)
                for packet in container.demux(stream)
                if packet.size
            ]
            fps = float(stream.average_rate or 25)
    except (FFmpegError, IndexError) as error:
        raise BadReel(f"{path.name} is no video file with H.264 or H.265.") from error
    if not pictures or not pictures[0].is_key:
        raise BadReel(f"{path.name} does not begin with a keyframe.")
    return Reel(sps, pps, fps, tuple(pictures), vps)


# Besides parameter sets, which are put in anew: SEI and delimiters.
_LEFT_OUT = {H264.body: frozenset({6, 9}), H265.body: frozenset({35, 39, 40})}


def _picture(sets: list[bytes], nals: list[bytes], cutting: Cutting, *, is_key: bool) -> Packed:
    out = cutting.sets | _LEFT_OUT[cutting.body]
    kept = [nal for nal in nals if cutting.kind(nal) not in out]
    return pack([*sets, *kept] if is_key else kept, is_key=is_key, cutting=cutting)
