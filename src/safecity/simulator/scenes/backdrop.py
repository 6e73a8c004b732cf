"""Draws the empty street: sky, houses, road, lamps with their glow. Twice as large at first, for smooth edges."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from safecity.simulator.chance import chance_of
from safecity.simulator.scenes.cars import Run, draw_car
from safecity.simulator.scenes.layout import (
    HEIGHT,
    ROAD_HALF_M,
    WALL_X_M,
    WIDTH,
    Colour,
    House,
    Layout,
    Standing,
)

Picture = NDArray[np.uint8]
LARGER = 2
Corner = tuple[float, float, float]
Span = tuple[float, float]

ASPHALT, PAVEMENT, KERB = (56, 52, 50), (76, 74, 74), (104, 104, 106)
GRASS, PAINT, WINDOW = (42, 58, 44), (150, 152, 152), (116, 176, 226)


def draw_backdrop(layout: Layout) -> Picture:
    """The street without anyone in it, in blue, green, red."""
    canvas = _Canvas(layout)
    canvas.sky()
    canvas.ground()
    for house in sorted(layout.houses, key=lambda each: -each.far_m):
        canvas.house(house)
    canvas.markings()
    light = canvas.light_on_ground()
    for thing in layout.things:
        canvas.thing(thing)
    small: Picture = _u8(cv2.resize(canvas.pixels, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
    return _finish(layout, small, light)


def _u8(pixels: object) -> Picture:
    return np.asarray(pixels, dtype=np.uint8)


class _Canvas:
    """The picture at twice its size, and a pen that knows metres."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.chance = chance_of(layout.seed, "backdrop")
        self.pixels: Picture = np.zeros((HEIGHT * LARGER, WIDTH * LARGER, 3), np.uint8)

    def quad(self, corners: Sequence[Corner], colour: Colour) -> None:
        """A flat shape given by its corners in metres."""
        points = [self.layout.on_picture(*corner) for corner in corners]
        cv2.fillPoly(self.pixels, [(np.array(points) * LARGER * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)

    def sky(self) -> None:
        """From the zenith down to the glow at the horizon, with a few far roofs."""
        zenith, horizon = (np.array(colour, np.float64) for colour in self.layout.sky)
        rows = np.clip(np.arange(HEIGHT * LARGER) / (self.layout.horizon_px * LARGER), 0, 1) ** 1.6
        self.pixels[:] = (zenith + (horizon - zenith) * rows[:, None])[:, None, :].astype(np.uint8)
        x_m = -160.0
        while x_m < 160:
            wide, high = self.chance.uniform(8, 24), self.chance.uniform(8, 38)
            shade = self.chance.randint(34, 50)
            self.quad(
                [(x_m, 0, 150), (x_m, high, 150), (x_m + wide, high, 150), (x_m + wide, 0, 150)],
                (shade + 8, shade, shade),
            )
            for _ in range(10):
                at, up = x_m + self.chance.uniform(1, wide - 1), self.chance.uniform(3, high)
                self.quad(
                    [(at, up, 149), (at, up + 1.1, 149), (at + 0.9, up + 1.1, 149), (at + 0.9, up, 149)],
                    WINDOW,
                )
            x_m += wide * self.chance.uniform(0.8, 1.3)

    def ground(self) -> None:
        """Grass or paving to the sides, the pavements and the road."""
        near, far = 2.4, 300.0
        for side in (-1, 1):
            built = any(house.side == side for house in self.layout.houses)
            reach = side * (WALL_X_M + 1 if built else 400)
            self.quad(
                [
                    (side * ROAD_HALF_M, 0, near),
                    (reach, 0, near),
                    (reach, 0, far),
                    (side * ROAD_HALF_M, 0, far),
                ],
                PAVEMENT if built else GRASS,
            )
            path = side * (WALL_X_M - 1.5)
            self.quad(
                [
                    (side * ROAD_HALF_M, 0, near),
                    (path, 0, near),
                    (path, 0, far),
                    (side * ROAD_HALF_M, 0, far),
                ],
                PAVEMENT,
            )
        half = ROAD_HALF_M
        self.quad([(-half, 0, near), (half, 0, near), (half, 0, far), (-half, 0, far)], ASPHALT)
        for side in (-1, 1):
            self.quad(
                [
                    (side * half, 0, near),
                    (side * (half + 0.18), 0, near),
                    (side * (half + 0.18), 0, far),
                    (side * half, 0, far),
                ],
                KERB,
            )

    def markings(self) -> None:
        """Lane dashes and a zebra crossing, a little worn."""
        for number in range(40):
            z_m = 4 + number * 4.0
            if abs(z_m - self.layout.crossing_m) > 3:
                self.quad(
                    [(-0.07, 0, z_m), (0.07, 0, z_m), (0.07, 0, z_m + 1.8), (-0.07, 0, z_m + 1.8)], PAINT
                )
        near, far = self.layout.crossing_m - 1.4, self.layout.crossing_m + 1.4
        for number in range(7):
            x_m = -ROAD_HALF_M + 0.3 + number
            worn = self.chance.randint(-18, 0)
            colour = (PAINT[0] + worn, PAINT[1] + worn, PAINT[2] + worn)
            self.quad([(x_m, 0, near), (x_m + 0.5, 0, near), (x_m + 0.5, 0, far), (x_m, 0, far)], colour)

    def house(self, house: House) -> None:
        """A front with its windows, darker the further away it is."""
        x_m = house.side * WALL_X_M
        shade = 0.72 + 0.5 * min(1.0, house.near_m / 70)
        wall = _darker(house.colour, shade)
        self.quad(
            [
                (x_m, 0, house.near_m),
                (x_m, house.high_m, house.near_m),
                (x_m, house.high_m, house.far_m),
                (x_m, 0, house.far_m),
            ],
            wall,
        )
        self.quad(
            [
                (x_m, house.high_m, house.near_m),
                (x_m, house.high_m + 0.35, house.near_m),
                (x_m, house.high_m + 0.35, house.far_m),
                (x_m, house.high_m, house.far_m),
            ],
            _darker(wall, 0.7),
        )
        step = (house.far_m - house.near_m) / house.columns
        glow = min(1.0, 0.5 + house.near_m / 50)  # large windows close by would outshine the street
        for floor in range(house.floors):
            low = (1.2 if floor or not house.shop else 0.5) + floor * (house.high_m - 0.6) / house.floors
            high = low + (1.5 if floor or not house.shop else 2.0)
            for column in range(house.columns):
                lit = house.lit >> (floor * house.columns + column) % 36 & 1 or (house.shop and not floor)
                near = house.near_m + step * (column + (0.22 if floor else 0.1))
                far = house.near_m + step * (column + (0.78 if floor else 0.9))
                glass = _darker(WINDOW, self.chance.uniform(0.62, 1.0) * glow) if lit else _darker(wall, 0.62)
                self.quad([(x_m, low, near), (x_m, high, near), (x_m, high, far), (x_m, low, far)], glass)

    def thing(self, thing: Standing) -> None:
        """Whatever stands in the street."""
        match thing.kind:
            case "lamp":
                self._lamp(thing)
            case "tree":
                self._tree(thing)
            case "car":
                run = Run(thing.x_m, thing.z_m, thing.x_m < 0, thing.colour, lights=False)
                draw_car(self.pixels, self.layout, run, LARGER)
            case "bench":
                self._bench(thing)
            case _:
                self._shelter(thing)

    def upright(self, across: Span, up: Span, z_m: float, colour: Colour) -> None:
        """A rectangle that faces the camera."""
        (left, right), (low, high) = across, up
        self.quad([(left, low, z_m), (left, high, z_m), (right, high, z_m), (right, low, z_m)], colour)

    def _lamp(self, thing: Standing) -> None:
        x_m, z_m, top, metal = thing.x_m, thing.z_m, thing.size_m, (34, 32, 32)
        inward = -0.9 if x_m > 0 else 0.9
        foot, neck, end = 0.06, 0.04, x_m + inward
        self.quad(
            [(x_m - foot, 0, z_m), (x_m - neck, top, z_m), (x_m + neck, top, z_m), (x_m + foot, 0, z_m)],
            metal,
        )
        self.quad(
            [(x_m, top - 0.05, z_m), (x_m, top + 0.05, z_m), (end, top + 0.12, z_m), (end, top, z_m)], metal
        )
        head = (x_m + inward * 0.7, x_m + inward * 1.2)
        self.upright(head, (top - 0.04, top + 0.1), z_m, (214, 240, 255))

    def _bench(self, thing: Standing) -> None:
        x_m, z_m = thing.x_m, thing.z_m
        for board in ((0.38, 0.5), (0.6, 0.9)):
            self.upright((x_m - 0.9, x_m + 0.9), board, z_m, thing.colour)
        for foot in (x_m - 0.8, x_m + 0.7):
            self.upright((foot, foot + 0.1), (0, 0.4), z_m, (40, 40, 42))

    def _tree(self, thing: Standing) -> None:
        x_m, z_m, high = thing.x_m, thing.z_m, thing.size_m
        self.quad(
            [
                (x_m - 0.14, 0, z_m),
                (x_m - 0.1, high * 0.6, z_m),
                (x_m + 0.1, high * 0.6, z_m),
                (x_m + 0.14, 0, z_m),
            ],
            (34, 42, 50),
        )
        for _ in range(26):
            at = (x_m + self.chance.gauss(0, high * 0.16), high * self.chance.uniform(0.48, 1.0), z_m)
            x, y = self.layout.on_picture(*at)
            radius = max(2, int(520 * high * self.chance.uniform(0.08, 0.15) / z_m * LARGER))
            shade = self.chance.uniform(0.7, 1.25)
            cv2.circle(
                self.pixels,
                (int(x * LARGER), int(y * LARGER)),
                radius,
                _darker(thing.colour, shade),
                -1,
                cv2.LINE_AA,
            )

    def _shelter(self, thing: Standing) -> None:
        x_m, z_m, high, wide = thing.x_m, thing.z_m, thing.size_m, 1.7
        self.upright((x_m - wide, x_m + wide), (0.5, high), z_m, _darker(thing.colour, 0.75))
        self.upright((x_m - wide * 0.9, x_m - wide * 0.45), (0.6, 1.9), z_m, (212, 226, 230))
        self.upright((x_m - wide - 0.2, x_m + wide + 0.2), (high, high + 0.16), z_m, (48, 46, 46))

    def light_on_ground(self) -> NDArray[np.float32]:
        """How bright the lamps make the ground, 0 to about 1, at the picture's own size."""
        light = np.zeros((HEIGHT, WIDTH), np.float32)
        for thing in self.layout.things:
            if thing.kind == "lamp":
                inward = thing.x_m - (1.3 if thing.x_m > 0 else -1.3)
                x, y = self.layout.on_picture(inward, 0, thing.z_m)
                pool = np.zeros_like(light)
                axes = (int(520 * 3.6 / thing.z_m), int(520 * 1.1 / thing.z_m))
                cv2.ellipse(pool, (int(x), int(y)), axes, 0, 0, 360, (1.0,), -1, cv2.LINE_AA)
                soft = max(3, axes[0] | 1)
                light += np.asarray(cv2.GaussianBlur(pool, (soft, max(3, axes[1] * 2 | 1)), 0), np.float32)
        return light


def _finish(layout: Layout, pixels: Picture, light: NDArray[np.float32]) -> Picture:
    """Light pools, reflections on the road, the bloom of lamps and windows, darker corners."""
    scene = pixels.astype(np.float32)
    warm = np.array((0.55, 0.82, 1.0), np.float32) * layout.warmth
    below = np.arange(HEIGHT)[:, None] > layout.horizon_px
    scene += (np.clip(light, 0, 1.4) * below)[..., None] * warm * 46
    horizon = int(layout.horizon_px)
    depth = min(horizon, HEIGHT - horizon)
    mirror = np.asarray(cv2.GaussianBlur(scene[horizon - depth : horizon][::-1], (9, 61), 0), np.float32)
    scene[horizon : horizon + depth] += np.clip(mirror - 60, 0, 255) * 0.16
    bright = np.clip(scene - 150, 0, 255)
    for size, share in ((9, 0.35), (41, 0.7), (111, 0.9)):
        scene += np.asarray(cv2.GaussianBlur(bright, (size, size), 0), np.float32) * share
    scene += _lamp_glow(layout) * warm * 150
    across, down = np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))
    scene *= (1.06 - 0.3 * (across**2 + 0.8 * down**2) / 1.8)[..., None]
    rough = np.random.default_rng(layout.seed).normal(0, 2.2, (HEIGHT, WIDTH, 1))
    return np.clip(scene + rough * below[..., None], 4, 250).astype(np.uint8)


def _lamp_glow(layout: Layout) -> NDArray[np.float32]:
    glow = np.zeros((HEIGHT, WIDTH), np.float32)
    down, across = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    for thing in layout.things:
        if thing.kind == "lamp":
            x, y = layout.on_picture(thing.x_m + (-0.9 if thing.x_m > 0 else 0.9), thing.size_m, thing.z_m)
            radius = 14 + 330 / thing.z_m
            away = np.hypot(across - x, down - y) / radius
            glow += np.exp(-3.2 * away).astype(np.float32)
    return np.clip(glow, 0, 1.3)[..., None]


def _darker(colour: Colour, share: float) -> Colour:
    blue, green, red = (min(255, int(part * share)) for part in colour)
    return blue, green, red
