"""Rebuilds an index from the files alone: each says itself what it holds and when it was seen.

What only the index knew is lost: why there were gaps. They are listed with the cause `recorder` and say so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from safecity.footage.identify import identify
from safecity.footage.mend import mend
from safecity.footage.model import Cause, Gap
from safecity.footage.ports import Index
from safecity.footage.rules import spaces

LOST_WORDS = "The index was made anew from the files; why there is no footage here is no longer known."


@dataclass(frozen=True)
class Rebuilt:
    """What was found on the disk."""

    cameras: int
    segments: int
    bytes: int
    gaps: int


def rebuild(
    root: Path,
    index: Index,
    *,
    suits: Callable[[str], bool] = lambda _: True,
    told: Callable[[str], None] = lambda _: None,
) -> Rebuilt:
    """Lists in `index`, which should be empty, all footage of the cameras that suit (those of one recorder).

    `told` hears each camera's id when it is done. Broken ends of files are cut off. No recorder may run meanwhile.
    Raises OSError, IndexAway.
    """
    identify(root, index, adopt=True)
    cameras = segments = size = gaps = 0
    for camera in sorted(each.name for each in root.iterdir() if each.is_dir() and suits(each.name)):
        found = mend(root, camera, None)
        between = spaces(found)
        with index.together():
            for segment in found:
                index.add_segment(segment)
            for start_ms, end_ms in between:
                index.open_gap(
                    Gap(
                        camera=camera,
                        start_ms=start_ms,
                        end_ms=end_ms,
                        cause=Cause.RECORDER,
                        words=LOST_WORDS,
                    )
                )
        cameras, segments, gaps = cameras + 1, segments + len(found), gaps + len(between)
        size += sum(each.bytes for each in found)
        told(camera)
    return Rebuilt(cameras, segments, size, gaps)
