"""Learns what one camera sees when nobody is there: the plate. `docs/design/masks.md` has the reasons and the limits.

Learning takes at least 8 looks over a while (six seconds here, thirty as a node is set). A pixel is known once most
looks agree on it; whoever is found in a look, by face or as a person, is cut out of that look. Afterwards a known pixel
only follows slow light. What differs from the plate is never learned, however long it stays, with one exception: where
something that stood there from the start has gone (its outline is in the plate and no longer in the picture), the
ground it left is learned after a still minute. Where somebody was found, the ground is learned only once they have
gone. A picture that stays changed as a whole is another scene: one that was known before is taken up again, else it is
learned anew, and withheld meanwhile.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

from safecity.adapters.vision.compare import Seen, compared, narrowed, share, widened
from safecity.adapters.vision.faces import Finder
from safecity.adapters.vision.search import Search
from safecity.adapters.vision.spare import Spare
from safecity.base import attempt
from safecity.footage import (
    Area,
    Bits,
    EmptyScene,
    PictureWithheld,
    Pixels,
    Plane,
    StoredScene,
    distance,
    even_light,
    read_scene,
    write_scene,
)

FEWEST, LEARN_MS = 8, 6_000
LEARN_EVERY_MS, RELEARN_EVERY_MS = 500, 2_500
WINDOW = 24
AGREE, NEAR, FAR = 10, 8, 13
DRIFT_EVERY_MS = 2_000
STILL_MS = 60_000
LEFT_EVERY_MS = 5_000
CHANGED_WHOLE, CHANGED_LOOKS, CHANGED_MS = 0.6, 5, 8_000
GONE = 0.15  # so much of the place where somebody stood must look different before its ground is learned


class Plate:
    """One stream's empty scene, at half the size of the pictures it is given."""

    def __init__(
        self,
        finder: Finder,
        *,
        people: Finder | None = None,
        learn_ms: int = LEARN_MS,
        recall: Callable[[Seen], StoredScene | None] = lambda _: None,
        spare: Spare | None = None,
    ) -> None:
        """`recall` finds a scene that was known before and that a look agrees with; `spare` is for further searches."""
        self._search = Search(finder, people, spare)
        self._learn_ms, self._recall = learn_ms, recall
        self._samples: deque[Seen] = deque(maxlen=WINDOW)
        self._empty: deque[Bits] = deque(maxlen=WINDOW)  # of each sample, where nobody was found
        self._before: Plane | None = None
        self._moved_ms: npt.NDArray[np.int64] | None = None
        self._stood: Plane | None = None  # what stood where somebody was found; 0 elsewhere
        self._drifted_ms = self._left_ms = 0
        self._changed: list[int] = []
        self._again = False
        self.scene: EmptyScene | None = None
        # whether people were looked for in the scene since more than slow light changed it
        self.cleared = False
        self.version = self.learned_ms = self.marked_ms = 0

    @property
    def spared(self) -> tuple[Area, ...]:
        """The areas in which nobody is, whatever is found: a person said so of this scene."""
        return self._search.spared

    def seconds_left(self) -> int:
        """About how long learning will take yet; 0 once the plate is there."""
        if self.scene is not None:
            return 0
        if not self._samples:
            return max(FEWEST, -(-self._learn_ms // 1000))
        spent_ms = self._samples[-1].at_ms - self._samples[0].at_ms
        each_ms = max(1_000, spent_ms // max(1, len(self._samples) - 1))
        return max(1, -(-max(self._learn_ms - spent_ms, (FEWEST - len(self._samples)) * each_ms) // 1000))

    def reason(self) -> str:
        """Why nothing can be shown yet, as a sentence."""
        why = "has changed and is being learned anew" if self._again else "is still being learned"
        return f"The empty scene of this camera {why} ({self.seconds_left()} s)."

    def scene_for(self, pixels: Pixels) -> EmptyScene:  # noqa: ARG002  the present one fits every live picture
        """As `masker.Scenes`: the present scene. Raises PictureWithheld while there is none."""
        if self.scene is None:
            raise PictureWithheld(self.reason())
        return self.scene

    def look(self, pixels: Pixels) -> Seen:
        """Learns from a keyframe, and returns how it compares. A picture of another size begins anew."""
        if (self._before is not None and self._before.shape != pixels.u.shape) or (
            self.scene is not None and self.scene.luma.shape != pixels.u.shape
        ):
            self.forget()
        seen = compared(pixels, self._before, self.scene)
        self._notice_movement(seen)
        self._gather(seen, pixels)
        if self.scene is None:
            self._learn()
        else:
            self._follow(self.scene, seen)
        if self.scene is not None:
            self._look_for_people_in(self.scene, seen.at_ms)
        return seen

    def forget(self) -> None:
        """Throws the plate away; learning begins anew."""
        self._again = self.scene is not None
        self.cleared = False
        self.scene, self._before, self._moved_ms, self._stood = None, None, None, None
        self._search.spared = ()
        self._drop_samples()
        self._changed.clear()
        self.version += 1

    @property
    def stored(self) -> StoredScene | None:
        """The plate with its past; None while there is none."""
        if self.scene is None:
            return None
        return StoredScene(self.scene, self._stood, self.learned_ms, self.marked_ms, self.spared)

    def to_bytes(self) -> bytes:
        """The plate as a file. Only to be called when there is one."""
        stored = self.stored
        assert stored is not None
        return write_scene(stored)

    def from_bytes(self, data: bytes) -> bool:
        """Takes a plate from a file; False where the file is damaged, which leaves the plate to be learned."""
        stored = read_scene(data)
        if stored is not None:
            self.take_up(stored)
        return stored is not None

    def take_up(self, stored: StoredScene) -> None:
        """Another scene holds from now on; people are looked for in it with the next look."""
        self.cleared = False
        self.scene, self._stood, self._search.spared = stored.scene, stored.stood, stored.spared
        self.learned_ms, self.marked_ms = stored.learned_ms, max(self.marked_ms, stored.marked_ms)
        self._drop_samples()
        self._changed.clear()
        self.version += 1

    def _drop_samples(self) -> None:
        self._samples.clear()
        self._empty.clear()

    def _gather(self, seen: Seen, pixels: Pixels) -> None:
        """Keeps looks as long as something is to be learned from them."""
        if self.scene is not None and self.scene.known.all():
            self._drop_samples()
            return
        first = self.scene is None
        every_ms = max(LEARN_EVERY_MS, self._learn_ms // (WINDOW - 1)) if first else RELEARN_EVERY_MS
        last_ms = self._samples[-1].at_ms if self._samples else None
        if last_ms is not None and seen.at_ms < last_ms:
            self._drop_samples()  # the clock was set back
            last_ms = None
        if last_ms is not None and seen.at_ms - last_ms < every_ms:
            return
        empty = np.ones(seen.luma.shape, dtype=np.bool_)
        if first:
            try:
                self._search.cut(empty, pixels)
            except PictureWithheld:
                return  # faces could not be looked for in time: such a look teaches nothing
        self._samples.append(_kept(seen))
        self._empty.append(empty)

    def _learn(self) -> None:
        """The first plate: what most looks agree on."""
        if len(self._samples) < FEWEST:
            return
        if self._samples[-1].at_ms - self._samples[0].at_ms < self._learn_ms:
            return
        agreed = self._agreed(0.6)
        try:
            self.scene = self._without_people(agreed, np.ones_like(agreed.known))
        except PictureWithheld:
            return  # people could not be looked for in time: with the next look
        self.cleared = True
        self.learned_ms = self._samples[-1].at_ms
        self._drop_samples()
        self._again = False
        self.version += 1

    def _agreed(self, part: float) -> EmptyScene:
        """The median of the gathered looks, known where so many of them lie close to it, with nobody there."""
        lumas = np.stack([seen.luma for seen in self._samples])
        luma = _median(lumas)
        close = (distance(lumas, luma[np.newaxis]) <= AGREE) & np.stack(self._empty)
        known = ~widened(np.count_nonzero(close, axis=0) < part * len(self._samples), 1)
        u = _median(np.stack([seen.u for seen in self._samples]))
        v = _median(np.stack([seen.v for seen in self._samples]))
        return EmptyScene(luma, u, v, known)

    def _without_people(self, scene: EmptyScene, fresh: Bits) -> EmptyScene:
        """Unlearns who stood there all the while: who is found in the plate itself, or was in many of its looks."""
        empty = self._search.empty_part(scene, self._samples[-1].at_ms)
        found_often = np.count_nonzero(~np.stack(self._empty), axis=0) > 0.3 * len(self._samples)
        self._suspect(scene.luma, (found_often | ~empty) & fresh)
        return EmptyScene(scene.luma, scene.u, scene.v, scene.known & empty)

    def _look_for_people_in(self, scene: EmptyScene, at_ms: int) -> None:
        """Unlearns who is found in a scene that was taken from a file, or in what was learned where somebody left.

        A scene that was searched is searched again in other views, when there is time.
        """
        if self.cleared:
            empty = self._search.empty_part_again(scene, at_ms)
        else:
            empty = attempt(lambda: self._search.empty_part(scene, at_ms)).value
        if empty is None:
            return  # nothing is due; or a network is busy, or broken, of which the tiles tell: with the next look
        people = scene.known & ~empty
        if people.any():
            self._suspect(scene.luma, people)
            scene.known[people] = False
            self.version += 1
        self.cleared = True

    def _suspect(self, luma: Plane, people: Bits) -> None:
        """Remembers what stands where somebody was found, so that it is not taken for ground until it has gone."""
        if self._stood is None or self._stood.shape != luma.shape:
            self._stood = np.zeros_like(luma)
        fresh = people & (self._stood == 0)
        self._stood[fresh] = np.maximum(luma[fresh], 1)

    def _notice_movement(self, seen: Seen) -> None:
        """Keeps, for each pixel, when it or a neighbour last moved."""
        if self._moved_ms is None or seen.moved is None:
            self._moved_ms = np.full(seen.luma.shape, seen.at_ms, dtype=np.int64)
        else:
            moved = narrowed(seen.moved > AGREE, 1)
            self._moved_ms[widened(moved, 5)] = seen.at_ms
        self._before = seen.luma

    def _follow(self, scene: EmptyScene, seen: Seen) -> None:
        if seen.apart is None or seen.lit is None:
            return
        far = seen.apart > FAR
        if self._is_another_scene(share(far), seen.at_ms):
            known_before = self._recall(seen)
            if known_before is None:
                self.forget()
            else:
                self.take_up(known_before)
            return
        if seen.at_ms - self._drifted_ms >= DRIFT_EVERY_MS:
            self._drifted_ms = seen.at_ms
            _drift(scene, seen, (seen.apart <= NEAR) & scene.known)
        if seen.at_ms - self._left_ms >= LEFT_EVERY_MS:
            self._left_ms = seen.at_ms
            self._learn_what_was_left(scene, seen, narrowed(far, 1))
            self._learn_the_unknown(scene)

    def _is_another_scene(self, differing: float, at_ms: int) -> bool:
        if differing <= CHANGED_WHOLE:
            self._changed.clear()
            return False
        self._changed.append(at_ms)
        return len(self._changed) >= CHANGED_LOOKS and at_ms - self._changed[0] >= CHANGED_MS

    def _learn_what_was_left(self, scene: EmptyScene, seen: Seen, apart: Bits) -> None:
        """Learns the ground where something that is in the plate has gone, once it was still for a minute."""
        assert self._moved_ms is not None
        assert seen.lit is not None
        parts = widened(apart, 2)
        if not parts.any():
            return
        still = seen.at_ms - self._moved_ms >= STILL_MS
        count, labels = cv2.connectedComponents(parts.astype(np.uint8))
        edges_then, edges_now = _edges(seen.lit), _edges(seen.luma)
        for label in range(1, min(count, 50)):
            part: Bits = labels == label
            if not still[part].all():
                continue
            outline = widened(part, 2) & ~narrowed(part, 3)
            if edges_then[outline].mean() > 1.5 * edges_now[outline].mean() + 1:
                self._take(scene, seen, widened(part, 3))

    def _take(self, scene: EmptyScene, seen: Seen, part: Bits) -> None:
        self.cleared = False
        for plane, now in ((scene.luma, seen.luma), (scene.u, seen.u), (scene.v, seen.v)):
            plane[part] = now[part]
        scene.known[part] = True
        self.version += 1

    def _learn_the_unknown(self, scene: EmptyScene) -> None:
        """Pixels that were never known, on a street that is never empty: a minute of looks that mostly agree."""
        unknown = ~scene.known
        if not unknown.any() or len(self._samples) < WINDOW:
            return
        try:
            found = self._without_people(self._agreed(0.7), unknown)
        except PictureWithheld:
            return
        fresh = unknown & found.known & ~self._still_there(found.luma)
        self._drop_samples()
        if fresh.any():
            for plane, learned in ((scene.luma, found.luma), (scene.u, found.u), (scene.v, found.v)):
                plane[fresh] = learned[fresh]
            scene.known[fresh] = True
            if self._stood is not None:
                self._stood[fresh] = 0
            self.version += 1

    def _still_there(self, luma: Plane) -> Bits:
        """Where those who were found once may still be: each place as a whole, until it looks different."""
        places, stood = np.zeros(luma.shape, dtype=np.bool_), self._stood
        if stood is None or stood.shape != luma.shape:
            return places
        count, labels = cv2.connectedComponents((stood > 0).astype(np.uint8))
        other = distance(luma, even_light(np.where(stood > 0, stood, luma), luma)) > FAR
        for label in range(1, count):
            place: Bits = labels == label
            if share(other[place]) < GONE:
                places |= place
        return places


def _kept(seen: Seen) -> Seen:
    """A look without what it was compared with, and without the picture that its colours may be a part of."""
    return Seen(seen.luma, seen.u.copy(), seen.v.copy(), seen.at_ms)


def _median(planes: Plane) -> Plane:
    return np.median(planes, axis=0).astype(np.uint8)


def _edges(luma: Plane) -> npt.NDArray[np.float32]:
    """How steep the picture is at each pixel."""
    across = cv2.Sobel(luma, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(luma, cv2.CV_32F, 0, 1, scale=0.25)
    return cast("npt.NDArray[np.float32]", np.abs(across) + np.abs(down))


def _drift(scene: EmptyScene, seen: Seen, where: Bits) -> None:
    """Moves the plate by one level towards the picture where they nearly agree, so that it follows slow light."""
    assert seen.lit is not None
    for plane, seen_as, now in (
        (scene.luma, seen.lit, seen.luma),
        (scene.u, scene.u, seen.u),
        (scene.v, scene.v, seen.v),
    ):
        higher = where & (now > seen_as) & (plane < 255)
        lower = where & (now < seen_as) & (plane > 0)
        np.add(plane, higher.view(np.uint8), out=plane)
        np.subtract(plane, lower.view(np.uint8), out=plane)
