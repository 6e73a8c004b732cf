"""Finds the parts of a keyframe where something is: against the empty scene, and against the keyframe before.

Works on 320 pixels across (half the picture's size), the light evened out first. Zones and masks of the camera are cut
out of the differences themselves, so that nothing outside a zone or inside a mask can ever add to a blob. Until the
empty scene is known, what changed since the keyframe before must do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from safecity.detection import Blob, Box, Look
from safecity.footage import (
    Bits,
    Corners,
    EmptyScene,
    Pixels,
    Plane,
    distance,
    even_light,
    grown,
    halved,
    raster,
    shrunk,
)

LEVELS = 16
JOIN = 3  # parts of one thing that lie so close, in pixels to each side, are one blob
MOST_BLOBS = 40


class Motion:
    """Looks at one camera's keyframes, in their order."""

    def __init__(self, zones: Sequence[Corners] = (), masks: Sequence[Corners] = ()) -> None:
        self._zones, self._masks = zones, masks
        self._counts: Bits | None = None
        self._before: Plane | None = None

    def look(self, pixels: Pixels, scene: EmptyScene | None) -> Look:
        """What this keyframe shows."""
        luma = halved(pixels.y)
        counts = self._where(luma.shape)
        moved = self._moved(luma)
        self._before = luma
        there, whole = moved, float(np.mean(moved))
        if scene is not None and scene.luma.shape == luma.shape:
            there = (distance(luma, even_light(scene.luma, luma)) > LEVELS) & scene.known
            whole = float(np.mean(there))
        return Look(pixels.wall_ms, tuple(_blobs(shrunk(there & counts, 1), moved)), whole)

    def _moved(self, luma: Plane) -> Bits:
        if self._before is None or self._before.shape != luma.shape:
            return np.zeros(luma.shape, dtype=np.bool_)
        return distance(luma, even_light(self._before, luma)) > LEVELS

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
    height, width = cores.shape
    joined = grown(cores, JOIN)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined.astype(np.uint8))
    grown_cores, moved = grown(cores, 1), shrunk(moved, 1)
    sizes = np.bincount(labels[grown_cores], minlength=count)
    movements = np.bincount(labels[grown(moved, 1) & joined], minlength=count)
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
