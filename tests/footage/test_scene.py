"""An empty scene in its file, what people said of it, and what is shown of it."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from safecity.footage import (
    GREY,
    Area,
    Bits,
    EmptyScene,
    SceneMark,
    StoredScene,
    blocks,
    is_inside,
    read_scene,
    scene_png,
    take_marks,
    write_scene,
)

WIDE, HIGH = 80, 45
LEFT: Area = (0.0, 0.0, 0.5, 1.0)


def scene(luma: int = 180) -> EmptyScene:
    planes = [np.full((HIGH, WIDE), level, dtype=np.uint8) for level in (luma, 120, 140)]
    return EmptyScene(planes[0], planes[1], planes[2], np.ones((HIGH, WIDE), dtype=np.bool_))


def stored() -> StoredScene:
    return StoredScene(scene(), np.zeros((HIGH, WIDE), dtype=np.uint8), 5_000)


def person(area: Area, at_ms: int) -> SceneMark:
    return SceneMark(area=area, at_ms=at_ms)


def part(area: Area) -> Bits:
    bits = np.zeros((HIGH, WIDE), dtype=np.bool_)
    x, y, w, h = area
    bits[round(y * HIGH) : round((y + h) * HIGH), round(x * WIDE) : round((x + w) * WIDE)] = True
    return bits


def picture(png: bytes) -> np.typing.NDArray[np.uint8]:
    """What another program sees in a PNG."""
    read = cv2.imdecode(np.frombuffer(png, dtype=np.uint8), cv2.IMREAD_COLOR)
    assert read is not None
    return np.asarray(read, dtype=np.uint8)[:, :, ::-1]


def test_a_scene_is_in_its_file_with_its_past():
    before = take_marks(
        stored(), [person(LEFT, 9_000), SceneMark(area=(0.6, 0, 0.2, 0.5), at_ms=9_500, nobody_in=5_000)]
    )
    after = read_scene(write_scene(before))
    assert after is not None
    assert (after.learned_ms, after.marked_ms, after.spared) == (5_000, 9_500, ((0.6, 0, 0.2, 0.5),))
    assert np.array_equal(after.scene.known, before.scene.known)


def test_where_a_person_was_marked_nothing_is_known_until_the_place_looks_different():
    marked = take_marks(stored(), [person(LEFT, 9_000)])
    assert np.array_equal(marked.scene.known, ~part(LEFT))
    assert marked.stood is not None
    assert np.array_equal(marked.stood == 180, part(LEFT))
    assert stored().scene.known.all(), "the scene that was given is not changed"


def test_a_mark_is_taken_over_once():
    marks = [person(LEFT, 9_000)]
    once = take_marks(stored(), marks)
    learned_again = replace(once, scene=scene(), stood=None)
    assert take_marks(learned_again, marks) is learned_again


def test_what_was_found_is_nobody_in_the_one_scene_that_was_looked_at():
    found = take_marks(stored(), [person(LEFT, 9_000)])
    for learned_ms, spared in ((5_000, (LEFT,)), (6_000, ())):
        after = take_marks(found, [SceneMark(area=LEFT, at_ms=10_000, nobody_in=learned_ms)])
        assert after.spared == spared
        assert (blocks(after) == ()) is bool(spared)
        assert not after.scene.known[part(LEFT)].any(), "it is learned like any unknown place"


def test_a_person_who_stands_before_what_was_spared_ends_the_sparing():
    spared = replace(stored(), spared=((0.1, 0.1, 0.2, 0.2), (0.8, 0.1, 0.1, 0.1)))
    assert take_marks(spared, [person(LEFT, 9_000)]).spared == ((0.8, 0.1, 0.1, 0.1),)


def test_blocks_are_the_places_where_somebody_was_found_the_largest_first():
    assert blocks(stored()) == ()
    near, far = (0.1, 0.2, 0.25, 0.6), (0.75, 0.2, 0.05, 0.2)
    two = take_marks(stored(), [person(far, 9_000), person(near, 9_001)])
    assert [tuple(round(each, 2) for each in area) for area in blocks(two)] == [near, far]


def test_what_is_not_known_and_what_is_private_is_grey_in_the_picture():
    marked = take_marks(stored(), [person(LEFT, 9_000)])
    private = ((0.75, 0.0), (1.0, 0.0), (1.0, 1.0), (0.75, 1.0))
    shown = picture(scene_png(marked.scene, [private]))
    grey = round(1.164 * (GREY - 16))
    assert np.abs(shown[:, : WIDE // 2].astype(int) - grey).max() <= 1
    assert np.abs(shown[:, 60:].astype(int) - grey).max() <= 1
    street = shown[20, 50].astype(int)
    assert street[0] > street[1] > street[2] + 5, "colours are shown as they are"


def test_a_damaged_file_is_no_scene():
    good = write_scene(stored())
    assert read_scene(good[: len(good) // 2]) is None
    assert read_scene(b"nonsense") is None


sides = st.floats(0, 1)
areas = st.tuples(sides, sides, sides, sides)


@given(areas, st.integers(1, 9_999))
def test_no_mark_of_a_person_ever_shows_a_pixel_more(area: Area, at_ms: int):
    before = take_marks(stored(), [person(LEFT, 1)])
    after = take_marks(before, [person(area, at_ms + 1)])
    assert not (after.scene.known & ~before.scene.known).any()


@given(areas)
def test_an_area_lies_in_itself_and_in_the_whole_picture(area: Area):
    assert is_inside(area, area)
    assert is_inside(area, (0, 0, 1, 1))
