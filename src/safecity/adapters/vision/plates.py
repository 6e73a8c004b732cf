"""The empty scenes of one stream through time: the present plate, and on the disk those that held before.

A plate lies in `<folder>/<stamp>.npz`, where the stamp is the moment (ms) from which it held. A new file begins where
the scene changed as a whole (night mode, a camera turned) or, an hour later at the earliest, in a notable part; until
then the same file is brought up to date. So last night's footage is masked with last night's plate. A plate goes when
the footage for which it held has gone.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from safecity.adapters.vision.compare import Seen, compared, share
from safecity.adapters.vision.faces import Finder
from safecity.adapters.vision.plate import FAR, LEARN_MS, Plate
from safecity.adapters.vision.spare import Spare
from safecity.footage import (
    Area,
    EmptyScene,
    PictureWithheld,
    Pixels,
    SceneMark,
    StoredScene,
    distance,
    even_light,
    read_scene,
    take_marks,
    write_durably,
    write_scene,
)

log = logging.getLogger(__name__)

SAVE_EVERY_MS = 600_000
NEW_FILE_MS = 3_600_000
NOTABLE = 0.02
# a scene of before is taken up again where no more of the picture than this differs from it
SAME_SCENE = 0.25
MOST_RECALLED = 48
CHOOSE_EVERY_MS = 10_000
NOT_KNOWN = "It is not known what this camera saw empty at that time, so the picture cannot be masked."


class Plates:
    """The present plate of a stream (`plate`), and the files of the past. One thread at a time learns; any may read."""

    def __init__(
        self,
        folder: Path,
        finder: Finder,
        people: Finder | None = None,
        *,
        learn_ms: int = LEARN_MS,
        spare: Spare | None = None,
    ) -> None:
        self._folder = folder
        self.plate = Plate(finder, people=people, learn_ms=learn_ms, recall=self._recall, spare=spare)
        self._saved: tuple[int, int] | None = None  # the plate's version, and when
        self._stamp: int | None = None
        self._begun: EmptyScene | None = None  # as it was when its file began

    def load(self, from_ms: int = 0, marks: Sequence[SceneMark] = ()) -> None:
        """Takes up the newest plate, and in all of them what people said of places since.

        Those from before `from_ms` go: an administrator had the plate taken anew.
        """
        self.plate.marked_ms = max((each.at_ms for each in marks), default=0)
        stamps = self.stamps()
        for stamp in [each for each in stamps if each < from_ms]:
            self._file(stamp).unlink(missing_ok=True)
        kept = [each for each in stamps if each >= from_ms]
        if not kept:
            return
        newest = self.stored_at(kept[-1])
        if newest is None:
            log.warning("The plate %s is damaged; it is learned anew.", self._file(kept[-1]))
        if marks and (newest is None or newest.marked_ms < self.plate.marked_ms):
            for stamp in kept:  # the newest last: where it has its marks, all have
                self._mark(stamp, marks)
        if newest is not None:
            self.plate.take_up(take_marks(newest, marks))
            self._stamp, self._begun = kept[-1], _copy(self.plate.scene)

    def _mark(self, stamp: int, marks: Sequence[SceneMark]) -> None:
        """Takes marks over in a file; one that cannot be written goes, for it may show somebody."""
        stored = self.stored_at(stamp)
        marked = None if stored is None else take_marks(stored, marks)
        if marked is stored or marked is None:
            return
        try:
            write_durably(self._file(stamp), write_scene(marked))
        except OSError as error:
            log.warning("The plate %s goes, because it cannot be written: %s.", self._file(stamp), error)
            self._file(stamp).unlink(missing_ok=True)

    def stamps(self) -> list[int]:
        """From when on each plate held, oldest first."""
        try:
            return sorted(int(file.stem) for file in self._folder.glob("*.npz") if file.stem.isdigit())
        except OSError:
            return []

    def stored_at(self, stamp: int) -> StoredScene | None:
        """The plate of a stamp; None where it cannot be read."""
        try:
            stored = read_scene(self._file(stamp).read_bytes())
        except OSError:
            return None
        return replace(stored, learned_ms=stored.learned_ms or stamp) if stored else None

    def must_save(self, now_ms: int) -> bool:
        """Whether the present plate is to be written: it was learned or mended, or ten minutes have passed."""
        if self.plate.scene is None:
            return False
        return (
            self._saved is None
            or self._saved[0] != self.plate.version
            or abs(now_ms - self._saved[1]) >= SAVE_EVERY_MS
        )

    def save(self, now_ms: int) -> None:
        """Writes the present plate. Raises OSError."""
        scene = self.plate.scene
        if scene is None:
            return
        if self._stamp is None or self._begun is None or self._is_another(scene, self._begun, now_ms):
            self._stamp, self._begun = now_ms, _copy(scene)
        self._saved = self.plate.version, now_ms
        write_durably(self._file(self._stamp), self.plate.to_bytes())

    def forget(self, before_ms: int) -> int:
        """Deletes the plates that held no longer at that moment; returns how many."""
        stamps = self.stamps()
        gone = [stamp for stamp, after in pairwise(stamps) if after <= before_ms]
        for stamp in gone:
            self._file(stamp).unlink(missing_ok=True)
        return len(gone)

    def _is_another(self, scene: EmptyScene, begun: EmptyScene, now_ms: int) -> bool:
        if scene.luma.shape != begun.luma.shape:
            return True
        differing = share(distance(scene.luma, even_light(begun.luma, scene.luma)) > FAR)
        if differing > SAME_SCENE:
            return True
        differing += share(scene.known != begun.known)
        brighter = abs(float(scene.luma.mean()) - float(begun.luma.mean())) > FAR
        return now_ms - (self._stamp or 0) >= NEW_FILE_MS and (differing > NOTABLE or brighter)

    def _recall(self, seen: Seen) -> StoredScene | None:
        """The scene of before that a look agrees with best; None where none does."""
        best, least = None, SAME_SCENE
        for stamp in reversed(self.stamps()[-MOST_RECALLED:]):
            stored = self.stored_at(stamp)
            if stored is not None and stored.scene.luma.shape == seen.luma.shape:
                differing = share(distance(seen.luma, even_light(stored.scene.luma, seen.luma)) > FAR)
                if differing < least:
                    best, least = stored, differing
        return best

    def _file(self, stamp: int) -> Path:
        return self._folder / f"{stamp}.npz"


@dataclass
class PastScenes:
    """Fills `masker.Scenes` for recorded pictures: the plate that held at their time, or the next, whichever fits."""

    plates: Plates
    cleared = False  # a file does not say with which networks it was searched
    _stored: StoredScene | None = None
    _chosen_ms: int = 0

    @property
    def spared(self) -> tuple[Area, ...]:
        """The areas of the present choice in which nobody is, whatever is found."""
        return () if self._stored is None else self._stored.spared

    def scene_for(self, pixels: Pixels) -> EmptyScene:
        """As `masker.Scenes`."""
        away_ms = pixels.wall_ms - self._chosen_ms
        if self._stored is None or not 0 <= away_ms < CHOOSE_EVERY_MS:
            self._stored, self._chosen_ms = self._choose(pixels), pixels.wall_ms
        if self._stored is None:
            raise PictureWithheld(NOT_KNOWN)
        return self._stored.scene

    def _choose(self, pixels: Pixels) -> StoredScene | None:
        """Of the plates around a moment, the one from which the picture differs least."""
        stamps = self.plates.stamps()
        before = [stamp for stamp in stamps if stamp <= pixels.wall_ms][-1:]
        after = [stamp for stamp in stamps if stamp > pixels.wall_ms][:1]
        candidates = [self.plates.stored_at(stamp) for stamp in before + after] or [self.plates.plate.stored]
        best, least = None, 2.0
        for stored in candidates:
            seen = compared(pixels, None, None if stored is None else stored.scene)
            if seen.apart is not None and share(seen.apart > FAR) < least:
                best, least = stored, share(seen.apart > FAR)
        return best


def _copy(scene: EmptyScene | None) -> EmptyScene | None:
    """The scene as it is now; the plate goes on to change its own."""
    return None if scene is None else replace(scene, luma=scene.luma.copy(), known=scene.known.copy())
