"""Masks the pictures of one tile: the plate from the camera's watcher, faces looked for once a second.

While a picture has not changed since faces were last looked for, that answer stands (for ten seconds at most): an empty
street costs no search. Areas of the search before are kept too, so that a face that moves stays hidden between two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import cv2
import numpy as np

from safecity.adapters.vision.faces import Finder
from safecity.adapters.vision.plate import Plate
from safecity.footage import (
    Area,
    Bits,
    Corners,
    Faces,
    PictureWithheld,
    Pixels,
    Plane,
    distance,
    filled,
    halved,
    hidden_part,
    raster,
)

LOOK_EVERY_MS = 1_000
SAME_FOR_MS = 10_000
SAME_LEVELS = 8
NARROW = 400  # tiles up to this width look for faces at half the size, for a quarter of the time


class SceneMasker:
    """Fills `footage.Masker`. Remembers the picture before, so each tile needs its own."""

    def __init__(
        self, plate: Plate, finder: Finder, private: Sequence[Corners] = (), *, tile_width: int = 640
    ) -> None:
        self._plate = plate
        self._finder = finder
        self._private = private
        self._narrow = tile_width <= NARROW
        self._private_bits: Bits | None = None
        self._hidden: Bits | None = None
        self._faces: Faces | None = None
        self._found: tuple[Area, ...] = ()
        self._glance: Plane | None = None
        self._searched_ms = 0

    def mask(self, pixels: Pixels) -> Pixels:
        """The picture with everything hidden that must be."""
        scene = self._plate.scene
        if scene is None:
            raise PictureWithheld(self._plate.reason())
        self._look_for_faces(pixels)
        hidden = hidden_part(pixels, scene, self._faces, private=self._private_area(scene.known))
        before, self._hidden = self._hidden, hidden
        both = hidden if before is None or before.shape != hidden.shape else hidden | before
        return filled(pixels, both)

    def _private_area(self, like: Bits) -> Bits | None:
        if not self._private:
            return None
        if self._private_bits is None or self._private_bits.shape != like.shape:
            self._private_bits = raster(self._private, like.shape[1], like.shape[0])
        return self._private_bits

    def _look_for_faces(self, pixels: Pixels) -> None:
        now_ms = pixels.wall_ms
        if self._faces is not None and 0 <= now_ms - self._faces.looked_ms < LOOK_EVERY_MS:
            return
        glance = _glance(pixels.y)
        if self._faces is not None and self._is_unchanged(glance, now_ms):
            self._faces = Faces(self._faces.areas, now_ms)
            return
        found = self._finder.find(_half(pixels) if self._narrow else pixels)
        self._faces = Faces(found + self._found, now_ms)
        self._found, self._glance, self._searched_ms = found, glance, now_ms

    def _is_unchanged(self, glance: Plane, now_ms: int) -> bool:
        before = self._glance
        return (
            before is not None
            and before.shape == glance.shape
            and 0 <= now_ms - self._searched_ms < SAME_FOR_MS
            and int(distance(glance, before).max()) <= SAME_LEVELS
        )


def scaled(pixels: Pixels, width: int) -> Pixels:
    """A picture made at most so wide."""
    height, now = pixels.y.shape
    if now <= width:
        return pixels
    size = width // 2 * 2, max(2, round(height * width / now / 2) * 2)
    half = size[0] // 2, size[1] // 2
    return Pixels(_sized(pixels.y, size), _sized(pixels.u, half), _sized(pixels.v, half), pixels.wall_ms)


def _half(pixels: Pixels) -> Pixels:
    """The picture at half its size, cut to a multiple of four."""
    height, width = (side // 4 * 4 for side in pixels.y.shape)
    u, v = (plane[: height // 2 : 2, : width // 2 : 2] for plane in (pixels.u, pixels.v))
    return Pixels(halved(pixels.y[:height, :width]), u, v, pixels.wall_ms)


def _glance(y: Plane) -> Plane:
    """The picture in means of eight by eight pixels, where noise no longer shows."""
    return _sized(y, (max(1, y.shape[1] // 8), max(1, y.shape[0] // 8)))


def _sized(plane: Plane, size: tuple[int, int]) -> Plane:
    return cast("Plane", np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA)))
