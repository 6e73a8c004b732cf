"""What an eye looks for people with, and what it says of a file that cannot be used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fakes.faces import KnownFaces
from safecity.adapters.vision import finders
from safecity.adapters.vision.faces import WeightsRefused
from safecity.adapters.vision.finders import Enlarged, Mirrored, Together, YuNetFinder, open_finders
from safecity.footage import Area, PictureWithheld, Pixels

MODELS = Path(__file__).parents[3].parent / "shared" / "models"
YUNET, YOLOX = MODELS / "yunet_n_dynamic.onnx", MODELS / "yolox_nano.onnx"
needs_models = pytest.mark.skipif(not YUNET.exists(), reason="the shared models are not here")


def grey(width: int = 320, height: int = 180) -> Pixels:
    half = np.full((height // 2, width // 2), 128, dtype=np.uint8)
    return Pixels(np.full((height, width), 90, dtype=np.uint8), half, half, 0)


def test_without_files_it_is_the_finder_that_we_ship():
    found = open_finders()
    assert found.people is None
    assert found.words == "Faces are looked for by CenterFace; no network for whole persons is installed."


@needs_models
def test_with_files_they_are_named():
    found = open_finders(str(YUNET), str(YOLOX))
    assert found.words == (
        "Faces are looked for by CenterFace and YuNet (yunet_n_dynamic.onnx), whole persons by YOLOX (yolox_nano.onnx)."
    )
    assert found.people is not None
    assert (found.faces.find(grey()), found.people.find(grey())) == ((), ())


@needs_models
@pytest.mark.parametrize("size", [(640, 360), (322, 182), (48, 30)])
def test_yunet_takes_any_size_of_picture(size: tuple[int, int]):
    assert YuNetFinder(YUNET).find(grey(*size)) == ()


def test_what_any_of_several_finds_counts():
    one, other = KnownFaces(faces=((0.1, 0.1, 0.2, 0.2),)), KnownFaces(faces=((0.5, 0.5, 0.1, 0.1),))
    assert Together((one, other)).find(grey()) == one.faces + other.faces


def test_a_file_that_is_no_network_is_refused_with_a_sentence(tmp_path: Path):
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"nonsense")
    with pytest.raises(WeightsRefused, match="must be YuNet"):
        open_finders(face_model=str(bad))
    with pytest.raises(WeightsRefused, match="must be an ONNX file of YOLOX"):
        open_finders(person_model=str(bad))
    with pytest.raises(WeightsRefused, match="There is no face model"):
        open_finders(face_model=str(tmp_path / "absent.onnx"))
    with pytest.raises(WeightsRefused, match="cannot be read"):
        open_finders(person_model=str(tmp_path / "absent.onnx"))


@needs_models
def test_a_search_whose_turn_does_not_come_is_withheld(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(finders, "TURN_S", 0.01)
    finder = YuNetFinder(YUNET)
    finder.turn.acquire()
    with pytest.raises(PictureWithheld, match="in time"):
        finder.find(grey())


def test_what_is_found_in_another_view_is_told_in_the_places_of_the_picture_that_was_given():
    left, sizes = (0.1, 0.2, 0.2, 0.4), list[tuple[int, int]]()

    class Sees:
        def find(self, pixels: Pixels) -> tuple[Area, ...]:
            sizes.append((pixels.y.shape[1], pixels.y.shape[0]))
            is_left_bright = pixels.y[0, 0] > pixels.y[0, -1]
            return (left,) if is_left_bright else ()

    picture = grey()
    picture.y[:, 160:] = 200
    assert Sees().find(picture) == ()
    assert Mirrored(Sees()).find(picture) == (pytest.approx((0.7, 0.2, 0.2, 0.4)),)
    picture.y[:, :160] = 230
    assert Enlarged(Sees()).find(picture) == (left,)
    assert sizes[-1] == (480, 272)
