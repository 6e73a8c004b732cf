"""What is lost when a recorder is killed without warning, and when its disk is full, again and again.

A fleet of pretended cameras (2 Mbit/s each, a keyframe every 2 s) is recorded by the program's own recorders, kept
alive as `safecity serve` keeps them. They are killed with SIGKILL at random moments; the index and every file are read
afterwards. What a camera lost is the time from the end of what was recorded before the kill to the kill. The peer is
`ffmpeg -c copy` into plain MP4, killed in the same way. The disk that fills is a small tmpfs, which takes root.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from _node import Process, camera_id, growing, plan_recorders, process, stop, wait_until, worker
from _report import Measure, arguments, report
from safecity.adapters.processes import Children
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import RealClock
from safecity.footage import Hold
from safecity.footage.durable import write_durably
from safecity.footage.mend import scan

GROUP_MS = 2000
# from a picture's being taken to its being received and dated, and from our clock to the kill
IN_FLIGHT_MS = 500
LIMIT_S = 30.0


@dataclass
class Lost:
    """What the kills came to."""

    groups: list[float] = field(default_factory=list[float])
    replaced_s: list[float] = field(default_factory=list[float])
    live_s: list[float] = field(default_factory=list[float])
    unplayable: int = 0
    rows_without_file: int = 0
    files: int = 0


def now_ms() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000


def newest_start(folder: Path) -> str:
    """The path of a camera's newest file, below its folder."""
    days = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    names = sorted(each.name for each in (folder / days[-1]).iterdir()) if days else []
    return f"{days[-1]}/{names[-1]}" if names else ""


async def kill_again_and_again(data: Path, urls: list[str], kills: int, chance: random.Random) -> Lost:
    """Kills the recorder, waits until every camera is recorded again, and so on."""
    lost, moments = Lost(), list[int]()
    logging.disable(logging.WARNING)  # that a recorder died is no news here
    children = Children(data / "run", RealClock())
    command = [sys.executable, "-m", "safecity", "recorder", "0", f"--parent={os.getpid()}", f"--data={data}"]
    children.start("recorder-0", command)
    footage, cameras = data / "footage", [camera_id(n) for n in range(1, len(urls) + 1)]
    pid_file = data / "run" / "recorder-0.pid"
    await until(lambda: growing(footage, len(urls)), "Not all cameras were recorded")
    for _ in range(kills):
        await asyncio.sleep(chance.uniform(0.5, 2.5 * GROUP_MS / 1000))
        before = {camera: newest_start(footage / camera) for camera in cameras}
        pid = int(pid_file.read_text())
        os.kill(pid, signal.SIGKILL)
        moments.append(now_ms())
        began = time.monotonic()
        await until(lambda pid=pid: int(pid_file.read_text() or pid) != pid, "No recorder came back")
        lost.replaced_s.append(time.monotonic() - began)
        await until(
            lambda seen=before: all(newest_start(footage / each) > seen[each] for each in cameras),
            "Not all cameras were recorded again",
        )
        lost.live_s.append(time.monotonic() - began)
    await asyncio.sleep(GROUP_MS / 1000)
    await children.close()
    judge(data, cameras, moments, lost)
    return lost


async def until(condition: Callable[[], bool], words: str) -> None:
    """Until something is so."""
    end = time.monotonic() + LIMIT_S
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"{words} within {LIMIT_S:.0f} s.")
        await asyncio.sleep(0.02)


def judge(data: Path, cameras: list[str], moments: list[int], lost: Lost) -> None:
    """Reads index and files."""
    index = FootageIndex(data / "index" / "recorder-0.db")
    for camera in cameras:
        rows = index.segments(camera, 0, 1 << 60)
        for moment in moments:
            ends = [each.end_ms for each in rows if each.start_ms < moment]
            lost.groups.append(max(0, moment - max(ends) - IN_FLIGHT_MS) / GROUP_MS if ends else 99.0)
        lost.rows_without_file += sum(not (data / "footage" / each.path).is_file() for each in rows)
    index.close()
    for file in (data / "footage").rglob("*.mp4"):
        found = scan(file)
        lost.files += 1
        lost.unplayable += found is None or found.good_bytes != found.bytes or not plays(file)


def plays(file: Path) -> bool:
    """Whether ffprobe reads it without a complaint."""
    done = subprocess.run(["ffprobe", "-v", "error", str(file)], capture_output=True, check=False)
    return done.returncode == 0 and not done.stderr


def theirs(folder: Path, urls: list[str]) -> float:
    """The share of ffmpeg's files that cannot be played after SIGKILL, in per cent."""
    folder.mkdir()
    started = [
        subprocess.Popen(
            f"ffmpeg -nostdin -v quiet -rtsp_transport tcp -i {url} -c copy {folder}/{number}.mp4".split()
        )
        for number, url in enumerate(urls)
    ]
    time.sleep(4)
    for each in started:
        each.kill()
        each.wait()
    files = list(folder.glob("*.mp4"))
    return 100 * sum(not plays(file) for file in files) / max(1, len(files))


@contextmanager
def small_disk(place: Path, megabytes: int) -> Generator[bool]:
    """Whether a tmpfs could be mounted."""
    place.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", str(place)]
    mounted = os.geteuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "-l", str(place)], check=False)


def fill_again_and_again(data: Path, urls: list[str], rounds: int) -> tuple[int, int, int] | None:
    """Rounds after which recording did not go on, held bytes lost, and bytes held; None without a small disk."""
    with small_disk(data / "footage", 40) as mounted:
        if not mounted:
            return None
        plan_recorders(data, urls)
        with worker("recorder", 0, data, "--segment-seconds", "4", "--free-gigabytes", "0") as recorder:
            wait_until(lambda: growing(data / "footage", len(urls)), "Not all cameras were recorded", LIMIT_S)
            time.sleep(5)
            held = hold_oldest(data)
            stops = sum(not survives(data, recorder) for _ in range(rounds))
            gone = sum(
                size for path, (size, seal) in held.items() if not is_same(data / "footage" / path, seal)
            )
            stop(recorder)
        return stops, gone, sum(size for size, _ in held.values())


def hold_oldest(data: Path) -> dict[str, tuple[int, str]]:
    """Holds each camera's oldest file; their sizes and digests."""
    index, held = FootageIndex(data / "index" / "recorder-0.db"), dict[str, tuple[int, str]]()
    for number, each in enumerate(camera for name in index.cameras() for camera in index.oldest_of(name, 1)):
        hold = Hold(id=f"hold-{number}", camera=each.camera, start_ms=each.start_ms, end_ms=each.end_ms)
        write_durably(data / "holds" / f"{hold.id}.json", msgspec.json.encode(hold))
        content = (data / "footage" / each.path).read_bytes()
        held[each.path] = len(content), hashlib.sha256(content).hexdigest()
    index.close()
    return held


def is_same(file: Path, seal: str) -> bool:
    """Whether a file is as it was."""
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == seal


def survives(data: Path, recorder: Process) -> bool:
    """Fills the disk to the last byte for a while, and sees whether recording goes on afterwards."""
    filler = data / "footage" / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 16))
        except OSError:
            time.sleep(1.0)
    filler.unlink()
    since_ms = now_ms()

    def goes_on() -> bool:
        index = FootageIndex(data / "index" / "recorder-0.db")
        newest = [index.newest(camera) for camera in index.cameras()]
        index.close()
        return all(each is not None and each.end_ms > since_ms for each in newest)

    end = time.monotonic() + LIMIT_S
    while time.monotonic() < end and recorder.poll() is None:
        if goes_on():
            return True
        time.sleep(0.1)
    return False


def main() -> int:
    """Kills, then fills."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--kills", type=int, help="how often (1 if quick, else 200)")
    parser.add_argument("--rounds", type=int, help="how often the disk fills (1 if quick, else 50)")
    parser.add_argument("--cameras", type=int, help="how many (4 if quick, else 8)")
    options = parser.parse_args()
    cameras = options.cameras or (4 if options.quick else 8)
    kills, rounds = (
        options.kills or (1 if options.quick else 200),
        options.rounds or (1 if options.quick else 50),
    )
    with tempfile.TemporaryDirectory(prefix="bench-crash-", dir="/tmp") as name:
        folder = Path(name)
        with process("fleet", "--cameras", str(cameras), "--json") as fleet:
            assert fleet.stdout is not None
            urls = json.loads(fleet.stdout.readline())["addresses"]
            plan_recorders(folder / "data", urls)
            lost = asyncio.run(kill_again_and_again(folder / "data", urls, kills, random.Random(5)))
            peer = theirs(folder / "theirs", urls[:4]) if shutil.which("ffmpeg") else None
            full = fill_again_and_again(folder / "full", urls, rounds)
    measures = [
        Measure(name="lost at a kill, at most", figure=max(lost.groups), unit="groups a camera", target=1.0,
                less_is_better=True),
        Measure(name="files that cannot be played", figure=100 * lost.unplayable / max(1, lost.files), unit="%",
                target=0, less_is_better=True, peer=peer, peer_name="ffmpeg -c copy to MP4"),
        Measure(name="rows without a file", figure=lost.rows_without_file, unit="rows", target=0,
                less_is_better=True),
        Measure(name="a recorder is replaced, at most", figure=max(lost.replaced_s), unit="s", target=3,
                less_is_better=True),
        Measure(name="its cameras are recorded again, at most", figure=max(lost.live_s), unit="s", target=10,
                less_is_better=True),
    ]  # fmt: skip
    notes = [f"{kills} kills, {cameras} cameras, {lost.files} files read whole."]
    if full is None:
        notes.append("The disk that fills was left out: only root may mount one.")
    else:
        stops, gone, held = full
        measures += [
            Measure(
                name="disk full: recording stopped", figure=stops, unit="times", target=0, less_is_better=True
            ),
            Measure(
                name="disk full: held bytes lost", figure=gone, unit="bytes", target=0, less_is_better=True
            ),
        ]
        notes.append(f"{rounds} times full, {held:,} bytes held.")
    return report("crash", measures, as_json=options.json, notes=notes)


if __name__ == "__main__":
    sys.exit(main())
