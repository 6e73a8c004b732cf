"""Finds the parts of a keyframe where something is: against the empty scene, and against the keyframe before.

Works on 320 pixels across (half the picture's size), the light evened out first. Zones and masks of the camera are cut
out of the differences themselves, so that nothing outside a zone or inside a mask can ever add to a blob. Until the
empty scene is known, what changed since the keyframe before must do. What differs is found by `compare.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from safecity.adapters.vision.compare import Seen, narrowed, share, widened
from safecity.detection import Blob, Box, Look
from safecity.footage import Bits, Corners, raster

LEVELS = 16
JOIN = 3  # parts of one thing that lie so close, in pixels to each side, are one blob
MOST_BLOBS = 40


class Motion:
    """Looks at one camera's keyframes, in their order."""

    def __init__(self, zones: Sequence[Corners] = (), masks: Sequence[Corners] = ()) -> None:
        self._zones, self._masks = zones, masks
        self._counts: Bits | None = None

    def look(self, seen: Seen, known: Bits | None = None) -> Look:
        """What a keyframe shows. `known` says where its empty scene is known; None: there is none yet."""
        counts = self._where(seen.luma.shape)
        moved = np.zeros(seen.luma.shape, dtype=np.bool_) if seen.moved is None else seen.moved > LEVELS
        there = moved if seen.apart is None or known is None else (seen.apart > LEVELS) & known
        return Look(seen.at_ms, tuple(_blobs(narrowed(there & counts, 1), moved)), share(there))

    def _where(self, shape: tuple[int, ...]) -> Bits:
        if self._counts is None or self._counts.shape != shape:
            height, width = shape
            inside = (
                raster(self._zones, width, height)
                if self._zones
                else np.ones((height, width), dtype=np.bool_)
            )
            self._counts = inside & ~raster(self._masks, width, height)
        return self._counts


def _blobs(cores: Bits, moved: Bits) -> list[Blob]:
    """The connected parts; `cores` has lost one pixel all round, which takes noise away."""
    if not cores.any():
        return []
    height, width = cores.shape
    joined = widened(cores, JOIN)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(
        joined.view(np.uint8),
        connectivity=8,
        ltype=cv2.CV_16U,  # a third of the time of 32 bits
    )
    grown_cores, moved = widened(cores, 1), narrowed(moved, 1)
    sizes = np.bincount(labels[grown_cores], minlength=count)
    movements = np.bincount(labels[widened(moved, 1) & joined], minlength=count)
    rows = cast("npt.NDArray[np.int32]", stats)
    largest = sorted(range(1, count), key=lambda label: -int(sizes[label]))[:MOST_BLOBS]
    edge = JOIN - 1
    found: list[Blob] = []
    for label in largest:
        x, y, w, h = (int(each) for each in rows[label, :4])
        left, top = (x + edge if x else 0), (y + edge if y else 0)
        right = x + w - (edge if x + w < width else 0)
        bottom = y + h - (edge if y + h < height else 0)
        box = Box(left / width, top / height, (right - left) / width, (bottom - top) / height)
        size = int(sizes[label])
        found.append(Blob(box, size / (width * height), min(1.0, int(movements[label]) / max(1, size))))
    return found
