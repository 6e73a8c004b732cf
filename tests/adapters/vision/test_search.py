"""Who is found is kept out of a plate: in the first search, and in the two that follow when there is time."""

from __future__ import annotations

import numpy as np
import pytest

from fakes.faces import BrokenFinder, KnownFaces
from fakes.labelled import ABSENT, small_faces
from safecity.adapters.vision.faces import FaceFinder, Finder
from safecity.adapters.vision.search import AGAIN_EVERY_MS, Search, Sparing
from safecity.adapters.vision.spare import Spare
from safecity.footage import Area, EmptyScene, PictureWithheld, Pixels

FACE: Area = (0.2, 0.3, 0.05, 0.1)
WIDE, HIGH = 320, 180


def scene() -> EmptyScene:
    planes = [np.full((HIGH, WIDE), level, dtype=np.uint8) for level in (90, 128, 128)]
    planes[0][:, : WIDE // 2] = 30
    return EmptyScene(planes[0], planes[1], planes[2], np.ones((HIGH, WIDE), dtype=np.bool_))


class Only:
    """Finds a face only in pictures of one kind."""

    def __init__(self, *, mirrored: bool = False, wide: int = 2 * WIDE) -> None:
        self.mirrored, self.wide = mirrored, wide

    def find(self, pixels: Pixels) -> tuple[Area, ...]:
        is_mirrored = bool(pixels.y[0, 0] > pixels.y[0, -1])
        fits = is_mirrored == self.mirrored and pixels.y.shape[1] == self.wide
        x, y, w, h = FACE
        return ((1 - x - w if self.mirrored else x, y, w, h),) if fits else ()


def searched(finder: Finder, spare: Spare | None) -> list[bool]:
    """Whether the face was found after the first search, and after each later time at which another is due."""
    search, empty = Search(finder, spare=spare), scene()
    row, column = round(0.35 * HIGH), round(0.22 * WIDE)
    found = [not search.empty_part(empty, 0)[row, column]]
    for due in (1, 2, 3):
        part = search.empty_part_again(empty, due * AGAIN_EVERY_MS)
        found.append(part is not None and not part[row, column])
    return found


def always() -> Spare:
    return Spare(lambda: 0.0)


def test_a_face_that_one_search_misses_is_found_mirrored_or_enlarged():
    assert searched(Only(), always()) == [True, False, False, False]
    assert searched(Only(mirrored=True), always()) == [False, True, False, False]
    assert searched(Only(wide=960), always()) == [False, False, True, False]


def test_without_time_to_spare_there_is_one_search():
    finder = KnownFaces()
    assert searched(finder, None) == [False] * 4
    assert len(finder.asked) == 1


def test_two_more_searches_and_then_no_more_until_the_scene_is_another():
    finder = KnownFaces()
    search, empty = Search(finder, spare=always()), scene()
    search.empty_part(empty, 0)
    assert search.empty_part_again(empty, AGAIN_EVERY_MS - 1) is None
    for due in range(1, 6):
        search.empty_part_again(empty, due * AGAIN_EVERY_MS)
    assert len(finder.asked) == 3
    search.empty_part(empty, 200_000)
    assert search.empty_part_again(empty, 220_000) is not None


def test_a_search_that_could_not_be_made_is_made_later():
    class Busy:
        def __init__(self) -> None:
            self.times = 0

        def find(self, pixels: Pixels) -> tuple[Area, ...]:
            self.times += 1
            if self.times == 2:
                raise PictureWithheld(f"No turn for {pixels.y.shape}.")
            return ()

    search, empty = Search(Busy(), spare=always()), scene()
    search.empty_part(empty, 0)
    assert search.empty_part_again(empty, 20_000) is None
    assert search.empty_part_again(empty, 21_000) is not None


def test_a_broken_network_tells_nothing_of_a_scene_and_breaks_nothing():
    search = Search(KnownFaces(), BrokenFinder(), spare=always())
    assert search.empty_part_again(scene(), 20_000) is None


def test_a_person_is_cut_out_with_their_body_but_not_where_somebody_said_that_nobody_is():
    search, pixels = Search(KnownFaces(faces=(FACE,)), KnownFaces(faces=((0.7, 0.2, 0.1, 0.5),))), scene()
    empty = search.empty_part(pixels, 0)
    assert not empty[round(0.9 * HIGH), round(0.22 * WIDE)], "seven heads below"
    assert not empty[round(0.5 * HIGH), round(0.75 * WIDE)]
    search.spared = ((0.1, 0.1, 0.3, 0.9),)
    empty = search.empty_part(pixels, 0)
    assert empty[:, : WIDE // 2].all()
    assert not empty[round(0.5 * HIGH), round(0.75 * WIDE)]


def test_only_what_lies_wholly_inside_a_spared_area_is_spared():
    spared = [(0.0, 0.0, 0.24, 1.0)]
    finder = Sparing(KnownFaces(faces=(FACE, (-0.02, 0.3, 0.1, 0.1))), lambda: spared)
    plane = np.zeros((4, 4), dtype=np.uint8)
    assert finder.find(Pixels(plane, plane, plane, 0)) == (FACE,)


@pytest.mark.skipif(bool(ABSENT), reason=ABSENT)
def test_searching_a_plate_again_finds_small_faces_of_the_labelled_clip_that_one_search_missed():
    finder = FaceFinder()
    near, far = (small_faces(finder, scale) for scale in (0.25, 0.15))
    print(near, far)
    assert near.once == near.again == near.labelled
    assert far.again > far.once
    assert far.again >= 0.9 * far.labelled
