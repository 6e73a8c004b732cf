"""Real H.265 and real sound, made by Debian's ffmpeg, as a wire would pass them on."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

from fakes.stream import START_MS
from safecity.cameras import AudioCodec, AudioTrack, Codec, Picture, Sound, Track

AAC = AudioTrack(AudioCodec.AAC, 16_000, 1, bytes.fromhex("1408"))
ALAW = AudioTrack(AudioCodec.PCMA, 8_000, 1)


@cache
def hevc_units(folder: Path, seconds: int = 4, fps: int = 15, group: int = 15) -> tuple[Track, list[bytes]]:
    """An H.265 stream of testsrc2: its track, and the one slice of each picture, in decoding order."""
    file = folder / f"clip-{seconds}-{fps}-{group}.h265"
    settings = (
        f"log-level=error:keyint={group}:min-keyint={group}:scenecut=0:bframes=0:open-gop=0:info=0:pools=1"
    )
    command = (
        f"ffmpeg -v error -y -f lavfi -i testsrc2=s=320x180:r={fps} -t {seconds} -pix_fmt yuv420p -c:v libx265 "
        f"-preset ultrafast -x265-params {settings} -f hevc {file}"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    nals = [piece.rstrip(b"\0") for piece in file.read_bytes().split(b"\0\0\1")[1:]]
    sets = {kind(nal): nal for nal in nals if 32 <= kind(nal) <= 34}
    track = Track(Codec.H265, sets[33], (sets[34],), 320, 180, vps=sets[32])
    return track, [nal for nal in nals if kind(nal) < 32]


def kind(nal: bytes) -> int:
    """What an H.265 NAL unit is (7.3.1.2)."""
    return nal[0] >> 1 & 0x3F


def hevc_stream(
    folder: Path, *, seconds: int = 4, fps: int = 15, start_ms: int = START_MS
) -> tuple[Track, list[Picture]]:
    """The same as pictures: 16 to 21 are those that need no other."""
    track, units = hevc_units(folder, seconds, fps)
    return track, [
        Picture([nal], 16 <= kind(nal) <= 21, n * 90_000 // fps, start_ms + n * 1000 // fps, len(nal))
        for n, nal in enumerate(units)
    ]


@cache
def aac_frames(folder: Path, seconds: int = 4) -> list[bytes]:
    """Frames of a tone in AAC, 1024 samples each, without ADTS heads."""
    file = folder / f"tone-{seconds}.aac"
    command = (
        f"ffmpeg -v error -y -f lavfi -i sine=440:r={AAC.clock_hz} -t {seconds} -ac 1 -c:a aac -f adts {file}"
    )
    subprocess.run(command.split(), check=True)
    data, frames, at = file.read_bytes(), list[bytes](), 0
    while at < len(data):
        size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        frames.append(data[at + 7 : at + size])
        at += size
    return frames


def aac_sounds(
    folder: Path, *, seconds: int = 4, first_time: int = 777, start_ms: int = START_MS
) -> list[Sound]:
    """The tone as a wire would pass it on."""
    return [
        Sound(frame, first_time + n * 1024, 1024, start_ms + (n + 1) * 64)
        for n, frame in enumerate(aac_frames(folder, seconds))
    ]


def alaw_sounds(
    seconds: float, *, first_time: int = 777, start_ms: int = START_MS, step_ms: int = 20
) -> list[Sound]:
    """A square tone in A-law, `step_ms` a piece."""
    size = step_ms * 8
    tone = (b"\x9a" * 10 + b"\x1a" * 10) * (size // 20 + 1)
    return [
        Sound(tone[:size], first_time + n * size, size, start_ms + (n + 1) * step_ms)
        for n in range(int(seconds * 1000) // step_ms)
    ]
