"""How quickly an index is made anew from the files alone, beside `ffprobe`, which reads one file after the other.

Every file is a real segment as the recorder writes it, small: two groups of pictures. The files lie in the page cache,
as they have just been made; on a spinning disk each costs three seeks. ffprobe is asked for a few hundred of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _report import Measure, arguments, report

START_MS = 1_893_456_000_000
GROUP = 15  # pictures; two groups make a minute
TICKS = 30 * 90_000 // GROUP  # a picture lasts that long


def coded(folder: Path) -> tuple[bytes, bytes, list[bytes]]:
    """A short real stream: SPS, PPS, and the slices of one group of pictures."""
    file = folder / "clip.h264"
    subprocess.run(
        f"ffmpeg -v error -y -f lavfi -i testsrc2=s=64x36:r={GROUP} -t 1 -pix_fmt yuv420p -c:v libx264 -preset "
        f"ultrafast -profile:v main -bf 0 -g {GROUP} -x264-params slices=1 -f h264 {file}".split(),
        check=True,
    )
    nals = [piece.rstrip(b"\0") for piece in file.read_bytes().split(b"\0\0\1")[1:]]
    sets = {nal[0] & 31: nal for nal in nals}
    return sets[7], sets[8], [nal for nal in nals if nal[0] & 31 in {1, 5}]


def make_files(root: Path, cameras: int, each: int) -> None:
    """So many segments of a minute for each camera, as a recorder writes them."""
    from safecity.cameras import Codec, Track
    from safecity.footage import Sample, fragment, init_segment

    root.mkdir(parents=True)
    sps, pps, nals = coded(root.parent)
    init = init_segment(Track(Codec.H264, sps, (pps,), 64, 36))
    samples = [Sample([nal], TICKS, n == 0) for n, nal in enumerate(nals)]
    for number in range(each):
        start_ms = START_MS + number * 60_000
        moment = time.gmtime(start_ms // 1000)
        data = init + b"".join(
            fragment(
                part + 1, part * GROUP * TICKS, samples, wall_ms=start_ms + part * 30_000,
                received_ms=start_ms + part * 30_000, pictures_before=GROUP * part,
            )
            for part in range(2)
        )  # fmt: skip
        for camera in range(cameras):
            folder = root / f"camera-{camera:03d}" / time.strftime("%Y%m%d", moment)
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{time.strftime('%H%M%S', moment)}000.mp4").write_bytes(data)


def ours(folder: Path, root: Path) -> tuple[int, float]:
    """Segments, and seconds."""
    from safecity.adapters.stores.footage_index import FootageIndex
    from safecity.footage import rebuild

    index = FootageIndex(folder / "index" / "recorder-0.db", writable=True)
    began = time.perf_counter()
    found = rebuild(root, index, processes=os.cpu_count() or 1)
    took = time.perf_counter() - began
    index.close()
    return found.segments, took


def theirs(root: Path, count: int) -> float:
    """Files a second, by ffprobe, which is asked for what an index needs: start and length."""
    files = [file for _, file in zip(range(count), root.rglob("*.mp4"), strict=False)]
    began = time.perf_counter()
    for file in files:
        subprocess.run(
            ["ffprobe", "-v", "error", "-show_entries", "format=duration,start_time,size", str(file)],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
    return len(files) / (time.perf_counter() - began)


def main() -> int:
    """Makes the files, then measures both."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--segments", type=int, help="how many (40,000 if quick, else 200,000)")
    options = parser.parse_args()
    count = options.segments or (40_000 if options.quick else 200_000)
    cameras = 50
    with tempfile.TemporaryDirectory(prefix="bench-rebuild-", dir="/tmp") as name:
        folder = Path(name)
        root = folder / "footage"
        make_files(root, cameras, count // cameras)
        os.sync()  # what is still being written would be in the way
        segments, took = ours(folder, root)
        peer = theirs(root, 100 if options.quick else 400) if shutil.which("ffprobe") else None
    measures = [
        Measure(name="index from the files", figure=segments / took, unit="segments/s", target=20_000,
                peer=peer, peer_name="ffprobe a file"),
    ]  # fmt: skip
    notes = [f"{segments:,} segments of {cameras} cameras in {took:.1f} s, {os.cpu_count()} processes."]
    return report("rebuild", measures, as_json=options.json, notes=notes)


if __name__ == "__main__":
    sys.exit(main())
