"""A camera's empty scene as it is kept in a file, what people said of places in it, and how it is shown. No disk here.

A file is NumPy's npz: the planes of the scene at half the picture's size, where it is known, what stood where somebody
was found (0 elsewhere), when it was learned, the places that a person said are nobody, and up to when what people said
was taken over. What is shown of it is what every masked picture shows anyway: known pixels outside private areas.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from safecity.footage.mask import (
    GREY,
    NO_COLOUR,
    Area,
    Bits,
    Corners,
    EmptyScene,
    Plane,
    cover,
    grown,
    raster,
)

MOST_BLOCKS = 20


@dataclass(frozen=True)
class StoredScene:
    """An empty scene with its past. `marked_ms` is the moment of the last mark that was taken over.

    `stood` is what stood where somebody was found, 0 elsewhere. Faces inside a `spared` area are none: a person who saw
    the picture said so.
    """

    scene: EmptyScene
    stood: Plane | None = None
    learned_ms: int = 0
    marked_ms: int = 0
    spared: tuple[Area, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SceneMark:
    """What somebody said of a place in a camera's empty scenes, and when.

    Without `nobody_in` a person stands there, and may in all scenes of before. With it, what was found there in the
    scene that was learned at that moment is nobody; of other scenes that says nothing.
    """

    area: Area
    at_ms: int
    nobody_in: int | None = None


def read_scene(data: bytes) -> StoredScene | None:
    """The scene in a file; None where the file is damaged."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            scene = EmptyScene(file["luma"], file["u"], file["v"], file["known"])
            stood: Plane = file["stood"]
            has_past = "spared" in file  # files of before had none
            learned_ms = int(file["learned_ms"]) if has_past else 0
            marked_ms = int(file["marked_ms"]) if has_past else 0
            spared = cast("list[list[float]]", file["spared"].tolist()) if has_past else []
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error):
        return None
    planes = (scene.luma, scene.u, scene.v, stood)
    if any(plane.dtype != np.uint8 or plane.shape != scene.known.shape for plane in planes):
        return None
    if scene.known.dtype != np.bool_ or scene.known.ndim != 2 or any(len(each) != 4 for each in spared):
        return None
    areas = tuple((x, y, w, h) for x, y, w, h in spared)
    return StoredScene(scene, stood, learned_ms, marked_ms, areas)


def write_scene(stored: StoredScene) -> bytes:
    """A scene as a file."""
    scene, file = stored.scene, io.BytesIO()
    np.savez_compressed(
        file,
        luma=scene.luma,
        u=scene.u,
        v=scene.v,
        known=scene.known,
        stood=np.zeros_like(scene.luma) if stored.stood is None else stored.stood,
        learned_ms=np.int64(stored.learned_ms),
        marked_ms=np.int64(stored.marked_ms),
        spared=np.array(stored.spared, dtype=np.float64).reshape(-1, 4),
    )
    return file.getvalue()


def take_marks(stored: StoredScene, marks: Sequence[SceneMark]) -> StoredScene:
    """The scene with the marks that it has not taken over yet; the same one where there are none.

    Where a person stands nothing is known any more, until the place looks different as a whole. Where nobody is, what
    was found there is learned like any other unknown place, within a minute or so.
    """
    fresh = sorted((each for each in marks if each.at_ms > stored.marked_ms), key=lambda each: each.at_ms)
    if not fresh:
        return stored
    scene, known = stored.scene, stored.scene.known.copy()
    stood = np.zeros_like(scene.luma) if stored.stood is None else stored.stood.copy()
    spared = stored.spared
    for mark in fresh:
        place = np.zeros_like(known)
        cover(place, mark.area)
        if mark.nobody_in is None:
            known &= ~place
            unseen = place & (stood == 0)
            stood[unseen] = np.maximum(scene.luma[unseen], 1)
            spared = tuple(each for each in spared if not _touch(each, mark.area))
        elif mark.nobody_in == stored.learned_ms:
            stood[place] = 0
            spared = (*spared, mark.area)
    return replace(
        stored, scene=replace(scene, known=known), stood=stood, spared=spared, marked_ms=fresh[-1].at_ms
    )


def is_inside(inner: Area, outer: Area) -> bool:
    """Whether an area lies in another, but for what lies outside the picture."""
    (x, y, w, h), (left, top, wide, high) = inner, outer
    return (
        left <= max(0, x)
        and top <= max(0, y)
        and min(1, x + w) <= left + wide
        and min(1, y + h) <= top + high
    )


def blocks(stored: StoredScene) -> tuple[Area, ...]:
    """The places that are hidden because somebody was found there, as shares of the picture, largest first."""
    if stored.stood is None:
        return ()
    left, found = (stored.stood > 0) & ~stored.scene.known, list[tuple[int, Area]]()
    high, wide = left.shape
    while left.any() and len(found) < MOST_BLOCKS:
        place = _whole(left, int(np.argmax(left)))
        rows, columns = np.flatnonzero(place.any(axis=1)), np.flatnonzero(place.any(axis=0))
        top, first = int(rows[0]), int(columns[0])
        area = (
            first / wide,
            top / high,
            (int(columns[-1]) + 1 - first) / wide,
            (int(rows[-1]) + 1 - top) / high,
        )
        found.append((int(np.count_nonzero(place)), area))
        left &= ~place
    return tuple(area for _, area in sorted(found, key=lambda each: -each[0]))


def scene_png(scene: EmptyScene, private: Sequence[Corners] = ()) -> bytes:
    """The scene as a viewer has it through the mask: a PNG (ISO/IEC 15948), grey where nothing is shown."""
    high, wide = scene.known.shape
    hidden = ~scene.known | grown(raster(private, wide, high), 1)
    y = np.where(hidden, GREY, scene.luma).astype(np.float32)
    u, v = (np.where(hidden, NO_COLOUR, plane).astype(np.float32) - 128 for plane in (scene.u, scene.v))
    bright = 1.164 * (y - 16)  # ITU-T H.273, matrix 6, of limited range
    colours = np.stack([bright + 1.596 * v, bright - 0.392 * u - 0.813 * v, bright + 2.017 * u], axis=2)
    rows = np.clip(colours + 0.5, 0, 255).astype(np.uint8).reshape(high, wide * 3)
    plain = np.hstack([np.zeros((high, 1), dtype=np.uint8), rows])  # each row says that it is not filtered
    head = struct.pack(">IIBBBBB", wide, high, 8, 2, 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(plain.tobytes(), 6)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _whole(bits: Bits, start: int) -> Bits:
    """The connected part of some pixels around one of them, given by its number."""
    part = np.zeros_like(bits)
    part.flat[start] = True
    while True:
        wider = grown(part, 8) & bits
        if np.array_equal(wider, part):
            return part
        part = wider


def _touch(a: Area, b: Area) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]
