"""Draws the films of many cameras in worker processes (`worker.py`), and only those that are not there yet."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from safecity.base import SafeCityError

EDITION = "1"  # raise it when the films change, so that older ones are drawn anew


class NotDrawn(SafeCityError):
    """The demo city's films could not be drawn."""


def film_path(folder: Path, camera: int) -> Path:
    """Where a camera's film lies."""
    return folder / f"{camera:02}.mp4"


async def draw_films(
    folder: Path, cameras: Sequence[int], workers: int, tell: Callable[[float], None] = lambda _: None
) -> None:
    """Draws the films that are not there yet; `tell` hears the share done. Raises NotDrawn.

    Workers are stopped when this is cancelled; what they had finished stays.
    """
    missing = _missing(folder, cameras)
    done = dict.fromkeys(missing, 0.0)

    def heard(line: str) -> None:
        camera, share = line.split()
        done[int(camera)] = float(share)
        tell(sum(done.values()) / len(done))

    shares = [part for part in (missing[first::workers] for first in range(workers)) if part]
    async with asyncio.TaskGroup() as group:
        for part in shares:
            group.create_task(_worker(folder, part, heard))
    tell(1.0)


def _missing(folder: Path, cameras: Sequence[int]) -> list[int]:
    """The cameras without a film of this edition; films of another edition are deleted."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "edition"
    if not mark.is_file() or mark.read_text(encoding="utf-8") != EDITION:
        for old in folder.glob("*.mp4"):
            old.unlink()
        mark.write_text(EDITION, encoding="utf-8")
    return [camera for camera in cameras if not film_path(folder, camera).is_file()]


async def _worker(folder: Path, cameras: Sequence[int], heard: Callable[[str], None]) -> None:
    arguments = ["-m", "safecity.simulator.scenes.worker", str(folder), *map(str, cameras)]
    worker = await asyncio.create_subprocess_exec(
        sys.executable, *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE
    )
    assert worker.stdout is not None
    try:
        async for line in worker.stdout:
            heard(line.decode())
        if await worker.wait() != 0:
            raise NotDrawn(f"A worker that draws the demo city ended with status {worker.returncode}.")
    finally:
        if worker.returncode is None:
            worker.kill()
            await worker.wait()
