"""Finds where whole persons are, in order to hide them: a YOLOX network (arXiv 2107.08430) through ONNX Runtime.

The weights are not ours to ship: an administrator installs a file (`person_model`), such as YOLOX-nano of 416 pixels
that knows the classes of COCO, of which only the first is asked for. Finds, never recognises: what comes out is areas.
"""

from __future__ import annotations

import importlib
import threading
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

from safecity.adapters.vision.faces import TURN_S, WeightsRefused, to_rgb
from safecity.footage import Area, PictureWithheld, Pixels

Floats = npt.NDArray[np.float32]

THRESHOLD = 0.3  # low on purpose, as for faces
PERSON = 0  # its place among COCO's classes
STRIDES = (8, 16, 32)
PAD = 114  # grey with which it was trained
MOST_PERSONS = 300
STATE: Any = importlib.import_module("onnxruntime.capi.onnxruntime_pybind11_state")
REFUSALS: tuple[type[Exception], ...] = (  # its errors have no base of their own
    STATE.Fail, STATE.InvalidArgument, STATE.InvalidGraph, STATE.InvalidProtobuf, STATE.NotImplemented,
    STATE.RuntimeException,
)  # fmt: skip


class PersonFinder:
    """Fills `faces.Finder`. Costs about 30 ms a picture at 416 pixels."""

    def __init__(self, file: Path) -> None:
        """Loads the weights. Raises WeightsRefused where the file is no such network."""
        onnx: Any = onnxruntime  # it ships no types
        options = onnx.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        self.turn = threading.Lock()  # one search at a time, as for faces
        refused = (
            f"The person model {file} cannot be used: it must be an ONNX file of YOLOX for COCO's classes."
        )
        try:
            self._session: Any = onnx.InferenceSession(
                file.read_bytes(), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except OSError as error:
            raise WeightsRefused(f"The person model {file} cannot be read: {error.strerror}.") from error
        except REFUSALS as error:
            raise WeightsRefused(refused) from error
        (entry,) = self._session.get_inputs()
        if len(entry.shape) != 4 or not all(isinstance(side, int) for side in entry.shape[2:]):
            raise WeightsRefused(refused)
        self._name, (self._high, self._wide) = entry.name, entry.shape[2:]
        self._grid, self._strides = _grid(self._high, self._wide)
        found = self._run(np.full((1, 3, self._high, self._wide), PAD, dtype=np.float32))
        if found.ndim != 2 or found.shape[0] != self._grid.shape[0] or found.shape[1] < 6:
            raise WeightsRefused(refused)

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        """Where persons are, as shares of the picture. Raises PictureWithheld when its turn does not come in time."""
        height, width = pixels.y.shape
        scale = min(self._high / height, self._wide / width)
        size = round(width * scale), round(height * scale)
        small = cv2.resize(to_rgb(pixels)[:, :, ::-1], size, interpolation=cv2.INTER_LINEAR)
        padded = np.full((self._high, self._wide, 3), PAD, dtype=np.float32)
        padded[: size[1], : size[0]] = small
        if not self.turn.acquire(timeout=TURN_S):
            raise PictureWithheld(
                "Persons could not be looked for in time; too many pictures are being watched."
            )
        try:
            rows = self._run(np.ascontiguousarray(padded.transpose(2, 0, 1)[np.newaxis]))
        finally:
            self.turn.release()
        return persons(rows, self._grid, self._strides, (width * scale, height * scale))

    def _run(self, tensor: Floats) -> Floats:
        (found,) = self._session.run(None, {self._name: tensor})
        return cast("Floats", found[0])


def persons(rows: Floats, grid: Floats, strides: Floats, size: tuple[float, float]) -> tuple[Area, ...]:
    """The network's rows (middle, size, certainty, classes) as areas. Overlapping ones are all hidden anyway."""
    sure = rows[:, 4] * rows[:, 5 + PERSON]
    chosen = np.flatnonzero(sure > THRESHOLD)
    if chosen.size > MOST_PERSONS:
        chosen = chosen[np.argsort(sure[chosen])[-MOST_PERSONS:]]
    middle = (rows[chosen, :2] + grid[chosen]) * strides[chosen] / size
    sides = np.exp(rows[chosen, 2:4]) * strides[chosen] / size
    found = np.concatenate([middle - sides / 2, sides], axis=1)
    return tuple((float(x), float(y), float(w), float(h)) for x, y, w, h in found)


def _grid(high: int, wide: int) -> tuple[Floats, Floats]:
    """The cell of each row, and how many pixels it spans."""
    cells, strides = list[Floats](), list[Floats]()
    for stride in STRIDES:
        down, across = np.mgrid[: high // stride, : wide // stride]
        cells.append(np.stack([across.ravel(), down.ravel()], axis=1).astype(np.float32))
        strides.append(np.full((cells[-1].shape[0], 1), stride, dtype=np.float32))
    return np.concatenate(cells), np.concatenate(strides)
