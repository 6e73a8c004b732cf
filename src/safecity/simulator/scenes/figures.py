"""Draws people who walk or stand, and bags. Faces are plain ovals: nobody is meant."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from safecity.simulator.scenes.layout import Colour

Picture = NDArray[np.uint8]
BITS = 4
ONE = 1 << BITS


@dataclass(frozen=True)
class Look:
    """How somebody looks."""

    coat: Colour
    trousers: Colour
    skin: Colour
    hair: Colour
    high_m: float


@dataclass(frozen=True)
class Pose:
    """A figure on the picture: feet at (`x`, `y`), `high` pixels tall.

    `stride` is the phase of the step in radians (None for somebody who stands); `heading` is -1 or 1 for walking to
    the left or right, 0 for towards the camera.
    """

    x: float
    y: float
    high: float
    stride: float | None
    heading: float
    bag: bool = False


class _Pen:
    """Draws in shares of the figure's height, up from its feet."""

    def __init__(self, picture: Picture, pose: Pose) -> None:
        self.picture, self.pose = picture, pose

    def point(self, right: float, up: float) -> tuple[int, int]:
        return (
            round((self.pose.x + right * self.pose.high) * ONE),
            round((self.pose.y - up * self.pose.high) * ONE),
        )

    def limb(self, joints: list[tuple[float, float]], thick: float, colour: Colour) -> None:
        points = np.array([self.point(*joint) for joint in joints], np.int32)
        wide = max(1, round(thick * self.pose.high))
        cv2.polylines(
            self.picture,
            [points],
            isClosed=False,
            color=colour,
            thickness=wide,
            lineType=cv2.LINE_AA,
            shift=BITS,
        )

    def oval(
        self,
        at: tuple[float, float],
        wide: float,
        tall: float,
        colour: Colour,
        arc: tuple[int, int] = (0, 360),
    ) -> None:
        axes = (
            max(ONE // 2, round(wide * self.pose.high * ONE)),
            max(ONE // 2, round(tall * self.pose.high * ONE)),
        )
        cv2.ellipse(self.picture, self.point(*at), axes, 0, arc[0], arc[1], colour, -1, cv2.LINE_AA, BITS)

    def shape(self, corners: list[tuple[float, float]], colour: Colour) -> None:
        points = np.array([self.point(*corner) for corner in corners], np.int32)
        cv2.fillPoly(self.picture, [points], colour, cv2.LINE_AA, BITS)


def draw_person(picture: Picture, pose: Pose, look: Look) -> None:
    """Draws one figure; parts beyond the picture's edge are cut off."""
    pen = _Pen(picture, pose)
    swing = 0.0 if pose.stride is None else math.sin(pose.stride)
    across = 0.35 + 0.65 * abs(pose.heading)  # legs part less when seen from the front
    step = swing * 0.17 * across
    lean = 0.012 * pose.heading
    shade = _shaded(look.trousers, 0.72)
    _draw_shadow(picture, pose)
    pen.limb([(-0.01, 0.5), (-step * 0.6, 0.26), (-step - 0.02 * pose.heading, 0.02)], 0.075, shade)
    pen.limb(
        [(lean, 0.72), (0.03 + step * 0.8, 0.56), (0.03 + step * 1.1, 0.45)], 0.055, _shaded(look.coat, 0.7)
    )
    pen.limb(
        [(0.01, 0.5), (step * 0.6 + 0.01, 0.26), (step + 0.02 * pose.heading, 0.02)], 0.08, look.trousers
    )
    side = 0.085 + 0.03 * (1 - abs(pose.heading))
    pen.shape(
        [
            (-side, 0.46),
            (-side - 0.012, 0.66),
            (-side * 0.8, 0.81),
            (side * 0.8, 0.81),
            (side + 0.012, 0.66),
            (side, 0.46),
        ],
        look.coat,
    )
    pen.limb(
        [(lean, 0.78), (-0.03 - step * 0.8, 0.6), (-0.03 - step * 1.2, 0.46)], 0.06, _shaded(look.coat, 0.86)
    )
    pen.oval((-0.03 - step * 1.2, 0.445), 0.018, 0.02, look.skin)
    pen.limb([(lean, 0.79), (lean, 0.86)], 0.05, look.skin)
    _draw_head(pen, pose, look, lean)
    if pose.bag:
        pen.shape([(0.05, 0.16), (0.05, 0.36), (0.2, 0.36), (0.2, 0.16)], (52, 84, 140))


def _draw_head(pen: _Pen, pose: Pose, look: Look, lean: float) -> None:
    pen.oval((lean, 0.925), 0.058, 0.075, look.skin)
    pen.oval((lean - 0.012 * pose.heading, 0.945), 0.062, 0.062, look.hair, (180, 360))
    if pose.high > 56:
        for eye in (-0.022, 0.022):
            pen.oval((lean + eye + 0.02 * pose.heading, 0.93), 0.008, 0.008, (30, 28, 28))
        pen.limb(
            [(lean - 0.018 + 0.02 * pose.heading, 0.885), (lean + 0.018 + 0.02 * pose.heading, 0.885)],
            0.008,
            _shaded(look.skin, 0.6),
        )


def draw_bag(picture: Picture, x: float, y: float, high: float) -> None:
    """Draws a bag on the ground, `high` pixels tall."""
    pen = _Pen(picture, Pose(x, y, high, None, 0))
    pen.shape([(-0.62, 0), (-0.56, 0.74), (0.56, 0.74), (0.62, 0)], (52, 84, 140))
    pen.limb([(-0.3, 0.72), (-0.2, 1.0), (0.2, 1.0), (0.3, 0.72)], 0.1, (40, 62, 104))


def _draw_shadow(picture: Picture, pose: Pose) -> None:
    half, flat = round(pose.high * 0.2), max(1, round(pose.high * 0.03))
    x, y = round(pose.x), round(pose.y)
    top, bottom = max(0, y - flat), min(picture.shape[0], y + flat)
    left, right = max(0, x - half), min(picture.shape[1], x + half)
    part = picture[top:bottom, left:right]
    if top < bottom and left < right:
        down, across = np.ogrid[top:bottom, left:right]
        square = ((across - pose.x) / half) ** 2 + ((down - pose.y) / flat) ** 2
        part[:] = (part * (1 - 0.4 * np.clip(1.2 - square, 0, 1))[..., None]).astype(np.uint8)


def _shaded(colour: Colour, share: float) -> Colour:
    return int(colour[0] * share), int(colour[1] * share), int(colour[2] * share)
