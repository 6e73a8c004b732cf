"""Which finders an eye has: CenterFace, which we ship, and what an administrator installed beside it.

`face_model` may name an ONNX file of YuNet (libfacedetection), `person_model` one of YOLOX. Each adds to what is
hidden, none takes away. A file that was asked for and cannot be used ends the eye with the reason: no picture, rather
than one that is masked less than was promised.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt

from safecity.adapters.vision.faces import TURN_S, FaceFinder, Finder, WeightsRefused, to_rgb
from safecity.adapters.vision.people import PersonFinder
from safecity.footage import Area, PictureWithheld, Pixels, Plane

THRESHOLD = 0.5
LEAST_SIDE = 64  # smaller pictures break its maps


@dataclass(frozen=True)
class Finders:
    """What an eye looks for people with; `words` says so in a sentence, for the log and the camera's page."""

    faces: Finder
    people: Finder | None
    words: str


class YuNetFinder:
    """Fills `faces.Finder`. Costs about 17 ms for a picture 640 wide."""

    def __init__(self, file: Path) -> None:
        """Loads the weights. Raises WeightsRefused where the file is no such network."""
        self.turn = threading.Lock()
        if not file.is_file():
            raise WeightsRefused(f"There is no face model {file}.")
        detector: Any = cv2.FaceDetectorYN
        try:
            self._detector: Any = detector.create(str(file), "", (320, 320), THRESHOLD)
            self._detector.detect(np.zeros((320, 320, 3), dtype=np.uint8))
        except cv2.error as error:
            raise WeightsRefused(
                f"The face model {file} cannot be used: it must be YuNet as ONNX."
            ) from error

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        """Where faces are, as shares of the picture. Raises PictureWithheld when its turn does not come in time."""
        height, width = pixels.y.shape
        padded = np.zeros((max(height, LEAST_SIDE), max(width, LEAST_SIDE), 3), dtype=np.uint8)
        padded[:height, :width] = to_rgb(pixels)[:, :, ::-1]
        if not self.turn.acquire(timeout=TURN_S):
            raise PictureWithheld(
                "Faces could not be looked for in time; too many pictures are being watched."
            )
        try:
            self._detector.setInputSize((padded.shape[1], padded.shape[0]))
            _, rows = self._detector.detect(padded)
        finally:
            self.turn.release()
        if rows is None:
            return ()
        found = cast("npt.NDArray[np.float32]", rows)[:, :4] / (width, height, width, height)
        return tuple((float(x), float(y), float(w), float(h)) for x, y, w, h in found)


@dataclass(frozen=True)
class Together:
    """Fills `faces.Finder`: what any of several finds."""

    finders: tuple[Finder, ...]

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        """The areas of all, one after another."""
        return tuple(area for finder in self.finders for area in finder.find(pixels))


@dataclass(frozen=True)
class Mirrored:
    """Fills `faces.Finder`: what another finds in the mirrored picture; networks are less symmetrical than faces."""

    finder: Finder

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        """As `Finder`, in the places of the picture as it was given."""
        y, u, v = (np.ascontiguousarray(plane[:, ::-1]) for plane in (pixels.y, pixels.u, pixels.v))
        found = self.finder.find(Pixels(y, u, v, pixels.wall_ms))
        return tuple((1 - x - w, y, w, h) for x, y, w, h in found)


@dataclass(frozen=True)
class Enlarged:
    """Fills `faces.Finder`: what another finds in the picture made half as large again; for faces of 6 to 14 pixels."""

    finder: Finder

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        """As `Finder`; areas are shares of the picture, whatever its size."""
        high, wide = (round(side * 1.5 / 4) * 4 for side in pixels.y.shape)
        y = cv2.resize(pixels.y, (wide, high), interpolation=cv2.INTER_LINEAR)
        u, v = (
            cv2.resize(plane, (wide // 2, high // 2), interpolation=cv2.INTER_LINEAR)
            for plane in (pixels.u, pixels.v)
        )
        return self.finder.find(Pixels(_plane(y), _plane(u), _plane(v), pixels.wall_ms))


def open_finders(face_model: str = "", person_model: str = "") -> Finders:
    """The finders of an eye; an empty text stands for no file. Raises WeightsRefused.

    An eye is one process to a core: threads of OpenCV would only wait for each other, so from here on it has none.
    """
    cv2.setNumThreads(1)
    faces: Finder = FaceFinder()
    words = "Faces are looked for by CenterFace"
    if face_model:
        faces = Together((faces, YuNetFinder(Path(face_model))))
        words += f" and YuNet ({Path(face_model).name})"
    if not person_model:
        return Finders(faces, None, f"{words}; no network for whole persons is installed.")
    people = PersonFinder(Path(person_model))
    return Finders(faces, people, f"{words}, whole persons by YOLOX ({Path(person_model).name}).")


def _plane(pixels: Any) -> Plane:
    return cast("Plane", pixels)
