"""A node's own processes for a benchmark: started as `safecity serve` starts them, each with a plan in a file."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from safecity.footage import PlannedCamera, RecorderPlan
from safecity.footage.durable import write_durably
from safecity.footage.plan import plan_file, recorder_of

Process = subprocess.Popen[str]


def camera_id(number: int) -> str:
    """What the node calls the camera of this number, from 1."""
    return f"camera-{number:03}"


@contextmanager
def process(*words: str, module: str = "safecity") -> Generator[Process]:
    """One of the program's processes; its first lines can be read. It is killed in the end."""
    started = subprocess.Popen(
        [sys.executable, *(("-m", module) if module else ()), *words], text=True, stdout=subprocess.PIPE
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@contextmanager
def worker(kind: str, number: int, data: Path, *more: str) -> Generator[Process]:
    """A recorder or an eye, ready for its plan."""
    index = data / "index" / f"{kind}-{number}.db"
    own = str(os.getpid())
    with process(
        kind, str(number), "--parent", own, "--data", str(data), "--free-gigabytes", "1", *more
    ) as started:
        wait_until(index.exists, f"The {kind} did not start", 20)
        time.sleep(1)  # until what it has loaded is all there, so that growth can be measured
        yield started


def stop(*processes: Process) -> None:
    """Tells processes to end in order, and waits for it."""
    for each in processes:
        each.send_signal(signal.SIGTERM)
    for each in processes:
        each.wait(30)


def plan_recorders(data: Path, urls: Sequence[str], recorders: int = 1) -> None:
    """Tells recorders which cameras they have."""
    shares: list[list[PlannedCamera]] = [[] for _ in range(recorders)]
    for number, url in enumerate(urls, 1):
        camera = PlannedCamera(id=camera_id(number), url=url)
        shares[recorder_of(camera.id, recorders)].append(camera)
    for number, share in enumerate(shares):
        write_durably(plan_file(data, number), msgspec.json.encode(RecorderPlan(cameras=tuple(share))))


def wait_until(ready: Callable[[], bool], words: str, limit_s: float) -> None:
    """Until `ready()` is true. Ends the benchmark with these words where it takes too long."""
    until = time.monotonic() + limit_s
    while not ready():
        if time.monotonic() > until:
            raise SystemExit(f"{words} within {limit_s:.0f} s.")
        time.sleep(0.1)


def growing(folder: Path, count: int) -> bool:
    """Whether so many files have more than one group of pictures."""
    return sum(file.stat().st_size > 50_000 for file in folder.rglob("*.mp4")) >= count
