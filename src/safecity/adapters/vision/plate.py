"""Learns what one camera sees when nobody is there: the plate. `docs/design/masks.md` has the reasons and the limits.

Learning takes at least 8 looks over 6 seconds. A pixel is known once most looks agree on it; where a face stands in
what was learned, the person below it is unlearned again. Afterwards a known pixel only follows slow light. What differs
from the plate is never learned, however long it stays, with one exception: where something that stood there from the
start has gone (its outline is in the plate and no longer in the picture), the ground it left is learned after a still
minute. A picture that stays changed as a whole is learned anew, and withheld meanwhile.
"""

from __future__ import annotations

import io
import zipfile
from collections import deque
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from safecity.adapters.vision.faces import Finder
from safecity.footage import (
    Area,
    Bits,
    EmptyScene,
    PictureWithheld,
    Pixels,
    Plane,
    distance,
    even_light,
    grown,
    halved,
    shrunk,
)

FEWEST, SPAN_MS = 8, 6_000
LEARN_EVERY_MS, RELEARN_EVERY_MS = 500, 2_500
WINDOW = 24
AGREE, NEAR, FAR = 10, 8, 13
DRIFT_EVERY_MS = 2_000
STILL_MS = 60_000
LEFT_EVERY_MS = 5_000
CHANGED_WHOLE, CHANGED_LOOKS, CHANGED_MS = 0.6, 5, 8_000


@dataclass(frozen=True, slots=True)
class _Sample:
    luma: Plane
    u: Plane
    v: Plane
    at_ms: int


class Plate:
    """One camera's empty scene, at half the size of the pictures it is given."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._samples: deque[_Sample] = deque(maxlen=WINDOW)
        self._before: Plane | None = None
        self._moved_ms: npt.NDArray[np.int64] | None = None
        self._drifted_ms = self._left_ms = 0
        self._changed: list[int] = []
        self._again = False
        self.scene: EmptyScene | None = None
        self.version = 0

    def seconds_left(self) -> int:
        """About how long learning will take yet; 0 once the plate is there."""
        if self.scene is not None:
            return 0
        if not self._samples:
            return FEWEST
        spent_ms = self._samples[-1].at_ms - self._samples[0].at_ms
        each_ms = max(1_000, spent_ms // max(1, len(self._samples) - 1))
        return max(1, -(-max(SPAN_MS - spent_ms, (FEWEST - len(self._samples)) * each_ms) // 1000))

    def reason(self) -> str:
        """Why nothing can be shown yet, as a sentence."""
        why = "has changed and is being learned anew" if self._again else "is still being learned"
        return f"The empty scene of this camera {why} ({self.seconds_left()} s)."

    def scene_for(self, pixels: Pixels) -> EmptyScene:  # noqa: ARG002  the present one fits every live picture
        """As `masker.Scenes`: the present scene. Raises PictureWithheld while there is none."""
        if self.scene is None:
            raise PictureWithheld(self.reason())
        return self.scene

    def look(self, pixels: Pixels) -> None:
        """Learns from a keyframe. A picture of another size begins anew."""
        sample = _Sample(halved(pixels.y), pixels.u, pixels.v, pixels.wall_ms)
        if self._before is not None and self._before.shape != sample.luma.shape:
            self.forget()
        if self.scene is not None and self.scene.luma.shape != sample.luma.shape:
            self.forget()
        self._notice_movement(sample)
        self._gather(sample)
        if self.scene is None:
            self._learn()
        else:
            self._follow(self.scene, sample)

    def forget(self) -> None:
        """Throws the plate away; learning begins anew."""
        self._again = self.scene is not None
        self.scene, self._before, self._moved_ms = None, None, None
        self._samples.clear()
        self._changed.clear()
        self.version += 1

    def to_bytes(self) -> bytes:
        """The plate as a file. Only to be called when there is one."""
        scene = self.scene
        assert scene is not None
        file = io.BytesIO()
        np.savez(file, luma=scene.luma, u=scene.u, v=scene.v, known=scene.known)
        return file.getvalue()

    def from_bytes(self, data: bytes) -> bool:
        """Takes a plate from a file; False where the file is damaged, which leaves the plate to be learned."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as file:
                scene = EmptyScene(file["luma"], file["u"], file["v"], file["known"])
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return False
        planes = (scene.luma, scene.u, scene.v)
        if any(plane.dtype != np.uint8 or plane.shape != scene.known.shape for plane in planes):
            return False
        self.scene = scene
        self.version += 1
        return True

    def _gather(self, sample: _Sample) -> None:
        """Keeps looks as long as something is to be learned from them."""
        if self.scene is not None and self.scene.known.all():
            self._samples.clear()
            return
        every_ms = LEARN_EVERY_MS if self.scene is None else RELEARN_EVERY_MS
        last_ms = self._samples[-1].at_ms if self._samples else None
        if last_ms is not None and sample.at_ms < last_ms:
            self._samples.clear()  # the clock was set back
            last_ms = None
        if last_ms is None or sample.at_ms - last_ms >= every_ms:
            self._samples.append(sample)

    def _learn(self) -> None:
        """The first plate: what most looks agree on."""
        span_ms = self._samples[-1].at_ms - self._samples[0].at_ms
        if len(self._samples) < FEWEST or span_ms < SPAN_MS:
            return
        scene = self._agreed(0.6)
        self.scene = self._without_people(scene)
        self._samples.clear()
        self._again = False
        self.version += 1

    def _agreed(self, share: float) -> EmptyScene:
        """The median of the gathered looks, known where so many of them lie close to it."""
        lumas = np.stack([sample.luma for sample in self._samples])
        luma = _median(lumas)
        agree = np.count_nonzero(distance(lumas, luma[np.newaxis]) <= AGREE, axis=0)
        known = ~grown(agree < share * len(self._samples), 1)
        u = _median(np.stack([sample.u for sample in self._samples]))
        v = _median(np.stack([sample.v for sample in self._samples]))
        return EmptyScene(luma, u, v, known)

    def _without_people(self, scene: EmptyScene) -> EmptyScene:
        """Unlearns who stood there all the while: below each face in the plate itself."""
        whole = Pixels(scene.luma.repeat(2, axis=0).repeat(2, axis=1), scene.u, scene.v, 0)
        known = scene.known.copy()
        for face in self._finder.find(whole):
            _clear(known, _person_below(face))
        return EmptyScene(scene.luma, scene.u, scene.v, known)

    def _notice_movement(self, sample: _Sample) -> None:
        """Keeps, for each pixel, when it or a neighbour last moved."""
        if self._moved_ms is None or self._before is None:
            self._moved_ms = np.full(sample.luma.shape, sample.at_ms, dtype=np.int64)
        else:
            moved = shrunk(distance(sample.luma, even_light(self._before, sample.luma)) > AGREE, 1)
            self._moved_ms[grown(moved, 5)] = sample.at_ms
        self._before = sample.luma

    def _follow(self, scene: EmptyScene, sample: _Sample) -> None:
        lit = even_light(scene.luma, sample.luma)
        apart = distance(sample.luma, lit)
        if self._is_another_scene(float(np.mean(apart > FAR)), sample.at_ms):
            self.forget()
            return
        if sample.at_ms - self._drifted_ms >= DRIFT_EVERY_MS:
            self._drifted_ms = sample.at_ms
            _drift(scene, lit, sample, (apart <= NEAR) & scene.known)
        if sample.at_ms - self._left_ms >= LEFT_EVERY_MS:
            self._left_ms = sample.at_ms
            self._learn_what_was_left(scene, sample, lit, shrunk(apart > FAR, 1))
            self._learn_the_unknown(scene)

    def _is_another_scene(self, share: float, at_ms: int) -> bool:
        if share <= CHANGED_WHOLE:
            self._changed.clear()
            return False
        self._changed.append(at_ms)
        return len(self._changed) >= CHANGED_LOOKS and at_ms - self._changed[0] >= CHANGED_MS

    def _learn_what_was_left(self, scene: EmptyScene, sample: _Sample, lit: Plane, apart: Bits) -> None:
        """Learns the ground where something that is in the plate has gone, once it was still for a minute."""
        assert self._moved_ms is not None
        parts = grown(apart, 2)
        if not parts.any():
            return
        still = sample.at_ms - self._moved_ms >= STILL_MS
        count, labels = cv2.connectedComponents(parts.astype(np.uint8))
        edges_then, edges_now = _edges(lit), _edges(sample.luma)
        for label in range(1, min(count, 50)):
            part: Bits = labels == label
            if not still[part].all():
                continue
            outline = grown(part, 2) & ~shrunk(part, 3)
            if edges_then[outline].mean() > 1.5 * edges_now[outline].mean() + 1:
                self._take(scene, sample, grown(part, 3))

    def _take(self, scene: EmptyScene, sample: _Sample, part: Bits) -> None:
        for plane, seen in ((scene.luma, sample.luma), (scene.u, sample.u), (scene.v, sample.v)):
            plane[part] = seen[part]
        scene.known[part] = True
        self.version += 1

    def _learn_the_unknown(self, scene: EmptyScene) -> None:
        """Pixels that were never known, on a street that is never empty: a minute of looks that mostly agree."""
        unknown = ~scene.known
        if not unknown.any() or len(self._samples) < WINDOW:
            return
        found = self._without_people(self._agreed(0.7))
        fresh = unknown & found.known
        self._samples.clear()
        if fresh.any():
            for plane, learned in ((scene.luma, found.luma), (scene.u, found.u), (scene.v, found.v)):
                plane[fresh] = learned[fresh]
            scene.known[fresh] = True
            self.version += 1


def _median(planes: Plane) -> Plane:
    return np.median(planes, axis=0).astype(np.uint8)


def _edges(luma: Plane) -> npt.NDArray[np.float32]:
    """How steep the picture is at each pixel."""
    across = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=0.25)
    return cast("npt.NDArray[np.float32]", np.abs(across) + np.abs(down))


def _drift(scene: EmptyScene, lit: Plane, sample: _Sample, where: Bits) -> None:
    """Moves the plate by one level towards the picture where they nearly agree, so that it follows slow light."""
    for plane, seen_as, seen in (
        (scene.luma, lit, sample.luma),
        (scene.u, scene.u, sample.u),
        (scene.v, scene.v, sample.v),
    ):
        higher = where & (seen > seen_as) & (plane < 255)
        lower = where & (seen < seen_as) & (plane > 0)
        plane[higher] += 1
        plane[lower] -= 1


def _person_below(face: Area) -> Area:
    """Where the person is whose face was found: twice as wide to each side, seven heads high."""
    x, y, w, h = face
    return x - 1.5 * w, y - 0.5 * h, 4 * w, 8 * h


def _clear(known: Bits, area: Area) -> None:
    height, width = known.shape
    x, y, w, h = area
    top, left = max(0, int(y * height)), max(0, int(x * width))
    known[top : max(top, int((y + h) * height) + 1), left : max(left, int((x + w) * width) + 1)] = False
