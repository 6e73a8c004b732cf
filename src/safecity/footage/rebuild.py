"""Rebuilds an index from the files alone: each says itself what it holds and when it was seen.

Files that were finished long ago are read at both ends only; each camera's last ones whole, because a crash may have
torn them. What only the index knew is lost: why there were gaps. They are listed with the cause `recorder` and say so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import starmap
from multiprocessing import get_context
from pathlib import Path

from safecity.footage.folders import Folder
from safecity.footage.identify import identify
from safecity.footage.mend import apart, files_of, glance, mended, segment_of
from safecity.footage.model import Cause, Gap, Segment
from safecity.footage.ports import Index
from safecity.footage.rules import spaces

LOST_WORDS = "The index was made anew from the files; why there is no footage here is no longer known."
LAST_FILES = 3  # of each camera in each folder, which are read whole


@dataclass(frozen=True)
class Rebuilt:
    """What was found on the disk."""

    cameras: int
    segments: int
    bytes: int
    gaps: int


def rebuild(
    where: Path | Sequence[Folder],
    index: Index,
    *,
    suits: Callable[[str], bool] = lambda _: True,
    told: Callable[[str], None] = lambda _: None,
    processes: int = 1,
) -> Rebuilt:
    """Lists in `index`, which should be empty, all footage of the cameras that suit (those of one recorder).

    `told` hears each camera's id when it is done. Broken ends of files are cut off. No recorder may run meanwhile.
    Raises OSError, IndexAway.
    """
    folders = [Folder("", where)] if isinstance(where, Path) else list(where)
    for each in folders:
        identify(each.root, index, store=each.name, adopt=True)
    cameras = sorted({
        each.name for folder in folders for each in folder.root.iterdir() if each.is_dir() and suits(each.name)
    })  # fmt: skip
    segments = size = gaps = 0
    look = partial(_survey, [(each.name, each.root) for each in folders])
    pool = ProcessPoolExecutor(processes, get_context("fork")) if processes > 1 else None
    try:
        surveyed = pool.map(look, cameras) if pool else map(look, cameras)
        for camera, found in zip(cameras, surveyed, strict=True):
            between = spaces(found)
            _list(index, camera, found, between)
            segments, gaps = segments + len(found), gaps + len(between)
            size += sum(each.bytes for each in found)
            told(camera)
    finally:
        if pool:
            pool.shutdown()
    return Rebuilt(len(cameras), segments, size, gaps)


def _survey(folders: Sequence[tuple[str, Path]], camera: str) -> list[Segment]:
    """A camera's segments in all folders, in order of time."""
    found: list[Segment] = []
    for folder in starmap(Folder, folders):
        paths = list(files_of(folder.root, camera))
        root, last = str(folder.root), len(paths) - LAST_FILES
        for place, path in enumerate(paths):
            seen = glance(f"{root}/{path}") if place < last else None
            seen = seen or mended(folder.root / path)
            if seen is not None:
                found.append(segment_of(folder, camera, path, seen))
    return apart(found)


def _list(index: Index, camera: str, found: Sequence[Segment], between: Sequence[tuple[int, int]]) -> None:
    with index.together():
        index.add_segments(found)
        for start_ms, end_ms in between:
            gap = Gap(camera=camera, start_ms=start_ms, end_ms=end_ms, cause=Cause.RECORDER, words=LOST_WORDS)
            index.open_gap(gap)
