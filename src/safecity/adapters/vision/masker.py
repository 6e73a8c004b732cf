"""Masks the pictures of one tile: the plate, and faces and people looked for once a second where there is time for it.

While a picture has not changed since they were last looked for, that answer stands (for ten seconds at most): an empty
street costs no search. Areas of the search before are kept too, so that a face that moves stays hidden between two.
On a plate that was itself searched, an answer stands for ten seconds in any case, and the first picture needs none:
nobody whose face is found is part of such a plate, and whoever is not part of it differs from it. On another plate, an
answer stands for two seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol, cast

import cv2
import numpy as np

from safecity.adapters.vision.faces import TURN_S, Finder
from safecity.adapters.vision.turns import AtOnce, Found, Searches
from safecity.footage import (
    Area,
    Bits,
    Corners,
    EmptyScene,
    Faces,
    MaskLimits,
    Pixels,
    Plane,
    distance,
    filled,
    halved,
    hidden_part,
    private_bits,
)

LOOK_EVERY_MS = 1_000
SAME_FOR_MS = 10_000
SAME_LEVELS = 8
USUAL, ON_CLEARED = MaskLimits(), MaskLimits(faces_ms=10_000)
NARROW = 400  # tiles up to this width look for faces at half the size, for a quarter of the time


class Scenes(Protocol):
    """Knows what a camera sees when nobody is there."""

    def scene_for(self, pixels: Pixels) -> EmptyScene:
        """The empty scene of a picture's moment. Raises PictureWithheld with the reason where it is not known."""
        ...

    @property
    def cleared(self) -> bool:
        """Whether that scene was searched for people as it is, and who was found taken out; ask after `scene_for`."""
        ...


class PrivateAreas:
    """Fills a camera's private areas, which nobody ever sees. Fills `footage.Masker` for who may see all the rest."""

    def __init__(self, areas: Sequence[Corners]) -> None:
        self._areas = areas
        self._bits: Bits | None = None

    def mask(self, pixels: Pixels) -> Pixels:
        """The picture with the private areas under grey, and nothing else hidden."""
        bits = self.bits(pixels)
        return pixels if bits is None else filled(pixels, bits)

    def bits(self, like: Pixels) -> Bits | None:
        """The pixels of the areas (half size) in a picture of that size; None where there are none."""
        if not self._areas:
            return None
        if self._bits is None or self._bits.shape != like.u.shape:
            self._bits = private_bits(self._areas, like)
        return self._bits


class SceneMasker:
    """Fills `footage.Masker`. Remembers the picture before, so each tile needs its own."""

    def __init__(
        self,
        scenes: Scenes,
        finder: Finder,
        private: Sequence[Corners] = (),
        *,
        people: Finder | None = None,
        searches: Searches | None = None,
        tile_width: int = 640,
    ) -> None:
        """Without `searches` of its own, a picture waits for the search it needs."""
        self._scenes = scenes
        self._finder, self._people = finder, people
        self._searches = searches or AtOnce()
        self._private = PrivateAreas(private)
        self._narrow = tile_width <= NARROW
        self._hidden: Bits | None = None
        self._faces: Faces | None = None
        self._found: Found | None = None
        self._persons: tuple[Area, ...] = ()
        self._asked_ms: int | None = None

    def mask(self, pixels: Pixels) -> Pixels:
        """The picture with everything hidden that must be."""
        scene = self._scenes.scene_for(pixels)
        cleared = self._scenes.cleared
        self._look_for_people(pixels, cleared=cleared)
        hidden = hidden_part(
            pixels,
            scene,
            self._faces,
            private=self._private.bits(pixels),
            people=self._persons,
            limits=ON_CLEARED if cleared else USUAL,
        )
        before, self._hidden = self._hidden, hidden
        both = hidden if before is None or before.shape != hidden.shape else hidden | before
        return filled(pixels, both)

    def _look_for_people(self, pixels: Pixels, *, cleared: bool) -> None:
        """Faces, and whole persons where a network for them is installed."""
        now_ms = pixels.wall_ms
        if self._faces is None and cleared and self._searches.sound:
            self._faces = Faces((), now_ms)
        if self._asked_ms is None or not 0 <= now_ms - self._asked_ms < LOOK_EVERY_MS:
            self._asked_ms = now_ms
            glance = _glance(pixels.y)
            if self._faces is not None and self._is_unchanged(glance, now_ms):
                self._faces = Faces(self._faces.areas, now_ms)
            else:
                self._searches.ask(partial(self._search, pixels, glance), urgent=not cleared)
        found = self._searches.take(TURN_S if self._faces is None else 0.0)
        if found is not None:
            self._accept(found)

    def _search(self, pixels: Pixels, glance: Plane) -> Found:
        """Looks for people in a picture. Runs in a thread of the searches."""
        faces = self._finder.find(_half(pixels) if self._narrow else pixels)
        persons = () if self._people is None else self._people.find(pixels)
        return Found(faces, persons, pixels.wall_ms, glance)

    def _accept(self, found: Found) -> None:
        """The areas of the search before are kept, until the one after this."""
        before, self._found = self._found, found
        self._faces = Faces(found.faces + (before.faces if before else ()), found.at_ms)
        self._persons = found.persons + (before.persons if before else ())

    def _is_unchanged(self, glance: Plane, now_ms: int) -> bool:
        before = self._found
        return (
            before is not None
            and before.glance.shape == glance.shape
            and 0 <= now_ms - before.at_ms < SAME_FOR_MS
            and int(distance(glance, before.glance).max()) <= SAME_LEVELS
        )


def scaled(pixels: Pixels, width: int) -> Pixels:
    """A picture made at most so wide."""
    height, now = pixels.y.shape
    if now <= width:
        return pixels
    size = width // 2 * 2, max(2, round(height * width / now / 2) * 2)
    half = size[0] // 2, size[1] // 2
    return replace(pixels, y=_sized(pixels.y, size), u=_sized(pixels.u, half), v=_sized(pixels.v, half))


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
