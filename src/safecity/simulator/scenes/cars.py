"""Draws a car that comes or goes along the road, with its lights."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from safecity.simulator.scenes.layout import FOCAL_PX, Colour, Layout

CAR_WIDE_M, CAR_HIGH_M, CAR_LONG_M = 1.8, 1.45, 4.2
Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Run:
    """A car at one moment; one that comes shows its front."""

    x_m: float
    z_m: float
    comes: bool
    colour: Colour
    lights: bool = True


def draw_car(picture: Picture, layout: Layout, run: Run, larger: int = 1) -> None:
    """Draws the car on a picture that is `larger` times the layout's size."""
    far = run.z_m + CAR_LONG_M
    half = CAR_WIDE_M / 2
    inner = run.x_m - half if run.x_m > 0 else run.x_m + half

    def poly(corners: list[tuple[float, float, float]], colour: Colour) -> None:
        points = np.array([layout.on_picture(*corner) for corner in corners]) * larger * 16
        cv2.fillPoly(picture, [points.astype(np.int32)], colour, cv2.LINE_AA, 4)

    def face(across: tuple[float, float], low: float, high: float, taper: float, colour: Colour) -> None:
        a, b = run.x_m + across[0] * half, run.x_m + across[1] * half
        poly(
            [(a, low, run.z_m), (a + taper, high, run.z_m), (b - taper, high, run.z_m), (b, low, run.z_m)],
            colour,
        )

    dark: Colour = (int(run.colour[0] * 0.6), int(run.colour[1] * 0.6), int(run.colour[2] * 0.6))
    poly(
        [
            (run.x_m - half, 0, run.z_m),
            (run.x_m + half, 0, run.z_m),
            (run.x_m + half, 0, far),
            (run.x_m - half, 0, far),
        ],
        (26, 24, 24),
    )
    poly([(inner, 0.25, run.z_m), (inner, 0.85, run.z_m), (inner, 0.85, far), (inner, 0.25, far)], dark)
    poly(
        [
            (inner, 0.85, run.z_m + 0.8),
            (inner, CAR_HIGH_M, run.z_m + 1.5),
            (inner, CAR_HIGH_M, far - 0.9),
            (inner, 0.85, far),
        ],
        (44, 40, 36),
    )
    face((-0.86, 0.86), 0.8, CAR_HIGH_M, 0.16, run.colour)
    face((-0.78, 0.78), 0.86, CAR_HIGH_M - 0.1, 0.14, (70, 58, 48))
    face((-1.0, 1.0), 0.25, 0.86, 0.03, run.colour)
    face((-0.9, 0.9), 0.25, 0.42, 0.0, dark)
    for side in (-0.72, 0.72):
        face((side - 0.16, side + 0.16), 0.0, 0.3, 0.0, (18, 18, 18))
    _lamps(picture, layout, run, larger)


def _lamps(picture: Picture, layout: Layout, run: Run, larger: int) -> None:
    lit: Colour = (222, 244, 255) if run.comes else (60, 50, 235)
    off: Colour = (120, 120, 120) if run.comes else (38, 34, 110)
    radius = max(1, int(FOCAL_PX * 0.12 / run.z_m * larger))
    for side in (-0.68, 0.68):
        x, y = layout.on_picture(run.x_m + side, 0.62, run.z_m)
        spot = (int(x * larger), int(y * larger))
        if run.lights:
            glow = 9 * radius if run.comes else 5 * radius
            _add_glow(picture, spot, glow, lit, 0.5 if run.comes else 0.35)
        cv2.circle(picture, spot, radius, lit if run.lights else off, -1, cv2.LINE_AA)
    if run.lights and run.comes and run.z_m > 6:
        x, y = layout.on_picture(run.x_m, 0, run.z_m - 2.5)
        _add_glow(picture, (int(x), int(y)), int(FOCAL_PX * 2.2 / run.z_m), lit, 0.22)


def _add_glow(picture: Picture, spot: tuple[int, int], radius: int, colour: Colour, strength: float) -> None:
    """Adds light around a spot, falling off to nothing at the radius."""
    radius = min(radius, 200)
    left, top = max(0, spot[0] - radius), max(0, spot[1] - radius)
    right, bottom = min(picture.shape[1], spot[0] + radius), min(picture.shape[0], spot[1] + radius)
    if left >= right or top >= bottom:
        return
    down, across = np.ogrid[top:bottom, left:right]
    square = ((across - spot[0]) ** 2 + (down - spot[1]) ** 2) / float(radius * radius)
    light = (np.clip(1 - square, 0, 1) ** 3 * strength).astype(np.float32)
    part = picture[top:bottom, left:right]
    added = light[..., None] * np.array(colour, np.float32)
    part[:] = np.minimum(part + added, 255).astype(np.uint8)
