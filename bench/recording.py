"""What recording costs: CPU and memory a stream, beside `ffmpeg -c copy`, one process a camera, in the same run.

Source: GStreamer's RTSP server playing 720p at 15 pictures a second, 2 Mbit/s, a keyframe every 2 s. CPU is read from
/proc/PID/task/*/schedstat of the recorder (or of all ffmpegs), the server's is not counted. Memory is what the recorder
grew by, from no camera to all, by stream. Both write to the same disk.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from _report import Measure, arguments, report

ROOT = Path(__file__).parents[1]
CAMERA = ROOT / "tests" / "fakes" / "gst_camera.py"
FPS, GROUP = 15, 30


def make_clip(folder: Path, seconds: int) -> Path:
    """A street of noise and moving boxes, at 2 Mbit/s."""
    file = folder / "clip.h264"
    scene = f"testsrc2=s=1280x720:r={FPS}:d={seconds},gblur=sigma=2,noise=alls=9:allf=t,format=yuv420p"
    subprocess.run(
        ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", scene, "-c:v", "libx264", "-preset", "ultrafast",
         "-profile:v", "main", "-bf", "0", "-g", str(GROUP), "-keyint_min", str(GROUP), "-sc_threshold", "0",
         "-b:v", "2000k", "-minrate", "1900k", "-maxrate", "2100k", "-bufsize", "2000k",
         "-x264-params", "slices=1", "-f", "h264", str(file)],
        check=True,
    )  # fmt: skip
    return file


@contextmanager
def cameras(clip: Path, count: int) -> Generator[str]:
    """Yields the address of the first; the others are /cam1, /cam2 …"""
    process = subprocess.Popen(
        ["/usr/bin/python3", str(CAMERA), str(clip), "--mounts", str(count), "--groups", "4", "--fps", str(FPS)],
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line.startswith("serving "):
            raise SystemExit(
                "GStreamer's RTSP server did not start; see tests/fakes/gst_camera.py for what it needs."
            )
        yield line.split()[1].removesuffix("0")
    finally:
        process.terminate()
        process.wait()


def cpu_s(pids: list[int]) -> float:
    """CPU seconds that all threads of these processes have had."""
    tasks = (task for pid in pids for task in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9


def rss_mb(pids: list[int]) -> float:
    """Resident memory of these processes."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * 4096 / 1e6


def bytes_in(folder: Path) -> int:
    """What lies below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*.mp4"))


def measure(pids: list[int], folder: Path, count: int, seconds: float) -> tuple[float, float, float]:
    """CPU ms a stream-second, MB resident, and Mbit/s a stream on disk, over a while in which all streams run."""
    begun, cpu, size = time.monotonic(), cpu_s(pids), bytes_in(folder)
    time.sleep(seconds)
    took = time.monotonic() - begun
    spent = cpu_s(pids) - cpu
    written = bytes_in(folder) - size
    return spent * 1000 / took / count, rss_mb(pids), written * 8 / 1e6 / took / count


def wait_for(folder: Path, count: int, limit_s: float = 25) -> None:
    """Until every camera has a file that grows."""
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        if sum(file.stat().st_size > 50_000 for file in folder.rglob("*.mp4")) >= count:
            return
        time.sleep(0.2)
    raise SystemExit(f"Not all of the {count} streams began within {limit_s:.0f} s.")


def ours(base: str, count: int, folder: Path, seconds: float) -> tuple[float, float, float]:
    """Our recorder: one process for all cameras. The second figure is MB a stream."""
    import msgspec

    from safecity.footage import PlannedCamera, RecorderPlan
    from safecity.footage.durable import write_durably
    from safecity.footage.plan import plan_file

    process = subprocess.Popen([sys.executable, __file__, "--child", str(folder)])
    try:
        while not (folder / "footage" / "storage.id").exists():
            time.sleep(0.1)
        time.sleep(0.5)
        before_mb = rss_mb([process.pid])
        every = tuple(PlannedCamera(id=f"camera-{n}", url=f"{base}{n}") for n in range(count))
        write_durably(plan_file(folder, 0), msgspec.json.encode(RecorderPlan(cameras=every)))
        wait_for(folder / "footage", count)
        cost, after_mb, rate = measure([process.pid], folder / "footage", count, seconds)
        return cost, (after_mb - before_mb) / count, rate
    finally:
        process.terminate()
        process.wait()


def child(folder: Path) -> None:
    """The recorder's process, as `safecity recorder` runs it."""
    import signal

    import uvloop

    from safecity.adapters.devices.rtsp import RtspWire
    from safecity.adapters.stores.footage_index import FootageIndex
    from safecity.base import RealClock
    from safecity.footage.recorder import Recorder

    async def run() -> None:
        clock = RealClock()
        index = FootageIndex(folder / "index" / "recorder-0.db", writable=True)
        wire = RtspWire(clock)
        recorder = Recorder(0, folder, index, lambda _: wire, clock, random.Random(0))
        task = asyncio.get_running_loop().create_task(recorder.run())
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        await asyncio.gather(task, return_exceptions=True)
        index.close()

    uvloop.run(run())


def theirs(base: str, count: int, folder: Path, seconds: float) -> tuple[float, float, float]:
    """The peer: `ffmpeg -c copy`, one process a camera, fragmented MP4 by keyframe as ours."""
    processes: list[subprocess.Popen[bytes]] = []
    try:
        for number in range(count):
            command = (
                f"ffmpeg -nostdin -v quiet -rtsp_transport tcp -i {base}{number} -c copy -f mp4 "
                f"-movflags frag_keyframe+empty_moov+default_base_moof -flush_packets 1 {folder}/{number}.mp4"
            )
            processes.append(subprocess.Popen(command.split()))
        wait_for(folder, count)
        pids = [process.pid for process in processes]
        cost, size_mb, rate = measure(pids, folder, count, seconds)
        return cost, size_mb / count, rate
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def main() -> int:
    """Measures both, one after the other."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--streams", type=int, help="cameras (16 if quick, else 32)")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child)
        return 0
    count = options.streams or (16 if options.quick else 32)
    seconds = 6.0 if options.quick else 20.0
    with tempfile.TemporaryDirectory(prefix="bench-recording-", dir="/tmp") as name:
        folder = Path(name)
        for each in ("ours", "theirs"):
            (folder / each).mkdir()
        clip = make_clip(folder, 6 if options.quick else 20)
        with cameras(clip, count) as base:
            our_cost, our_mb, our_rate = ours(base, count, folder / "ours", seconds)
            their_cost, their_mb, their_rate = theirs(base, count, folder / "theirs", seconds)
    peer = "ffmpeg -c copy"
    measures = [
        Measure(name="streams a core", figure=1000 / our_cost, unit="streams", target=300,
                peer=1000 / their_cost, peer_name=peer),
        Measure(name="memory a stream", figure=our_mb, unit="MB", target=2, less_is_better=True,
                peer=their_mb, peer_name=peer),
        Measure(name="written a stream", figure=our_rate / their_rate, unit="of the peer's bytes", target=0.8),
    ]  # fmt: skip
    notes = [
        f"{count} streams, {our_cost:.2f} ms of CPU a stream-second (peer {their_cost:.2f}), "
        f"{our_rate:.2f} Mbit/s a stream on disk (peer {their_rate:.2f})."
    ]
    return report("recording", measures, as_json=options.json, notes=notes)


if __name__ == "__main__":
    sys.exit(main())
