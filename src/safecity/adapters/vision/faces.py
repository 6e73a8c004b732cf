"""Finds where faces are, in order to hide them: CenterFace (arXiv 1911.03599) through ONNX Runtime, on one thread.

Finds, never recognises: what comes out is areas, and the network's landmarks were cut off the weights that we ship.
The weights are checked against `weights.toml` when they are loaded.
"""

from __future__ import annotations

import hashlib
import threading
import tomllib
from importlib.resources import files
from typing import Any, Protocol, cast

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

from safecity.base import Unavailable
from safecity.footage import Area, PictureWithheld, Pixels

THRESHOLD = 0.2  # low on purpose: a false face hides a lamp, a missed one shows a person
MOST_FACES = 300
STRIDE = 4  # the network's map has a quarter of the picture's size
TURN_S = 2.0
GRAIN = 32  # its input is a multiple of this


class Finder(Protocol):
    """Finds faces in a picture. May take about a tenth of a second; may be called from several threads."""

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        """Where faces are, as shares of the picture."""
        ...


class WeightsRefused(Unavailable):
    """The face finder's weights are not those we shipped; install the package again."""


class FaceFinder:
    """Fills `Finder`. Costs about 95 ms for a picture 640 wide, 34 ms for one 320 wide."""

    def __init__(self) -> None:
        """Loads the weights. Raises WeightsRefused when their sum is wrong."""
        onnx: Any = onnxruntime  # it ships no types
        options = onnx.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_mem_pattern = False  # it would keep memory for each size of picture
        options.log_severity_level = 3
        # One search at a time: each needs some 60 MB, and more at once would not be quicker on the same cores.
        self.turn = threading.Lock()
        self._session: Any = onnx.InferenceSession(
            checked_weights(), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        """Where faces are, as shares of the picture. Raises PictureWithheld when its turn does not come in time."""
        height, width = pixels.y.shape
        padded = np.zeros((-(-height // GRAIN) * GRAIN, -(-width // GRAIN) * GRAIN, 3), dtype=np.float32)
        padded[:height, :width] = to_rgb(pixels)
        tensor = np.ascontiguousarray(padded.transpose(2, 0, 1)[np.newaxis])
        if not self.turn.acquire(timeout=TURN_S):
            raise PictureWithheld(
                "Faces could not be looked for in time; too many pictures are being watched."
            )
        try:
            found: list[npt.NDArray[np.float32]] = self._session.run(
                ["537", "538", "539"], {"input.1": tensor}
            )
        finally:
            self.turn.release()
        heat, size, offset = found
        return areas(heat[0, 0], size[0], offset[0], width, height)


def areas(
    heat: npt.NDArray[np.float32],
    size: npt.NDArray[np.float32],
    offset: npt.NDArray[np.float32],
    width: int,
    height: int,
) -> tuple[Area, ...]:
    """The network's maps as areas. Faces that overlap are not thinned out: all of them are hidden anyway."""
    rows, columns = np.nonzero(heat > THRESHOLD)
    if rows.size > MOST_FACES:
        strongest = np.argsort(heat[rows, columns])[-MOST_FACES:]
        rows, columns = rows[strongest], columns[strongest]
    high, wide = np.exp(size[:, rows, columns]) * STRIDE
    middle_y = (rows + offset[0, rows, columns] + 0.5) * STRIDE
    middle_x = (columns + offset[1, rows, columns] + 0.5) * STRIDE
    left, top = (middle_x - wide / 2) / width, (middle_y - high / 2) / height
    found = np.stack([left, top, wide / width, high / height], axis=1)
    return tuple((float(x), float(y), float(w), float(h)) for x, y, w, h in found)


def to_rgb(pixels: Pixels) -> npt.NDArray[np.uint8]:
    """The picture in red, green and blue."""
    height, width = pixels.y.shape
    planes = np.concatenate([pixels.y.ravel(), pixels.u.ravel(), pixels.v.ravel()])
    colours = cv2.cvtColor(planes.reshape(height * 3 // 2, width), cv2.COLOR_YUV2RGB_I420)
    return cast("npt.NDArray[np.uint8]", colours)


def checked_weights() -> bytes:
    """The weights of the package. Raises WeightsRefused."""
    folder = files("safecity.adapters.vision.weights")
    row = tomllib.loads((folder / "weights.toml").read_text(encoding="utf-8"))["centerface"]
    try:
        weights = (folder / row["file"]).read_bytes()
    except FileNotFoundError as error:
        raise WeightsRefused("The face finder's weights are missing; install the package again.") from error
    if hashlib.sha256(weights).hexdigest() != row["sha256"]:
        raise WeightsRefused
    return weights
