"""Draws the films of many cameras in worker processes. `python -m safecity.simulator.scenes.draw FOLDER 1 3 5` is one.

A worker writes a line for each step (`3 0.25`: camera 3 is a quarter done) and ends when nobody reads it any more.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from safecity.base import SafeCityError
from safecity.simulator.scenes.film import draw_film

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
    arguments = ["-m", "safecity.simulator.scenes.draw", str(folder), *map(str, cameras)]
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


def main(arguments: Sequence[str]) -> int:
    """Draws the films of the cameras named, one after the other."""
    folder, *cameras = arguments
    for camera in cameras:

        def tell(share: float, camera: str = camera) -> None:
            sys.stdout.write(f"{camera} {share:.3f}\n")
            sys.stdout.flush()

        with suppress(BrokenPipeError):
            draw_film(int(camera), film_path(Path(folder), int(camera)), tell)
            continue
        return 1  # whoever asked is gone
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
