"""Draws the films of many cameras in worker processes (`worker.py`), and only those that are not there yet."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from safecity.base import SafeCityError
from safecity.simulator.scenes.film import Coding

EDITION = "2"  # raise it when the films change, so that older ones are drawn anew


class NotDrawn(SafeCityError):
    """The demo city's films could not be drawn."""


@dataclass(frozen=True)
class Wanted:
    """A camera's film: how it is coded, and whether it is wanted in a small size too."""

    camera: int
    coding: Coding = Coding.H264
    small: bool = False

    @property
    def word(self) -> str:
        """As a worker is told: `3:h264` or `3:h264:small`."""
        return f"{self.camera}:{self.coding}{':small' if self.small else ''}"

    @classmethod
    def of(cls, word: str) -> Wanted:
        """What such a word says."""
        camera, coding, *small = word.split(":")
        return cls(int(camera), Coding(coding), bool(small))


def film_path(folder: Path, camera: int, *, small: bool = False) -> Path:
    """Where a camera's film lies."""
    return folder / f"{camera:02}{'-small' if small else ''}.mp4"


async def draw_films(
    folder: Path, films: Sequence[Wanted], workers: int, tell: Callable[[float], None] = lambda _: None
) -> None:
    """Draws the films that are not there yet; `tell` hears the share done. Raises NotDrawn.

    Workers are stopped when this is cancelled; what they had finished stays.
    """
    missing = _missing(folder, films)
    done = dict.fromkeys((each.camera for each in missing), 0.0)

    def heard(line: str) -> None:
        camera, share = line.split()
        done[int(camera)] = float(share)
        tell(sum(done.values()) / len(done))

    shares = [part for part in (missing[first::workers] for first in range(workers)) if part]
    async with asyncio.TaskGroup() as group:
        for part in shares:
            group.create_task(_worker(folder, part, heard))
    tell(1.0)


def _missing(folder: Path, films: Sequence[Wanted]) -> list[Wanted]:
    """The films that are not there in this edition; those of another edition are deleted."""
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / "edition"
    if not mark.is_file() or mark.read_text(encoding="utf-8") != EDITION:
        for old in folder.glob("*.mp4"):
            old.unlink()
        mark.write_text(EDITION, encoding="utf-8")
    return [
        each
        for each in films
        if not all(film_path(folder, each.camera, small=small).is_file() for small in {False, each.small})
    ]


async def _worker(folder: Path, films: Sequence[Wanted], heard: Callable[[str], None]) -> None:
    arguments = ["-m", "safecity.simulator.scenes.worker", str(folder), *(each.word for each in films)]
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
