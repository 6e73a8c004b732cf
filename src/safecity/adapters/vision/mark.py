"""The mark in an unmasked picture: who sees it and when, across the whole of it, drawn before it is encoded.

Rows of text run slanting over the picture, so that no useful piece can be cut out without them; a strip at the top says
it once in full. The text is ASCII (OpenCV draws no other letters): accents are left away, and the id that stands beside
the name is always drawn.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, tzinfo
from typing import cast

import cv2
import numpy as np

from safecity.base import from_ms
from safecity.footage import Masker, Pixels, Plane

FONT = cv2.FONT_HERSHEY_SIMPLEX
SLANT_DEGREES = 20.0
STRENGTH = 0.4  # of the rows: seen on any ground, and what they lie on is seen too
SOLID = 255
MOST_LETTERS = 60


class Mark:
    """Draws one viewer's mark. Keeps the drawing for as long as it says the same, which is a second."""

    def __init__(self, viewer: str, zone: tzinfo = UTC) -> None:
        self._viewer = ascii_of(viewer)[:MOST_LETTERS]
        self._zone = zone
        self._drawn: tuple[tuple[int, tuple[int, ...]], Plane, Plane] | None = None

    def draw(self, pixels: Pixels) -> Pixels:
        """The picture with the mark in it."""
        name = pixels.wall_ms // 1000, pixels.y.shape
        if self._drawn is None or self._drawn[0] != name:
            ink, cover = self._laid_out(pixels)
            weighed = cast("Plane", cv2.multiply(ink, cover, scale=1 / 255))
            self._drawn = name, weighed, cast("Plane", cv2.bitwise_not(cover))
        _, weighed, rest = self._drawn
        y = cv2.add(cv2.multiply(pixels.y, rest, scale=1 / 255), weighed)
        return replace(pixels, y=cast("Plane", y))

    def _laid_out(self, pixels: Pixels) -> tuple[Plane, Plane]:
        """How bright the mark is, and how much it covers, for each pixel."""
        height, width = pixels.y.shape
        at = from_ms(pixels.wall_ms).astimezone(self._zone)
        rows = _rows(f"{self._viewer}  {at:%H:%M:%S}", width, height)
        ink = np.where(rows > SOLID // 2, np.uint8(SOLID), np.uint8(0))
        cover = np.where(rows == SOLID // 2, np.uint8(0), np.uint8(STRENGTH * SOLID))
        _strip(ink, cover, f"NOT MASKED  {self._viewer}  {at:%Y-%m-%d %H:%M:%S %Z}")
        return ink, cover


class Marked:
    """Fills `footage.Masker` for a viewer with leave: private areas are filled, and then the mark is drawn."""

    def __init__(self, private: Masker, mark: Mark) -> None:
        self._private, self._mark = private, mark

    def mask(self, pixels: Pixels) -> Pixels:
        """The picture as that viewer may see it."""
        return self._mark.draw(self._private.mask(pixels))


def marked(make_private: Callable[[], Masker], viewer: str, zone: tzinfo) -> Callable[[], Masker]:
    """Makes what draws a viewer's mark into pictures whose private areas are filled."""
    return lambda: Marked(make_private(), Mark(viewer, zone))


def ascii_of(text: str) -> str:
    """A text in letters that can be drawn: without accents, and without what has no plain letter."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return " ".join("".join(each if each.isprintable() else " " for each in plain).split())


def _rows(text: str, width: int, height: int) -> Plane:
    """Slanting rows of a text: 255 where the letters are, 0 where their edge is, 127 where there is nothing."""
    scale = max(0.4, width / 960)
    (wide, high), _ = cv2.getTextSize(text, FONT, scale, 1)
    side = int(np.hypot(width, height)) + 2
    plane = np.full((side, side), SOLID // 2, dtype=np.uint8)
    for row, y in enumerate(range(high, side + high, high * 4)):
        start = -(row % 2) * wide // 2
        for x in range(start, side, wide + high * 3):
            cv2.putText(plane, text, (x, y), FONT, scale, (0,), 3, cv2.LINE_8)
            cv2.putText(plane, text, (x, y), FONT, scale, (SOLID,), 1, cv2.LINE_8)
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), SLANT_DEGREES, 1.0)
    turned = cv2.warpAffine(
        plane, turn, (side, side), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=127
    )
    top, left = (side - height) // 2, (side - width) // 2
    return cast("Plane", np.ascontiguousarray(turned[top : top + height, left : left + width]))


def _strip(ink: Plane, cover: Plane, text: str) -> None:
    """A strip at the top with the text in full, as large as fits."""
    width = ink.shape[1]
    (wide, high), below = cv2.getTextSize(text, FONT, 1.0, 1)
    scale = min(0.5 * max(1.0, width / 640), (width - 8) / wide)
    tall = min(ink.shape[0], int((high + below) * scale) + 6)
    ink[:tall], cover[:tall] = 0, SOLID
    cv2.putText(ink, text, (4, tall - 3 - int(below * scale)), FONT, scale, (SOLID,), 1, cv2.LINE_AA)
