"""Finding whole persons, in order to hide them."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import pytest

from safecity.adapters.vision import people
from safecity.adapters.vision.decode import pixels_of
from safecity.adapters.vision.faces import WeightsRefused
from safecity.adapters.vision.people import PersonFinder, persons
from safecity.footage import PictureWithheld, Pixels

SHARED = Path(__file__).parents[3].parent / "shared"
YOLOX = SHARED / "models" / "yolox_nano.onnx"
CLIP = SHARED / "data" / "one-by-one-person-detection.mp4"
needs_model = pytest.mark.skipif(not YOLOX.exists(), reason="the shared models are not here")


def test_rows_of_the_network_become_areas():
    rows = np.zeros((2, 85), dtype=np.float32)
    rows[:, 4], rows[0, 5], rows[1, 6] = 1, 0.9, 0.9  # a person, and a bicycle
    rows[:, 2:4] = np.log(4)
    grid, strides = np.array([[10, 5], [1, 1]], dtype=np.float32), np.full((2, 1), 8, dtype=np.float32)
    (area,) = persons(rows, grid, strides, (416, 208))
    assert area == pytest.approx(((80 - 16) / 416, (40 - 16) / 208, 32 / 416, 32 / 208))


@needs_model
@pytest.mark.skipif(not CLIP.exists(), reason="the shared clips are not here")
def test_whoever_stands_at_the_table_is_found_in_every_look_and_nobody_in_the_empty_room():
    truth = json.loads(CLIP.with_suffix("").with_suffix(".gt.json").read_text())
    finder, wrong = PersonFinder(YOLOX), list[float]()
    with av.open(str(CLIP)) as clip:
        for number, frame in enumerate(clip.decode(video=0)):
            second = number / 10
            there = any(start + 1 < second < end - 1 for start, end in truth["at_table_s_approx"])
            empty = any(start < second < end for start, end in truth["empty_spans_s"])
            if number % 20 or not (there or empty):
                continue
            found = finder.find(pixels_of(frame, 640, 360))
            if bool(found) != there:
                wrong.append(second)
    assert wrong == []


@needs_model
def test_a_search_whose_turn_does_not_come_is_withheld(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(people, "TURN_S", 0.01)
    finder = PersonFinder(YOLOX)
    finder.turn.acquire()
    half = np.full((90, 160), 128, dtype=np.uint8)
    with pytest.raises(PictureWithheld, match="in time"):
        finder.find(Pixels(np.zeros((180, 320), dtype=np.uint8), half, half, 0))


def test_another_network_is_refused():
    ours = Path(people.__file__).parent / "weights" / "centerface.onnx"
    with pytest.raises(WeightsRefused, match="must be an ONNX file of YOLOX"):
        PersonFinder(ours)
