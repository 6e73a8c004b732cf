"""The street before a camera, in metres: what stands where, and how it falls on the picture. Pure.

X is metres to the right of the road's middle, Z metres away from the camera, Y metres above the ground.
Colours are blue, green, red, as OpenCV has them.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from safecity.simulator.chance import chance_of

WIDTH, HEIGHT = 640, 360
FOCAL_PX = 520.0
ROAD_HALF_M = 3.6
WALL_X_M = 9.0

Colour = tuple[int, int, int]

SKIES: tuple[tuple[Colour, Colour], ...] = (  # zenith, horizon
    ((58, 34, 20), (96, 92, 150)),
    ((66, 40, 30), (110, 104, 122)),
    ((44, 26, 14), (72, 60, 84)),
    ((72, 48, 30), (86, 120, 190)),
)
FACADES: tuple[Colour, ...] = (
    (52, 50, 58),
    (46, 54, 66),
    (60, 52, 50),
    (44, 46, 50),
    (56, 60, 72),
    (50, 46, 62),
)


@dataclass(frozen=True)
class House:
    """One front along the road. `side` is -1 on the left, 1 on the right."""

    side: int
    near_m: float
    far_m: float
    high_m: float
    colour: Colour
    floors: int
    columns: int
    lit: int  # a bit for each window
    shop: bool


@dataclass(frozen=True)
class Standing:
    """A thing that stands there always: `tree`, `lamp`, `car`, `shelter` or `bench`."""

    kind: str
    x_m: float
    z_m: float
    size_m: float
    colour: Colour


@dataclass(frozen=True)
class Layout:
    """The whole street of one camera."""

    seed: int
    horizon_px: float
    vanish_px: float
    mast_m: float
    sky: tuple[Colour, Colour]
    houses: tuple[House, ...]
    things: tuple[Standing, ...]
    crossing_m: float
    warmth: float

    def on_picture(self, x_m: float, y_m: float, z_m: float) -> tuple[float, float]:
        """Where a point falls on the picture, in pixels."""
        return (
            self.vanish_px + FOCAL_PX * x_m / z_m,
            self.horizon_px + FOCAL_PX * (self.mast_m - y_m) / z_m,
        )

    def edge_m(self, side: int, z_m: float) -> float:
        """How far to the side the picture's edge is at a distance."""
        edge_px = 0 if side < 0 else WIDTH
        return (edge_px - self.vanish_px) * z_m / FOCAL_PX


def layout_of(seed: int) -> Layout:
    """The street of a camera, from its seed alone."""
    chance = chance_of(seed, "street")
    open_side = chance.choice((0, 0, 0, -1, 1))  # a park instead of houses
    return Layout(
        seed=seed,
        horizon_px=chance.uniform(104, 140),
        vanish_px=chance.uniform(180, 460),
        mast_m=chance.uniform(3.3, 3.9),
        sky=chance.choice(SKIES),
        houses=tuple(house for side in (-1, 1) if side != open_side for house in _houses(chance, side)),
        things=tuple(_things(chance, open_side)),
        crossing_m=chance.uniform(10.5, 12.5),
        warmth=chance.uniform(0.8, 1.0),
    )


def _houses(chance: Random, side: int) -> list[House]:
    houses: list[House] = []
    near = 7.0
    while near < 90:
        far = near + chance.uniform(7, 16) * (1 + near / 60)
        floors = chance.randint(2, 6)
        houses.append(
            House(
                side,
                near,
                far,
                1.4 + floors * chance.uniform(2.7, 3.2),
                chance.choice(FACADES),
                floors,
                chance.randint(3, 6),
                chance.getrandbits(36) & chance.getrandbits(36),
                chance.random() < 0.55,
            )
        )
        near = far + chance.choice((0.0, 0.0, 2.5))
    return houses


def _things(chance: Random, open_side: int) -> list[Standing]:
    things: list[Standing] = []
    for z_m in (11.0, 20.0, 31.0, 46.0, 66.0, 90.0):
        side = 1 if round(z_m) % 2 else -1
        things.append(Standing("lamp", side * 4.3, z_m + chance.uniform(-1, 1), 5.6, (150, 205, 255)))
        if chance.random() < 0.7:
            things.append(_tree(chance, -side * 5.6, z_m + chance.uniform(1, 4)))
    if open_side:
        things += [
            _tree(chance, open_side * chance.uniform(8, 24), chance.uniform(16, 60)) for _ in range(16)
        ]
    for _ in range(chance.randint(1, 3)):
        side = chance.choice((-1, 1))
        paint = chance.choice(((60, 56, 54), (86, 80, 74), (48, 52, 92), (92, 70, 48)))
        things.append(Standing("car", side * 2.75, chance.uniform(17, 40), 1.45, paint))
    things.append(Standing("bench", chance.choice((-1, 1)) * 6.6, chance.uniform(14, 18), 0.8, (60, 74, 92)))
    if chance.random() < 0.5:
        side = chance.choice((-1, 1))
        things.append(Standing("shelter", side * 6.4, chance.uniform(19, 26), 2.5, (128, 120, 104)))
    return sorted(things, key=lambda thing: -thing.z_m)


def _tree(chance: Random, x_m: float, z_m: float) -> Standing:
    green = chance.randint(34, 52)
    return Standing("tree", x_m, z_m, chance.uniform(4.2, 6.8), (green - 8, green + 10, green - 4))
