"""Finding faces in order to hide them: the real weights, on real faces where the clips are at hand."""

from __future__ import annotations

import json
from pathlib import Path

import av
import numpy as np
import onnxruntime
import pytest

from safecity.adapters.vision import faces
from safecity.adapters.vision.decode import pixels_of
from safecity.adapters.vision.faces import FaceFinder, WeightsRefused, areas, checked_weights
from safecity.footage import Area, PictureWithheld, Pixels

DATA = Path(__file__).parents[3].parent / "shared" / "data"
CLIP = "face-demographics-walking-and-pause-preview"


def grey(width: int = 320, height: int = 180) -> Pixels:
    half = np.full((height // 2, width // 2), 128, dtype=np.uint8)
    return Pixels(np.full((height, width), 90, dtype=np.uint8), half, half, 0)


def test_the_weights_that_we_ship_are_the_ones_we_know():
    assert len(checked_weights()) > 7_000_000


def test_what_runs_the_weights_can_send_nothing_to_its_maker():
    """Its wheels from 1.29 on carry an HTTP client, and tell how they are used."""
    libraries = list((Path(onnxruntime.__file__).parent / "capi").glob("*.so*"))
    assert libraries
    assert [each.name for each in libraries if b"curl_easy" in each.read_bytes()] == []


def test_weights_that_were_changed_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "weights.toml").write_text('[centerface]\nfile = "a.onnx"\nsha256 = "00"\n')
    monkeypatch.setattr(faces, "files", {"safecity.adapters.vision.weights": tmp_path}.__getitem__)
    with pytest.raises(WeightsRefused, match="missing"):
        checked_weights()
    (tmp_path / "a.onnx").write_bytes(b"other weights")
    with pytest.raises(WeightsRefused, match="not those we shipped"):
        checked_weights()


def test_an_empty_wall_has_no_face_at_any_size():
    finder = FaceFinder()
    assert finder.find(grey()) == ()
    assert finder.find(grey(640, 360)) == ()


def test_a_peak_in_the_map_is_an_area_around_it():
    heat = np.zeros((10, 20), dtype=np.float32)
    heat[5, 10] = 0.9
    size = np.full((2, 10, 20), np.log(4), dtype=np.float32)
    ((x, y, w, h),) = areas(heat, size, np.zeros((2, 10, 20), dtype=np.float32), 80, 40)
    assert (w * 80, h * 40) == pytest.approx((16, 16))
    assert (x * 80 + 8, y * 40 + 8) == pytest.approx((42, 22))


def test_a_map_full_of_faces_is_cut_to_the_strongest():
    heat = np.linspace(0.3, 1, 200 * 10, dtype=np.float32).reshape(200, 10)
    zeros = np.zeros((2, 200, 10), dtype=np.float32)
    assert len(areas(heat, zeros, zeros, 40, 800)) == faces.MOST_FACES


def covered(face: Area, found: tuple[Area, ...]) -> bool:
    """Whether the middle of a face lies in an area that was found."""
    x, y = face[0] + face[2] / 2, face[1] + face[3] / 2
    return any(left <= x <= left + w and top <= y <= top + h for left, top, w, h in found)


def test_every_labelled_face_of_the_clip_is_found():
    if not (DATA / f"{CLIP}.mp4").exists():
        pytest.skip("the shared clips are not here")
    truth = json.loads((DATA / f"{CLIP}.gt.json").read_text())
    width, height = truth["size"]
    finder, seen, missed = FaceFinder(), 0, 0
    with av.open(str(DATA / f"{CLIP}.mp4")) as clip:
        for number, frame in enumerate(clip.decode(video=0)):
            boxes = truth["faces_xywh_by_frame"].get(str(number), [])
            if boxes:
                found = finder.find(pixels_of(frame, 640, 360))
                faces_here = [(x / width, y / height, w / width, h / height) for x, y, w, h in boxes]
                seen += len(faces_here)
                missed += sum(not covered(face, found) for face in faces_here)
    assert (seen, missed) == (12, 0)


def test_searches_take_turns_and_one_whose_turn_does_not_come_is_withheld(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(faces, "TURN_S", 0.01)
    finder = FaceFinder()
    finder.turn.acquire()
    with pytest.raises(PictureWithheld, match="in time"):
        finder.find(grey())
    finder.turn.release()
    assert finder.find(grey()) == ()
