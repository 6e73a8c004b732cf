"""Looks for people in order to keep them out of a plate: in each look while it is learned, and in the plate itself.

A plate is searched as it is before anything of it is shown without a search of its own. In time that is left over it is
searched twice more, mirrored and enlarged by half: that finds faces below 14 pixels, and half covered ones, which one
search misses (`docs/design/masks.md` has how many). Areas are shares of the picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from safecity.adapters.vision.faces import Finder
from safecity.adapters.vision.finders import Enlarged, Mirrored
from safecity.adapters.vision.spare import Spare
from safecity.base import attempt
from safecity.footage import Area, Bits, EmptyScene, Pixels, cover, is_inside

AGAIN_EVERY_MS = 15_000


class Nobody:
    """Fills `Finder` where no network for whole persons is installed."""

    def find(self, pixels: Pixels) -> tuple[Area, ...]:  # noqa: ARG002  it is blind
        """Nothing."""
        return ()


class Sparing:
    """Fills `Finder`: another one, without what it finds inside areas of which a person said that nobody is there."""

    def __init__(self, finder: Finder, spared: Callable[[], Sequence[Area]]) -> None:
        self._finder, self._spared = finder, spared

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        """As `Finder`."""
        spared = self._spared()
        return tuple(
            each for each in self._finder.find(pixels) if not any(is_inside(each, area) for area in spared)
        )


class Search:
    """Finds everyone in the pictures of one stream, but in `spared` areas."""

    def __init__(self, faces: Finder, people: Finder | None = None, spare: Spare | None = None) -> None:
        """With time to `spare` a scene is searched again in other views."""
        people = people or Nobody()
        self.spared: tuple[Area, ...] = ()
        self._spare = spare
        self._first = self._pair(faces, people)
        self._views = self._pair(Mirrored(faces), Mirrored(people)), self._pair(Enlarged(faces), Nobody())
        self._next, self._at_ms = 0, 0

    def cut(self, empty: Bits, pixels: Pixels) -> None:
        """Takes away the pixels of everyone who is found in a picture. Raises what a finder raises."""
        _cut(empty, pixels, *self._first)

    def empty_part(self, scene: EmptyScene, at_ms: int) -> Bits:
        """Where nobody is found in a scene; the other views are due from then on. Raises what a finder raises."""
        empty = np.ones_like(scene.known)
        self.cut(empty, _picture(scene))
        self._next, self._at_ms = 0, at_ms
        return empty

    def empty_part_again(self, scene: EmptyScene, at_ms: int) -> Bits | None:
        """Where nobody is found in the next view of it; None where none is due, or there is no time to spare."""
        spare = self._spare
        if spare is None or self._next == len(self._views) or abs(at_ms - self._at_ms) < AGAIN_EVERY_MS:
            return None
        empty, pair = np.ones_like(scene.known), self._views[self._next]
        outcome = attempt(lambda: spare.use(lambda: _cut(empty, _picture(scene), *pair)))
        if not outcome.value:
            return None  # no time, or a network is busy or broken, of which the tiles tell
        self._next, self._at_ms = self._next + 1, at_ms
        return empty

    def _pair(self, faces: Finder, people: Finder) -> tuple[Finder, Finder]:
        return Sparing(faces, lambda: self.spared), Sparing(people, lambda: self.spared)


def _cut(empty: Bits, pixels: Pixels, faces: Finder, people: Finder) -> None:
    found = np.zeros_like(empty)
    for face in faces.find(pixels):
        cover(found, _person_below(face))
    for x, y, w, h in people.find(pixels):
        cover(found, (x - 0.15 * w, y - 0.1 * h, 1.3 * w, 1.2 * h))
    empty &= ~found


def _picture(scene: EmptyScene) -> Pixels:
    """The scene as a picture of the usual size."""
    return Pixels(scene.luma.repeat(2, axis=0).repeat(2, axis=1), scene.u, scene.v, 0)


def _person_below(face: Area) -> Area:
    """Where the person is whose face was found: twice as wide to each side, seven heads high."""
    x, y, w, h = face
    return x - 1.5 * w, y - 0.5 * h, 4 * w, 8 * h
