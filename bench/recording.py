"""What recording costs: CPU and memory a stream, beside `ffmpeg -c copy`, one process a camera, in the same run.

Source: our own pretended cameras in a process of their own, which is not counted: 720p at 15 pictures a second, 2
Mbit/s, and 1080p at 25 and 4 Mbit/s, a keyframe every 2 s. CPU is read from /proc/PID/task/*/schedstat of the recorder
(or of all ffmpegs) while all streams run. Memory is what the recorder grew by, from no camera to all, by stream; of
ffmpeg it is all that its processes take. Both write to the same disk. Then the recorder and an eye that looks for
motion on keyframes, beside Debian's `motion`, which records the same stream and looks at every picture.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from _node import camera_id, growing, plan_recorders, process, wait_until, worker
from _processes import cpu_s, rss_mb
from _report import Measure, arguments, report
from safecity.detection.model import EyePlan, WatchedCamera
from safecity.detection.plan import eye_plan_file
from safecity.footage.durable import write_durably
from safecity.simulator.fleet import Look

MOST_MS = 3.3  # CPU a stream-second at 720p15, whatever the peer takes
PEER = "ffmpeg -c copy"
HD = Look(width=1280, height=720, fps=15, kbit_s=2000, seconds=4)
FULL_HD = Look(width=1920, height=1080, fps=25, kbit_s=4000, seconds=4)
MOTION = """
daemon off
setup_mode off
log_level 3
target_dir {folder}
webcontrol_port 0
stream_port 0
picture_output off
movie_output off
movie_passthrough on
"""
MOTION_CAMERA = """
camera_id {number}
netcam_url {url}
width {look.width}
height {look.height}
framerate {look.fps}
emulate_motion on
movie_output on
movie_passthrough on
movie_codec mp4
picture_output off
target_dir {folder}/{number}
"""


@dataclass(frozen=True)
class Cost:
    """A stream-second in ms of CPU, a stream's memory, and what of it came to the disk."""

    cpu_ms: float
    mb: float
    mbit_s: float

    @property
    def a_core(self) -> float:
        """How many streams one core has time for."""
        return 1000 / self.cpu_ms


@contextmanager
def cameras(look: Look, count: int) -> Generator[list[str]]:
    """Serves so many cameras in a process of its own; yields their addresses."""
    shown = json.dumps([look.width, look.height, look.fps, look.kbit_s])
    with process(__file__, "--serve", str(count), "--look", shown, module="") as serving:
        assert serving.stdout is not None
        yield json.loads(serving.stdout.readline())


async def serve(count: int, look: Look) -> None:
    """The cameras' process."""
    from safecity.base import RealClock
    from safecity.simulator.fleet import FleetCamera, Reels, serve_fleet
    from safecity.simulator.fleet.reels import make_reel

    reel = make_reel(look, 1)
    planned = [FleetCamera(number=number) for number in range(1, count + 1)]
    async with serve_fleet(planned, Reels(reel, reel, reel, reel), RealClock()) as fleet:
        print(json.dumps(fleet.urls()), flush=True)
        await asyncio.Event().wait()


def bytes_in(folder: Path) -> int:
    """What lies below a folder, as far as the files can still be seen."""
    return sum(file.stat().st_size for file in folder.rglob("*.mp4") if file.is_file())


def learned(data: Path) -> int:
    """Of how many cameras an empty scene is known."""
    return len({file.parent.parent for file in (data / "plates").rglob("*.npz")})


def measure(pids: Sequence[int], folder: Path, count: int, seconds: float, idle_mb: float = 0.0) -> Cost:
    """What processes cost over a while in which all streams run."""
    begun, cpu, size = time.monotonic(), cpu_s(pids), bytes_in(folder)
    time.sleep(seconds)
    took = time.monotonic() - begun
    spent, written = cpu_s(pids) - cpu, bytes_in(folder) - size
    return Cost(
        spent * 1000 / took / count, (rss_mb(pids) - idle_mb) / count, written * 8 / 1e6 / took / count
    )


def ours(urls: Sequence[str], data: Path, seconds: float, *, looks: bool = False) -> Cost:
    """Our recorder, one process for all cameras; with `looks` an eye beside it, which looks for motion."""
    with ExitStack() as stack:
        workers = [stack.enter_context(worker("recorder", 0, data, "--recorders", "1"))]
        if looks:
            words = ("--eyes", "1", "--recorders", "1", "--learn-seconds", "6")
            workers.append(stack.enter_context(worker("eye", 0, data, *words)))
        pids = [each.pid for each in workers]
        idle_mb = rss_mb(pids)
        plan_recorders(data, urls)
        if looks:
            watched = tuple(WatchedCamera(id=camera_id(n), recorder=0) for n in range(1, len(urls) + 1))
            write_durably(eye_plan_file(data, 0), msgspec.json.encode(EyePlan(cameras=watched)))
        footage = data / "footage"
        wait_until(lambda: growing(footage, len(urls)), "Not all streams were recorded", 40)
        if looks:  # what an eye costs day in, day out: each empty scene is learned
            wait_until(lambda: learned(data) >= len(urls), "Not all empty scenes were learned", 90)
        time.sleep(2)
        return measure(pids, footage, len(urls), seconds, idle_mb)


def theirs(urls: Sequence[str], folder: Path, seconds: float) -> Cost:
    """The peer: `ffmpeg -c copy`, one process a camera, fragmented MP4 by keyframe as ours."""
    folder.mkdir()
    started: list[subprocess.Popen[bytes]] = []
    try:
        for number, url in enumerate(urls):
            command = (
                f"ffmpeg -nostdin -v quiet -rtsp_transport tcp -i {url} -c copy -f mp4 "
                f"-movflags frag_keyframe+empty_moov+default_base_moof -flush_packets 1 {folder}/{number}.mp4"
            )
            started.append(subprocess.Popen(command.split()))
        wait_until(lambda: growing(folder, len(urls)), "Not all ffmpegs recorded", 60)
        time.sleep(2)
        return measure([each.pid for each in started], folder, len(urls), seconds)
    finally:
        _kill(started)


def debians_motion(urls: Sequence[str], look: Look, folder: Path, seconds: float) -> Cost:
    """The peer: `motion`, one process, which records by passing on and looks at every picture."""
    folder.mkdir()
    lines = [MOTION.format(folder=folder)]
    for number, url in enumerate(urls, 1):
        file = folder / f"camera-{number}.conf"
        file.write_text(MOTION_CAMERA.format(number=number, url=url, look=look, folder=folder))
        lines.append(f"camera {file}")
    (folder / "motion.conf").write_text("\n".join(lines) + "\n")
    command = ["motion", "-n", "-c", str(folder / "motion.conf")]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: growing(folder, len(urls)), "motion did not record all streams", 40)
        time.sleep(2)
        return measure([started.pid], folder, len(urls), seconds)
    finally:
        _kill([started])


def _kill(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for each in processes:
        each.kill()
    for each in processes:
        each.wait()


def copying(urls: Sequence[str], look: Look, folder: Path, seconds: float) -> tuple[list[Measure], str]:
    """The recorder beside ffmpeg, at one size of picture."""
    name, count = f"{look.height}p{look.fps}", len(urls)
    mine = ours(urls, folder / f"ours-{name}", seconds)
    other = theirs(urls, folder / f"theirs-{name}", seconds)
    measures = [
        Measure(name=f"CPU a stream-second, {name}", figure=mine.cpu_ms, unit="ms",
                target=min(0.5 * other.cpu_ms, MOST_MS) if look is HD else 0.5 * other.cpu_ms,
                less_is_better=True, peer=other.cpu_ms, peer_name=PEER),
        Measure(name=f"memory a stream, {name}", figure=mine.mb, unit="MB", target=2, less_is_better=True,
                peer=other.mb, peer_name=PEER),
        Measure(name=f"written a stream, {name}", figure=mine.mbit_s / other.mbit_s, unit="of the peer's bytes",
                target=0.9),
    ]  # fmt: skip
    if look is HD:
        measures.insert(1, Measure(name=f"streams a core, {name}", figure=mine.a_core, unit="streams", target=300,
                                   peer=other.a_core, peer_name=PEER))  # fmt: skip
    words = (
        f"{name}: {count} streams of {look.kbit_s / 1000:g} Mbit/s, {mine.mbit_s:.2f} Mbit/s a stream on disk"
    )
    return (
        measures,
        f"{words} (peer {other.mbit_s:.2f}), {mine.a_core:.0f} streams a core (peer {other.a_core:.0f}).",
    )


def looking(urls: Sequence[str], peers: int, folder: Path, seconds: float) -> tuple[list[Measure], str]:
    """The recorder and an eye that looks for motion on keyframes, beside Debian's motion."""
    count = len(urls)
    mine = ours(urls, folder / "looking", seconds, looks=True)
    other = None
    if shutil.which("motion"):
        other = debians_motion(urls[:peers], HD, folder / "motion", seconds)
    measure = Measure(
        name="recorded and looked at, streams a core", figure=mine.a_core, unit="streams", target=80,
        peer=other.a_core if other else None, peer_name=f"motion, {peers} cameras",
    )  # fmt: skip
    if other is None:
        return [measure], "Debian's `motion` is not installed (apt-get install motion): no peer for looking."
    return [measure], (
        f"Looking: {count} streams, {mine.cpu_ms:.2f} ms a stream-second, keyframes only; motion {other.cpu_ms:.2f} ms "
        f"with {peers}, every picture, {other.mbit_s:.2f} Mbit/s a stream on disk."
    )


def main() -> int:
    """Measures all, one after the other."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--streams", type=int, help="cameras (16 if quick, else 64)")
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--look", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        width, height, fps, kbit_s = json.loads(options.look)
        asyncio.run(serve(options.serve, Look(width=width, height=height, fps=fps, kbit_s=kbit_s, seconds=4)))
        return 0
    count = options.streams or (16 if options.quick else 64)
    seconds = 4.0 if options.quick else 20.0
    measures: list[Measure] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-recording-", dir="/tmp") as name:
        folder = Path(name)
        with cameras(HD, count) as urls:
            parts = [copying(urls, HD, folder, seconds)]
            some = urls[: 8 if options.quick else 32]
            parts.append(looking(some, 2 if options.quick else 8, folder, seconds))
        if not options.quick:
            with cameras(FULL_HD, count // 2) as urls:
                parts.append(copying(urls, FULL_HD, folder, seconds))
    for found, words in parts:
        measures += found
        notes.append(words)
    if options.quick:
        notes.append("1080p25 is measured without --quick only.")
    return report("recording", measures, as_json=options.json, notes=notes)


if __name__ == "__main__":
    sys.exit(main())
