"""The plates of a stream through time: kept, chosen by the moment, recalled, forgotten."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from fakes.faces import KnownFaces
from fakes.film import Film
from safecity.adapters.vision.plates import NOT_KNOWN, PastScenes, Plates
from safecity.footage import EmptyScene, PictureWithheld, Pixels, SceneMark, StoredScene, blocks, halved


class Dark(Film):
    """A street by night: as its negative, and darker."""

    def empty(self) -> npt.NDArray[np.uint8]:
        return (255 - super().empty()) // 2


DAY, NIGHT = Film(seed=2, width=320, height=180), Dark(seed=99, width=320, height=180)
HOUR_S, DAY_S = 3_600, 86_400


def pixels(film: Film, second: float, luma: int = 0) -> Pixels:
    half = np.full((film.height // 2, film.width // 2), 128, dtype=np.uint8)
    y = np.clip(film.picture(second).astype(np.int16) + luma, 0, 255).astype(np.uint8)
    return Pixels(y, half, half, round(second * 1000))


def scene(film: Film) -> EmptyScene:
    half = np.full((film.height // 2, film.width // 2), 128, dtype=np.uint8)
    return EmptyScene(halved(film.empty()), half, half.copy(), np.ones(half.shape, dtype=np.bool_))


def kept(folder: Path, *films: tuple[Film, int]) -> Plates:
    """Plates of some scenes, each from a second on."""
    plates = Plates(folder, KnownFaces())
    for film, second in films:
        plates.plate.take_up(StoredScene(scene(film)))
        plates.save(second * 1000)
    return plates


def fits(found: EmptyScene, film: Film) -> bool:
    return bool(np.abs(found.luma.astype(int) - halved(film.empty())).mean() < 1)


def test_a_plate_is_learned_kept_and_there_after_a_restart(tmp_path: Path):
    plates = Plates(tmp_path, KnownFaces())
    assert not plates.must_save(0)
    for second in range(100, 110):
        plates.plate.look(pixels(DAY, second))
    assert plates.must_save(110_000)
    plates.save(110_000)
    assert not plates.must_save(200_000)
    assert plates.must_save(800_000)
    plates.save(800_000)
    assert plates.stamps() == [110_000]
    again = Plates(tmp_path, KnownFaces())
    again.load()
    assert again.plate.scene is not None


def test_a_new_file_begins_with_another_scene_at_once_and_for_slow_light_after_an_hour(tmp_path: Path):
    plates = kept(tmp_path, (DAY, 100), (NIGHT, 200))
    assert plates.stamps() == [100_000, 200_000]
    lighter = scene(NIGHT)
    lighter.luma[:] = np.minimum(lighter.luma, 235) + 20
    plates.plate.take_up(StoredScene(lighter))
    plates.save(1_000_000)
    assert len(plates.stamps()) == 2
    plates.save((200 + HOUR_S) * 1000)
    assert plates.stamps()[-1] == (200 + HOUR_S) * 1000


@pytest.mark.parametrize(("second", "film"), [(50, DAY), (150, DAY), (250, NIGHT), (330, DAY), (9_000, DAY)])
def test_a_recorded_picture_gets_the_plate_of_its_time(tmp_path: Path, second: int, film: Film):
    plates = kept(tmp_path, (DAY, 100), (NIGHT, 200), (DAY, 300))
    assert fits(PastScenes(plates).scene_for(pixels(film, second)), film)


def test_between_two_plates_the_one_that_fits_is_taken_and_the_choice_follows_the_picture(tmp_path: Path):
    past = PastScenes(kept(tmp_path, (DAY, 100), (NIGHT, 200)))
    assert fits(past.scene_for(pixels(NIGHT, 190)), NIGHT)  # the lamp went out before the plate was learned
    assert fits(past.scene_for(pixels(NIGHT, 195)), NIGHT)
    assert fits(past.scene_for(pixels(DAY, 110)), DAY)  # somebody wound back


def test_where_nothing_is_known_of_that_time_or_size_there_is_no_picture(tmp_path: Path):
    with pytest.raises(PictureWithheld, match="not known what this camera saw empty"):
        PastScenes(Plates(tmp_path, KnownFaces())).scene_for(pixels(DAY, 10))
    other_size = PastScenes(kept(tmp_path, (DAY, 100)))
    with pytest.raises(PictureWithheld) as refused:
        other_size.scene_for(pixels(Film(width=160, height=90), 10))
    assert refused.value.sentence == NOT_KNOWN


def test_a_night_that_comes_again_is_recalled_and_not_learned_anew(tmp_path: Path):
    plates = kept(tmp_path, (NIGHT, 100), (DAY, 200))
    for second in range(1_000, 1_010):
        plates.plate.look(pixels(NIGHT, second))
    assert plates.plate.scene is not None
    assert fits(plates.plate.scene, NIGHT)


def test_a_scene_that_is_like_none_before_is_learned_anew(tmp_path: Path):
    plates = kept(tmp_path, (DAY, 200))
    for second in range(1_000, 1_010):
        plates.plate.look(pixels(NIGHT, second))
    assert plates.plate.scene is None


def test_plates_go_with_the_footage_for_which_they_held(tmp_path: Path):
    plates = kept(tmp_path, (DAY, 0), (NIGHT, DAY_S), (DAY, 2 * DAY_S))
    assert plates.forget(DAY_S * 1000 - 1) == 0
    assert plates.forget(DAY_S * 1000 + 1) == 1
    assert plates.forget(90 * DAY_S * 1000) == 1
    assert plates.stamps() == [2 * DAY_S * 1000]  # the one that holds stays


def test_plates_from_before_a_moment_go_when_the_plate_is_to_be_taken_anew(tmp_path: Path):
    kept(tmp_path, (DAY, 100), (NIGHT, 200))
    plates = Plates(tmp_path, KnownFaces())
    plates.load(from_ms=150_000)
    assert plates.stamps() == [200_000]
    assert plates.plate.scene is not None
    plates = Plates(tmp_path, KnownFaces())
    plates.load(from_ms=250_000)
    assert (plates.stamps(), plates.plate.scene) == ([], None)


def test_a_damaged_file_counts_as_none(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    caplog.set_level("CRITICAL")
    (tmp_path / "100.npz").write_bytes(b"damaged")
    (tmp_path / "notes.npz").write_bytes(b"not ours")
    plates = Plates(tmp_path, KnownFaces())
    plates.load()
    assert plates.plate.scene is None
    assert plates.stamps() == [100]
    with pytest.raises(PictureWithheld):
        PastScenes(plates).scene_for(pixels(DAY, 10))


PLACE = (0.25, 0.25, 0.25, 0.5)


def test_a_marked_person_is_unlearned_in_all_plates_once_and_a_mark_that_was_taken_over_stays_so(
    tmp_path: Path,
):
    kept(tmp_path, (DAY, 0), (NIGHT, 2 * HOUR_S))
    marks = [SceneMark(area=PLACE, at_ms=9_000_000)]
    plates = Plates(tmp_path, KnownFaces())
    plates.load(marks=marks)
    assert plates.plate.scene is not None
    assert not plates.plate.scene.known[25:65, 44:78].any()
    for stamp in plates.stamps():
        past = plates.stored_at(stamp)
        assert past is not None
        assert not past.scene.known[25:65, 44:78].any()
    plates.plate.scene.known[:] = True
    plates.save(9_100_000)
    again = Plates(tmp_path, KnownFaces())
    again.load(marks=marks)
    assert again.plate.scene is not None
    assert again.plate.scene.known.all()


def test_a_plate_that_cannot_be_written_goes_because_it_may_show_somebody(tmp_path: Path):
    kept(tmp_path, (DAY, 0))
    (tmp_path / f".0.npz.{os.getpid()}").mkdir()  # where it would be written
    plates = Plates(tmp_path, KnownFaces())
    plates.load(marks=[SceneMark(area=PLACE, at_ms=9_000_000)])
    assert plates.stamps() == []
    assert plates.plate.scene is not None
    assert not plates.plate.scene.known[25:65, 44:78].any()


def test_what_somebody_said_is_nobody_is_learned_though_the_finder_finds_it_again(tmp_path: Path):
    lamp = KnownFaces(faces=((0.4, 0.3, 0.05, 0.1),))
    first = Plates(tmp_path, lamp)
    for second in range(10):
        first.plate.look(pixels(DAY, second))
    assert first.plate.stored is not None
    (block,) = blocks(first.plate.stored)
    first.save(10_000)
    said = SceneMark(area=block, at_ms=20_000, nobody_in=first.plate.learned_ms)
    for marks, spared in (([], False), ([said], True)):
        plates = Plates(tmp_path, lamp)
        plates.load(marks=marks)
        for second in range(30, 240, 2):
            plates.plate.look(pixels(DAY, second))
        assert plates.plate.scene is not None
        assert plates.plate.scene.known.all() == spared
        past = PastScenes(plates)
        past.scene_for(pixels(DAY, 240))
        assert (past.spared == (block,)) is spared
    plates.plate.forget()
    assert plates.plate.spared == (), "another scene is learned with everyone looked for"
