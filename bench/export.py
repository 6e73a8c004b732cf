"""How fast several cameras' footage leaves as plain MP4, beside `ffmpeg -c copy` of the same files, in the same run.

Footage: 720p at 15 pictures a second, 2 Mbit/s, with AAC sound, in files of a minute as recorders write them. The
figure is recorded seconds of all cameras in one second of wall time, until the films are on the disk (fsync on both
sides; the page cache is as warm for both). The peer joins each camera's files with the concat demuxer, tables in front
(`-movflags +faststart`), one process a camera, all at once. Every film is probed: its length and its number of pictures
must be right.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _report import Measure, arguments, report
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.cameras import AudioCodec, AudioTrack, Codec, Track
from safecity.footage import (
    Archive,
    Film,
    Sample,
    Segment,
    SoundSample,
    export,
    fragment,
    init_segment,
)

FPS, GROUP = 15, 30
START_MS = 1_893_456_000_000
AAC = AudioTrack(AudioCodec.AAC, 16_000, 1, bytes.fromhex("1408"))


def make_clip(folder: Path, seconds: int) -> Path:
    """Noise and moving boxes, at 2 Mbit/s."""
    file = folder / "clip.h264"
    scene = f"testsrc2=s=1280x720:r={FPS}:d={seconds},noise=alls=9:allf=t,format=yuv420p"
    command = (
        f"ffmpeg -v error -y -f lavfi -i {scene} -c:v libx264 -preset ultrafast -profile:v main -bf 0 -g {GROUP} "
        f"-keyint_min {GROUP} -sc_threshold 0 -b:v 2000k -minrate 1900k -maxrate 2100k -bufsize 2000k "
        f"-x264-params slices=1 -f h264 {file}"
    )
    subprocess.run(command.split(), check=True)
    return file


def units(clip: Path) -> tuple[Track, list[bytes]]:
    """The clip's track, and the slice of each picture."""
    nals = [piece.rstrip(b"\0") for piece in clip.read_bytes().split(b"\0\0\1")[1:]]
    sets = {nal[0] & 31: nal for nal in nals if nal[0] & 31 in {7, 8}}
    track = Track(Codec.H264, sets[7], (sets[8],), 1280, 720, audio=AAC)
    return track, [nal for nal in nals if nal[0] & 31 in {1, 5}]


def tone(folder: Path, seconds: int) -> list[bytes]:
    """Frames of AAC, without ADTS heads."""
    file = folder / "tone.aac"
    command = f"ffmpeg -v error -y -f lavfi -i sine=440:r=16000 -t {seconds} -ac 1 -c:a aac -f adts {file}"
    subprocess.run(command.split(), check=True)
    data, frames, at = file.read_bytes(), list[bytes](), 0
    while at < len(data):
        size = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        frames.append(data[at + 7 : at + size])
        at += size
    return frames


def minute(track: Track, pictures: list[bytes], frames: list[bytes], start_ms: int) -> bytes:
    """A recorder's file of a minute, from a clip that is played again and again."""
    data, count, heard = init_segment(track), 0, 0
    for number in range(60 * FPS // GROUP):
        first = number * GROUP % len(pictures)
        group = [
            Sample([nal], 90_000 // FPS, n == 0) for n, nal in enumerate(pictures[first : first + GROUP])
        ]
        until = (number + 1) * GROUP * AAC.clock_hz // FPS
        sounds: list[SoundSample] = []
        while heard < until:
            sounds.append(SoundSample(frames[heard // 1024 % len(frames)], 1024, heard))
            heard += 1024
        wall_ms = start_ms + number * GROUP * 1000 // FPS
        data += fragment(
            number + 1, number * GROUP * 90_000 // FPS, group, wall_ms=wall_ms, received_ms=wall_ms,
            sounds=sounds, pictures_before=count,
        )  # fmt: skip
        count += len(group)
    return data


def record(data: Path, cameras: int, minutes: int, clip: Path) -> tuple[Archive, list[str]]:
    """Puts footage where recorders put it."""
    index = FootageIndex(data / "index" / "recorder-0.db", writable=True)
    track, pictures = units(clip)
    frames = tone(data, 10)
    names = [f"camera-{n}" for n in range(cameras)]
    for number in range(minutes):
        start_ms = START_MS + number * 60_000
        content = minute(track, pictures, frames, start_ms)
        for name in names:
            path = f"{name}/{number:04}.mp4"
            file = data / "footage" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            index.add_segment(
                Segment(camera=name, start_ms=start_ms, end_ms=start_ms + 60_000, path=path, bytes=len(content),
                        pictures=60 * FPS)
            )  # fmt: skip
    os.sync()
    return Archive(data, {"recorder-0": index}), names


def ours(archive: Archive, cameras: list[str], to_ms: int, into: Path) -> tuple[float, list[Film]]:
    """Seconds until the films are on the disk."""
    into.mkdir()
    begun = time.monotonic()
    films = asyncio.run(export(archive, cameras, START_MS, to_ms, into, progress=lambda _, __: None))
    return time.monotonic() - begun, films


def theirs(archive: Archive, cameras: list[str], into: Path) -> float:
    """The peer: ffmpeg copies each camera's files into one, all cameras at once."""
    into.mkdir()
    for name in cameras:
        files = sorted((archive.root / name).glob("*.mp4"))
        (into / f"{name}.txt").write_text("".join(f"file '{each}'\n" for each in files))
    begun = time.monotonic()
    running = [
        subprocess.Popen(
            ["ffmpeg", "-nostdin", "-v", "quiet", "-f", "concat", "-safe", "0", "-i", str(into / f"{name}.txt"),
             "-c", "copy", "-movflags", "+faststart", str(into / f"{name}.mp4")]
        )
        for name in cameras
    ]  # fmt: skip
    for each in running:
        if each.wait():
            raise SystemExit("The peer, ffmpeg, failed.")
    for name in cameras:
        fd = os.open(into / f"{name}.mp4", os.O_RDONLY)
        os.fsync(fd)
        os.close(fd)
    return time.monotonic() - begun


def right(film: Film, seconds: int) -> bool:
    """Whether ffprobe finds every picture and the whole length, without a complaint."""
    done = subprocess.run(
        ["ffprobe", "-v", "warning", "-count_packets", "-select_streams", "v", "-of", "csv=p=0",
         "-show_entries", "stream=nb_read_packets,duration", film.path],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode or done.stderr:
        return False
    length, packets = done.stdout.strip().split(",")
    return abs(float(length) - seconds) < 0.2 and int(packets) == seconds * FPS


def main() -> int:
    """Measures both, one after the other, and each film."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--cameras", type=int, default=4)
    parser.add_argument("--minutes", type=int, help="of each camera (5 if quick, else 15)")
    options = parser.parse_args()
    minutes = options.minutes or (5 if options.quick else 15)
    with tempfile.TemporaryDirectory(prefix="bench-export-", dir="/tmp") as name:
        folder = Path(name)
        clip = make_clip(folder, 10)
        archive, cameras = record(folder, options.cameras, minutes, clip)
        seconds = minutes * 60
        took, films = ours(archive, cameras, START_MS + seconds * 1000, folder / "ours")
        peer = theirs(archive, cameras, folder / "theirs")
        good = sum(right(film, seconds) for film in films)
        size = sum(film.bytes for film in films)
    recorded = seconds * len(cameras)
    measures = [
        Measure(name="export", figure=recorded / took, unit="x real time", target=20,
                peer=recorded / peer, peer_name="ffmpeg -c copy"),
        Measure(name="films that ffprobe finds right", figure=good, unit=f"of {len(cameras)}", target=len(cameras)),
    ]  # fmt: skip
    note = f"{len(cameras)} cameras, {minutes} minutes each, {size / 1e6:.0f} MB: {took:.2f} s, the peer {peer:.2f} s."
    return report("export", measures, as_json=options.json, notes=[note])


if __name__ == "__main__":
    sys.exit(main())
