"""The labelled clips, played through the live masking path, and what of faces and visitors is left to be seen.

A watcher's plate looks at one picture a second, a tile's masker gets every picture, in their order and at their times:
so a face between two searches counts as it would for a viewer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np

from safecity.adapters.vision.compare import half, narrowed, widened
from safecity.adapters.vision.decode import pixels_of
from safecity.adapters.vision.faces import Finder
from safecity.adapters.vision.finders import Enlarged, Mirrored
from safecity.adapters.vision.masker import SceneMasker, scaled
from safecity.adapters.vision.plate import Plate
from safecity.footage import GREY, Area, Bits, PictureWithheld, Pixels, Plane, distance, even_light

DATA = Path(__file__).parents[2].parent / "shared" / "data"
FACES, VISITORS = "face-demographics-walking-and-pause-preview", "one-by-one-person-detection"
LEAST_FACE = 16  # pixels, at the size that is shown
HIDDEN = 0.9  # a face counts as hidden when so much of its labelled box is filled
BODY_LEVELS = 30
LEAST_BODY = 0.0013  # of the picture
ABSENT = "" if (DATA / f"{VISITORS}.mp4").exists() else "the shared clips are not here"


def truth(clip: str) -> Any:
    """The labels of a clip."""
    return json.loads((DATA / f"{clip}.gt.json").read_text())


def frames(clip: str, every: int = 1, width: int = 640) -> Iterator[tuple[int, Pixels]]:
    """A clip's pictures, so wide, with their numbers and times."""
    with av.open(str(DATA / f"{clip}.mp4")) as file:
        rate = float(file.streams.video[0].average_rate or 10)
        for number, frame in enumerate(file.decode(video=0)):
            if number % every == 0:
                yield number, pixels_of(frame, width, width * 9 // 16, round(number / rate * 1000))


@dataclass
class Viewing:
    """A tile of one camera, as a viewer has it."""

    plate: Plate
    masker: SceneMasker
    _looked_ms: int = -1_000

    @classmethod
    def by(cls, finder: Finder, *, learner: Finder | None = None, learn_ms: int = 6_000) -> Viewing:
        """A camera that was just added. `learner` finds faces while the plate is learned, where that is another."""
        plate = Plate(learner or finder, learn_ms=learn_ms)
        return cls(plate, SceneMasker(plate, finder))

    def shown(self, pixels: Pixels) -> Pixels | None:
        """What the viewer sees; None while it is withheld."""
        if pixels.wall_ms - self._looked_ms >= 1_000:
            self._looked_ms = pixels.wall_ms
            self.plate.look(pixels)
        try:
            return self.masker.mask(pixels)
        except PictureWithheld:
            return None


@dataclass(frozen=True)
class Recall:
    """Faces that were to be hidden, and how many were."""

    labelled: int
    hidden: int


def faces_hidden(finder: Finder, *, rounds: int, learner: Finder | None = None) -> Recall:
    """The face clip to and fro, for it is short; counted once pictures are shown. Its people never leave it."""
    pictures = list(frames(FACES))
    labels = {int(number): boxes for number, boxes in truth(FACES)["faces_xywh_by_frame"].items()}
    wide, high = truth(FACES)["size"]
    viewing, labelled, hidden, wall_ms = Viewing.by(finder, learner=learner), 0, 0, 0
    while rounds:
        showed = False
        for number, picture in [*pictures, *reversed(pictures[1:-1])]:
            wall_ms += 84
            shown = viewing.shown(Pixels(picture.y, picture.u, picture.v, wall_ms))
            if shown is None:
                continue
            showed = True
            for box in labels.get(number, ()):
                rows, columns = _part(box, 640 / wide, 360 / high)
                if min(rows.stop - rows.start, columns.stop - columns.start) >= LEAST_FACE:
                    labelled += 1
                    hidden += bool((shown.y[rows, columns] == GREY).mean() >= HIDDEN)
        rounds -= showed
    return Recall(labelled, hidden)


@dataclass(frozen=True)
class Searched:
    """Faces in plates, how many one search found, and how many that and the searches after it."""

    labelled: int
    once: int
    again: int


def small_faces(finder: Finder, scale: float) -> Searched:
    """The face clip's people as part of a plate, made so much smaller, in the middle of a grey street."""
    labels = {int(number): boxes for number, boxes in truth(FACES)["faces_xywh_by_frame"].items()}
    wide, high = (round(side * scale / 4) * 4 for side in (640, 360))
    left, top = (640 - wide) // 4 * 2, (360 - high) // 4 * 2
    across, down = (ours / theirs for ours, theirs in zip((wide, high), truth(FACES)["size"], strict=True))
    labelled = once = again = 0
    for number, picture in frames(FACES):
        if number not in labels:
            continue
        plate = _plate_with(scaled(picture, wide), left, top)
        first = finder.find(plate)
        after = first + Mirrored(finder).find(plate) + Enlarged(finder).find(plate)
        for x, y, w, h in labels[number]:
            middle = (left + (x + w / 2) * across) / 640, (top + (y + h / 2) * down) / 360
            labelled += 1
            once, again = once + _is_in(middle, first), again + _is_in(middle, after)
    return Searched(labelled, once, again)


def _plate_with(small: Pixels, left: int, top: int) -> Pixels:
    """A grey street with a picture in it, as a plate is searched: its luma at half the size, doubled."""
    y = np.full((360, 640), 90, dtype=np.uint8)
    y[top : top + small.y.shape[0], left : left + small.y.shape[1]] = small.y
    u, v = np.full((180, 320), 128, dtype=np.uint8), np.full((180, 320), 128, dtype=np.uint8)
    for plane, part in ((u, small.u), (v, small.v)):
        plane[top // 2 : top // 2 + part.shape[0], left // 2 : left // 2 + part.shape[1]] = part
    return Pixels(half(y).repeat(2, axis=0).repeat(2, axis=1), u, v, 0)


def _is_in(point: tuple[float, float], areas: Sequence[Area]) -> bool:
    return any(x <= point[0] <= x + w and y <= point[1] <= y + h for x, y, w, h in areas)


@dataclass(frozen=True)
class Visit:
    """How much of a visitor was to be seen: over the whole visit, in the worst picture, and in how many too much."""

    share: float
    worst: float
    unmasked: int
    pictures: int


def visits(finder: Finder, *, every: int = 1, learn_ms: int = 6_000, width: int = 640) -> list[Visit]:
    """The people who stand at the table. Their pixels are those that differ from the labelled empty room."""
    labels = truth(VISITORS)
    empty = _empty_room(labels["empty_spans_s"], width)
    viewing = Viewing.by(finder, learn_ms=learn_ms)
    found: list[list[tuple[int, int]]] = [[] for _ in labels["visits"]]
    for number, picture in frames(VISITORS, every, width):
        shown = viewing.shown(picture)
        which = next(
            (n for n, v in enumerate(labels["visits"]) if v["first_frame"] <= number <= v["last_frame"]), None
        )
        if which is None or shown is None:
            continue
        body = _body(picture.y, empty)
        if body.mean() >= LEAST_BODY:
            found[which].append((int((body & (shown.y != GREY)).sum()), int(body.sum())))
    return [_visit(each) for each in found]


def _visit(pictures: Sequence[tuple[int, int]]) -> Visit:
    shares = [visible / body for visible, body in pictures]
    whole = sum(body for _, body in pictures)
    share = sum(visible for visible, _ in pictures) / whole if whole else 0.0
    return Visit(share, max(shares, default=0.0), sum(each > 0.02 for each in shares), len(shares))


def _empty_room(spans: Sequence[tuple[float, float]], width: int) -> Plane:
    """The median of pictures in which nobody is."""
    rows = [
        picture.y
        for _, picture in frames(VISITORS, 7, width)
        if any(a + 0.5 < picture.wall_ms / 1000 < b - 0.5 for a, b in spans)
    ]
    return np.median(np.stack(rows[:40]), axis=0).astype(np.uint8)


def _body(y: Plane, empty: Plane) -> Bits:
    return widened(narrowed(distance(y, even_light(empty, y)) > BODY_LEVELS, 1), 1)


def _part(box: Sequence[float], across: float, down: float) -> tuple[slice, slice]:
    x, y, w, h = box
    return slice(round(y * down), round((y + h) * down)), slice(round(x * across), round((x + w) * across))
