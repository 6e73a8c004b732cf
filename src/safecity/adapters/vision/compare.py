"""Compares a look with the look before and with the empty scene, once for all who need it: the plate and the motion.

All planes have half the picture's size; the light is evened out before anything is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from safecity.footage import Bits, EmptyScene, Pixels, Plane, distance, even_light


@dataclass(frozen=True, slots=True)
class Seen:
    """A look. `moved` is how far it is from the look before, `apart` from the empty scene; None: not comparable."""

    luma: Plane
    u: Plane
    v: Plane
    at_ms: int
    moved: Plane | None = None
    lit: Plane | None = None  # the empty scene in this look's light
    apart: Plane | None = None


def compared(pixels: Pixels, before: Plane | None, scene: EmptyScene | None) -> Seen:
    """A picture as a look. `before` is the luma of the look before it."""
    luma = half(pixels.y)
    moved = lit = apart = None
    if before is not None and before.shape == luma.shape:
        moved = distance(luma, even_light(before, luma))
    if scene is not None and scene.luma.shape == luma.shape:
        lit = even_light(scene.luma, luma)
        apart = distance(luma, lit)
    return Seen(luma, pixels.u, pixels.v, pixels.wall_ms, moved, lit, apart)


def half(y: Plane) -> Plane:
    """A plane at half its width and height: as `footage.halved`, a few times quicker."""
    height, width = y.shape
    return cast("Plane", np.asarray(cv2.resize(y, (width // 2, height // 2), interpolation=cv2.INTER_AREA)))


def share(bits: Bits) -> float:
    """Which share of some pixels is set."""
    return np.count_nonzero(bits) / bits.size


def widened(bits: Bits, radius: int) -> Bits:
    """As `footage.grown`, by the vector library."""
    square = np.ones((2 * radius + 1, 2 * radius + 1), dtype=np.uint8)
    return np.asarray(cv2.dilate(bits.view(np.uint8), square)).view(np.bool_)


def narrowed(bits: Bits, radius: int) -> Bits:
    """As `footage.shrunk`, by the vector library."""
    square = np.ones((2 * radius + 1, 2 * radius + 1), dtype=np.uint8)
    return np.asarray(cv2.erode(bits.view(np.uint8), square)).view(np.bool_)
