"""Decides what of a picture is hidden, and hides it under a solid grey. Fails closed.

Hidden is whatever differs from the camera's empty scene (grown by a margin), every face that was found, the upper part
of every person that was found, and the areas that are private for ever. A pixel is shown only where the empty scene is
known and the picture agrees with it. Without an empty scene, or when faces were not looked for lately, there is no
picture at all: PictureWithheld says why. A silhouette still shows what happens; blur and mosaic can be undone, a solid
fill cannot.

Pictures are 8-bit YUV 4:2:0. Areas are (x, y, w, h) as shares of the picture. No clock here: times are parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from safecity.footage.ports import PictureWithheld

Plane = npt.NDArray[np.uint8]
Bits = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float32]
Area = tuple[float, float, float, float]
Corners = Sequence[tuple[float, float]]

GREY, NO_COLOUR = 104, 128


@dataclass(frozen=True, slots=True)
class Pixels:
    """A picture in planes: luma, and two of colour at half the size.

    `wall_ms` is when it was received, `steady_ms` where it belongs by its camera's own even clock, where that is known.
    """

    y: Plane
    u: Plane
    v: Plane
    wall_ms: int
    steady_ms: int | None = None


@dataclass(frozen=True, slots=True)
class EmptyScene:
    """What a camera sees when nobody is there; `known` says for which pixels that is known.

    All four planes have half the picture's width and height: the luma is the mean of two by two pixels.
    """

    luma: Plane
    u: Plane
    v: Plane
    known: Bits


@dataclass(frozen=True, slots=True)
class Faces:
    """Where faces were found, and in the picture of which moment they were looked for."""

    areas: tuple[Area, ...]
    looked_ms: int


@dataclass(frozen=True)
class MaskLimits:
    """Differences are in levels of 255, margins in pixels of a picture 640 wide."""

    luma: int = 13
    colour: int = 9
    weak: int = 8
    margin: int = 4
    weak_margin: int = 10
    face_margin: float = 0.25
    person_top: float = 0.4
    faces_ms: int = 2_000


USUAL = MaskLimits()


class Masker(Protocol):
    """Makes one camera's pictures fit to be seen.

    Promise: what comes back hides every person; where that cannot be had it raises PictureWithheld, and any other
    error, or no answer in time, must be treated as if it had.
    """

    def mask(self, pixels: Pixels) -> Pixels:
        """The picture with everything hidden that must be. Never changes what it was given."""
        ...


def hidden_part(
    pixels: Pixels,
    scene: EmptyScene | None,
    faces: Faces | None,
    *,
    private: Bits | None = None,
    people: Iterable[Area] = (),
    limits: MaskLimits = USUAL,
) -> Bits:
    """What is to be hidden, at half the picture's size. Raises PictureWithheld where that cannot be told."""
    if scene is None:
        raise PictureWithheld("The empty scene is not known yet.")
    if scene.luma.shape != pixels.u.shape:
        raise PictureWithheld(
            "The camera's picture has another size now; its empty scene must be learned anew."
        )
    if faces is None or not 0 <= pixels.wall_ms - faces.looked_ms <= limits.faces_ms:
        raise PictureWithheld("Faces could not be looked for in time.")
    hidden = differing(pixels, scene, limits)
    for x, y, w, h in faces.areas:
        grow = limits.face_margin
        cover(hidden, (x - grow * w, y - grow * h, w + 2 * grow * w, h + 2 * grow * h))
    for x, y, w, h in people:
        cover(hidden, (x - 0.1 * w, y - 0.1 * h, 1.2 * w, (limits.person_top + 0.1) * h))
    if private is not None:
        hidden |= private
    return hidden


def differing(pixels: Pixels, scene: EmptyScene, limits: MaskLimits = USUAL) -> Bits:
    """Where a picture differs from the empty scene, the light evened out, grown by the margins; half size."""
    now = halved(pixels.y)
    luma = distance(now, even_light(scene.luma, now))
    colour = np.maximum(_shade_distance(pixels.u, scene.u), _shade_distance(pixels.v, scene.v))
    strong = (luma > limits.luma) | (colour > limits.colour)
    strong = grown(shrunk(strong, 1), 1)
    scale = luma.shape[1] / 640
    near = grown(strong, round(limits.weak_margin * scale))
    weak = (luma > limits.weak) & near
    return grown(strong | weak, max(1, round(limits.margin * scale))) | ~scene.known


def filled(pixels: Pixels, hidden: Bits) -> Pixels:
    """A copy of the picture with the hidden part (half size) under one flat grey without colour."""
    y, u, v = pixels.y.copy(), pixels.u.copy(), pixels.v.copy()
    pairs = y.view(np.uint16)  # two by two pixels share a bit: two columns at once, two rows in turn
    for rows in (pairs[::2], pairs[1::2]):
        np.copyto(rows, GREY * 257, where=hidden)
    np.copyto(u, NO_COLOUR, where=hidden)
    np.copyto(v, NO_COLOUR, where=hidden)
    return replace(pixels, y=y, u=u, v=v)


def fill_areas(pixels: Pixels, areas: Sequence[Corners]) -> Pixels:
    """The picture with some areas filled, and nothing else hidden: a camera's private areas, which nobody ever sees.

    Even a viewer who may see the picture without its mask gets it from here.
    """
    return filled(pixels, private_bits(areas, pixels)) if areas else pixels


def private_bits(areas: Sequence[Corners], like: Pixels) -> Bits:
    """The pixels of private areas in a picture of that size (half size), one more all round for rounding."""
    height, width = like.u.shape
    return grown(raster(areas, width, height), 1)


def halved(y: Plane) -> Plane:
    """A plane at half the width and height, each pixel the mean of four."""
    pairs = np.ascontiguousarray(y[:, : y.shape[1] // 2 * 2]).view(np.uint16)  # two columns at once
    sums = pairs >> 8
    sums += pairs & 255
    four = sums[::2] + sums[1::2]
    four += 2
    four >>= 2
    return four.astype(np.uint8)


def even_light(scene: Plane, picture: Plane) -> Plane:
    """The empty scene as it would look in the picture's light: a gain and an offset, fitted robustly.

    A camera's own exposure changes the whole picture when a white car comes in; that is no difference. Pixels that do
    not follow the common change are left out of the fit; a change beyond reason is not followed.
    """
    old, new = scene[::8, ::8].ravel().astype(np.float32), picture[::8, ::8].ravel().astype(np.float32)
    gain, offset = _fit(old, new)
    if abs(gain - 1) < 0.01 and abs(offset) < 1:
        return scene
    return _looked_up(np.clip(np.arange(256) * gain + offset + 0.5, 0, 255).astype(np.uint8), scene)


def distance(a: Plane, b: Plane) -> Plane:
    """The absolute difference of two planes."""
    return np.maximum(a, b) - np.minimum(a, b)


def grown(bits: Bits, radius: int) -> Bits:
    """Every pixel within a square of so many pixels around a set one."""
    if radius < 1:
        return bits.copy()
    height, width = bits.shape
    stride, length = width + 2 * radius, 2 * radius + 1
    room = np.zeros((height + 2 * radius, stride), dtype=np.bool_)
    room[radius:-radius, radius:-radius] = bits
    line = _any_of(_any_of(room.ravel(), length, 1), length, stride)
    grown_bits = np.zeros(height * stride, dtype=np.bool_)
    grown_bits[: line.size] = line
    return grown_bits.reshape(height, stride)[:, :width].copy()


def shrunk(bits: Bits, radius: int) -> Bits:
    """Only pixels whose whole square of neighbours is set; what lies outside counts as set."""
    return ~grown(~bits, radius)


def cover(bits: Bits, area: Area) -> None:
    """Sets the pixels of an area given in shares; what lies outside the picture is left out."""
    height, width = bits.shape
    left, top = max(0, int(area[0] * width)), max(0, int(area[1] * height))
    right, bottom = int(np.ceil((area[0] + area[2]) * width)), int(np.ceil((area[1] + area[3]) * height))
    bits[top : max(top, bottom), left : max(left, right)] = True


def raster(shapes: Iterable[Corners], width: int, height: int) -> Bits:
    """The pixels inside any of some polygons, whose corners are shares of the picture (even-odd rule)."""
    across = (np.arange(width) + 0.5) / width
    down = ((np.arange(height) + 0.5) / height)[:, np.newaxis]
    every = np.zeros((height, width), dtype=np.bool_)
    for corners in shapes:
        inside = np.zeros((height, width), dtype=np.bool_)
        for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if y1 == y2:
                continue
            between = (down < max(y1, y2)) & (down >= min(y1, y2))
            inside ^= between & (across < x1 + (down - y1) * (x2 - x1) / (y2 - y1))
        every |= inside
    return every


def _any_of(line: Bits, length: int, step: int) -> Bits:
    """For each place, whether any of so many is set: it and those after it, so far apart. Ends before the line does."""
    have = 1
    while have < length:
        more = min(have, length - have)
        line = line[: -more * step] | line[more * step :]
        have += more
    return line


def _fit(old: Floats, new: Floats) -> tuple[float, float]:
    """Gain and offset that most pixels share; (1, 0) where there is no such thing."""
    close = 5.0
    change = new - old
    alike = np.count_nonzero(np.abs(change) < close) / old.size
    (middle,) = _ranked(change, 0.5)
    if alike > 0.95 and abs(middle) <= 1:  # where fewer are alike, a light may turn about a middle grey
        return 1.0, 0.0
    low, high = _ranked(old, 0.2, 0.8)
    new_low, new_high = _ranked(new, 0.2, 0.8)
    guesses = [(1.0, 0.0), (1.0, middle)]
    if high - low > 8:
        gain = (new_high - new_low) / (high - low)
        guesses.append((gain, new_low - gain * low))
    share, (gain, offset) = max((_share(old, new, *guess, close), guess) for guess in guesses)
    for _ in range(2):
        within = np.abs(new - (gain * old + offset)) < 2 * close
        if np.count_nonzero(within) < 0.2 * old.size:
            break
        gain, offset = _line(old[within], new[within])
    share = _share(old, new, gain, offset, close)
    reasonable = 0.4 < gain < 2.5 and abs(offset) < 90
    return (gain, offset) if reasonable and share > alike + 0.02 else (1.0, 0.0)


def _ranked(values: Floats, *shares: float) -> list[float]:
    """The values that so many shares of them lie below; sorting a thousand is quicker than NumPy's percentiles."""
    order = np.sort(values)
    return [float(order[int(share * (order.size - 1))]) for share in shares]


def _share(old: Floats, new: Floats, gain: float, offset: float, close: float) -> float:
    """Which share of the pixels follows a change of light."""
    return np.count_nonzero(np.abs(new - (gain * old + offset)) < close) / old.size


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Least squares."""
    mean_x, mean_y = float(np.add.reduce(x)) / x.size, float(np.add.reduce(y)) / y.size
    around = x - np.float32(mean_x)
    spread = float(around @ around) / x.size
    if spread < 1:
        return 1.0, mean_y - mean_x
    gain = float(around @ (y - np.float32(mean_y))) / x.size / spread
    return gain, mean_y - gain * mean_x


def _shade_distance(now: Plane, scene: Plane) -> Plane:
    """The difference of two colour planes, a common change of white balance left out."""
    (middle,) = _ranked((now[::8, ::8].astype(np.float32) - scene[::8, ::8]).ravel(), 0.5)
    shift = int(middle)
    if shift == 0 or abs(shift) > 20:
        return distance(now, scene)
    table = np.clip(np.arange(256) + shift, 0, 255).astype(np.uint8)
    return distance(now, _looked_up(table, scene))


def _looked_up(table: Plane, plane: Plane) -> Plane:
    """Each level as the table of 256 has it; Python's own for bytes takes half of NumPy's time."""
    return np.frombuffer(plane.tobytes().translate(table.tobytes()), dtype=np.uint8).reshape(plane.shape)
