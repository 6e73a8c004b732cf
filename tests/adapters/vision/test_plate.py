"""Learning what a camera sees when nobody is there, and never learning who stays."""

from __future__ import annotations

import weakref

import numpy as np
import pytest

from fakes.faces import BrokenFinder, KnownFaces
from fakes.film import Film, Visitor
from safecity.adapters.vision.plate import FEWEST, Plate
from safecity.adapters.vision.spare import Spare
from safecity.footage import Area, Faces, PictureWithheld, Pixels, hidden_part

WIDTH, HEIGHT = 320, 180


def film(*visitors: Visitor, noise: float = 2.0) -> Film:
    return Film(seed=2, visitors=visitors, noise=noise, width=WIDTH, height=HEIGHT)


def pixels(y: np.typing.NDArray[np.uint8], second: float) -> Pixels:
    half = np.full((y.shape[0] // 2, y.shape[1] // 2), 128, dtype=np.uint8)
    return Pixels(y, half, half, round(second * 1000))


def looked(plate: Plate, street: Film, seconds: range) -> Pixels:
    """Shows a plate the street at each of some seconds; the last picture."""
    last = pixels(street.empty(), 0)
    for second in seconds:
        last = pixels(street.picture(second), second)
        plate.look(last)
    return last


def hidden(plate: Plate, picture: Pixels) -> np.typing.NDArray[np.bool_]:
    small = hidden_part(picture, plate.scene, Faces((), picture.wall_ms))
    return small.repeat(2, axis=0).repeat(2, axis=1)


def visible_share(plate: Plate, street: Film, picture: Pixels) -> float:
    """Which share of the people's pixels is to be seen."""
    body = street.body(picture.wall_ms / 1000)
    return float((body & ~hidden(plate, picture)).sum() / body.sum())


def test_an_empty_street_is_learned_from_eight_looks_over_six_seconds():
    plate, street = Plate(KnownFaces()), film()
    assert plate.reason() == "The empty scene of this camera is still being learned (8 s)."
    looked(plate, street, range(3))
    assert plate.scene is None
    assert plate.seconds_left() == 5
    last = looked(plate, street, range(3, FEWEST))
    assert plate.scene is not None
    assert hidden(plate, last).mean() < 0.005


def test_quick_looks_do_not_make_it_learn_faster_than_six_seconds():
    plate, street = Plate(KnownFaces()), film()
    for step in range(30):
        plate.look(pixels(street.picture(step / 5), step / 5))
    assert plate.scene is None
    plate.look(pixels(street.picture(6), 6))
    assert plate.scene is not None


def test_no_decoded_picture_is_kept_for_what_is_learned_from_it():
    plate, street = Plate(KnownFaces()), film()
    frame = np.full(
        WIDTH * HEIGHT * 3 // 2, 128, dtype=np.uint8
    )  # as decoders give it: the planes are parts of it
    y, u, v = np.split(frame, [WIDTH * HEIGHT, WIDTH * HEIGHT * 5 // 4])
    y[:] = street.empty().ravel()
    half = HEIGHT // 2, WIDTH // 2
    plate.look(Pixels(y.reshape(HEIGHT, WIDTH), u.reshape(half), v.reshape(half), 0))
    still_there = weakref.ref(frame)
    del frame, y, u, v
    assert still_there() is None


def test_a_node_may_ask_for_thirty_seconds_and_they_are_counted_down():
    plate, street = Plate(KnownFaces(), learn_ms=30_000), film()
    assert "(30 s)" in plate.reason()
    looked(plate, street, range(21))
    assert plate.scene is None
    assert plate.seconds_left() == 10
    last = looked(plate, street, range(21, 32))
    assert plate.scene is not None
    assert hidden(plate, last).mean() < 0.005


def test_who_stands_there_for_a_third_of_the_learning_leaves_no_trace():
    plate, street = Plate(KnownFaces(), learn_ms=30_000), film(Visitor(-10, 10))
    last = looked(plate, street, range(32))
    assert hidden(plate, last).mean() < 0.01
    again = pixels(street.picture(4), 40)
    assert (street.body(4) & ~hidden(plate, again)).sum() / street.body(4).sum() < 0.02


def body_box(street: Film, second: float) -> tuple[float, float, float, float]:
    rows, columns = np.nonzero(street.body(second))
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return left / WIDTH, top / HEIGHT, (right - left) / WIDTH, (bottom - top) / HEIGHT


def test_who_stands_with_their_back_to_us_is_unlearned_where_a_network_finds_the_person():
    street = film(Visitor(-10, 9_000))
    plate = Plate(KnownFaces(), people=KnownFaces(faces=(body_box(street, 3),)))
    last = looked(plate, street, range(10))
    assert visible_share(plate, street, last) < 0.02
    last = looked(plate, street, range(10, 300, 3))
    assert visible_share(plate, street, last) < 0.02


def test_a_network_that_loses_the_person_later_does_not_make_them_part_of_the_street():
    street = film(Visitor(-10, 9_000))
    people = KnownFaces(faces=(body_box(street, 3),))
    plate = Plate(KnownFaces(), people=people)
    looked(plate, street, range(10))
    people.faces = ()
    kept = Plate(KnownFaces())
    assert kept.from_bytes(plate.to_bytes())
    for each in (plate, kept):
        last = looked(each, street, range(10, 400, 3))
        assert visible_share(each, street, last) < 0.02


def test_the_ground_is_learned_once_the_person_who_was_found_there_has_gone():
    street = film(Visitor(-10, 20))
    people = KnownFaces(faces=(body_box(street, 3),))
    plate = Plate(KnownFaces(), people=people)
    looked(plate, street, range(10))
    people.faces = ()
    last = looked(plate, street, range(10, 160))
    assert hidden(plate, last).mean() < 0.01


def test_a_look_in_which_faces_could_not_be_looked_for_teaches_nothing():
    class Busy:
        def find(self, pixels: Pixels) -> tuple[Area, ...]:
            raise PictureWithheld(f"No turn at {pixels.wall_ms}.")

    plate = Plate(Busy())
    looked(plate, film(), range(40))
    assert plate.scene is None


def test_a_street_that_could_not_be_searched_in_time_is_learned_with_the_next_look():
    class BusyWithScenes(KnownFaces):
        """Has time for looks, and none for the scene, at first."""

        late = True

        def find(self, pixels: Pixels) -> tuple[Area, ...]:
            if self.late and not pixels.wall_ms:
                raise PictureWithheld("Faces could not be looked for in time.")
            return super().find(pixels)

    finder = BusyWithScenes()
    plate, street = Plate(finder), film()
    looked(plate, street, range(1, FEWEST + 3))
    assert plate.scene is None
    finder.late = False
    looked(plate, street, range(FEWEST + 3, FEWEST + 4))
    assert plate.scene is not None


def test_a_scene_that_was_known_before_is_taken_up_again_without_a_pause():
    day, night = film(), Film(seed=99, width=WIDTH, height=HEIGHT)
    first = Plate(KnownFaces())
    dark = [pixels((255 - night.picture(second)) // 2, second) for second in range(10, 40)]
    for picture in dark:
        first.look(picture)
    assert first.scene is not None
    plate = Plate(KnownFaces(), recall=lambda _: first.stored)
    looked(plate, day, range(10))
    for picture in dark[:10]:
        plate.look(picture)
    assert hidden(plate, dark[10]).mean() < 0.02


def test_someone_who_walks_through_while_it_learns_is_not_learned():
    street = film(Visitor(1, 7))
    plate = Plate(KnownFaces())
    last = looked(plate, street, range(12))
    assert hidden(plate, last).mean() < 0.12
    walking = pixels(street.picture(3.5), 12)
    shown = street.body(3.5) & ~hidden(plate, walking)
    assert shown.sum() / street.body(3.5).sum() < 0.02


@pytest.mark.parametrize("noise", [1.0, 6.0])
def test_who_stands_still_for_an_hour_stays_hidden_for_an_hour(noise: float):
    street = film(Visitor(20, 9_000), noise=noise)
    plate = Plate(KnownFaces())
    looked(plate, street, range(20))
    for start in range(20, 3_600, 600):
        last = looked(plate, street, range(start, start + 600, 3))
        assert visible_share(plate, street, last) < 0.02


def test_even_a_statue_that_was_put_there_stays_hidden():
    plate, street = Plate(KnownFaces()), film()
    looked(plate, street, range(10))
    picture = street.picture(10)
    picture[60:150, 200:230] = 220
    for second in range(10, 1_200, 3):
        plate.look(pixels(picture, second))
    assert hidden(plate, pixels(picture, 1_200))[60:150, 200:230].all()


def test_the_ground_that_a_parked_car_left_is_learned_after_a_still_minute():
    plate, street = Plate(KnownFaces()), film()
    for second in range(10):
        picture = street.picture(second)
        picture[100:150, 40:140] = 230
        plate.look(pixels(picture, second))
    gone = looked(plate, street, range(10, 60))
    assert hidden(plate, gone)[110:140, 50:130].all()
    gone = looked(plate, street, range(60, 90))
    assert hidden(plate, gone).mean() < 0.01


def test_who_faces_the_camera_all_the_while_is_unlearned_below_the_face():
    street = film(Visitor(-10, 9_000))
    finder = KnownFaces(faces=((0.46, 0.02, 0.07, 0.12),))
    plate = Plate(finder)
    last = looked(plate, street, range(10))
    assert visible_share(plate, street, last) < 0.02
    last = looked(plate, street, range(10, 300, 3))
    assert visible_share(plate, street, last) < 0.02


def test_slow_light_is_followed():
    plate, street = Plate(KnownFaces()), film()
    looked(plate, street, range(10))
    last = pixels(street.empty(), 0)
    shade = np.linspace(0, 1, WIDTH)  # the right side gets lighter: no gain explains that
    for second in range(10, 400, 2):
        lighter = street.picture(second) + shade * 0.08 * (second - 10)
        last = pixels(np.clip(lighter, 0, 255).astype(np.uint8), second)
        plate.look(last)
    assert hidden(plate, last).mean() < 0.02


def test_when_the_whole_scene_changes_it_is_learned_anew_and_says_so():
    plate, day, night = Plate(KnownFaces()), film(), Film(seed=99, width=WIDTH, height=HEIGHT)
    looked(plate, day, range(10))
    dark = [pixels((255 - night.picture(second)) // 2, second) for second in range(10, 40)]
    for picture in dark[:10]:
        plate.look(picture)
    assert plate.scene is None
    assert "has changed and is being learned anew" in plate.reason()
    for picture in dark[10:]:
        plate.look(picture)
    assert hidden(plate, dark[-1]).mean() < 0.02


def test_a_flash_of_light_changes_nothing():
    plate, street = Plate(KnownFaces()), film()
    looked(plate, street, range(10))
    for second in range(10, 14):
        plate.look(pixels(255 - street.picture(second), second))
    last = looked(plate, street, range(14, 20))
    assert hidden(plate, last).mean() < 0.01


def test_a_picture_of_another_size_begins_anew():
    plate, street = Plate(KnownFaces()), film()
    looked(plate, street, range(10))
    plate.look(pixels(Film(width=160, height=90).empty(), 11))
    assert plate.scene is None


def test_a_clock_that_is_set_back_does_not_stop_the_learning():
    plate, street = Plate(KnownFaces()), film()
    looked(plate, street, range(1000, 1004))
    looked(plate, street, range(10))
    assert plate.scene is not None


def test_after_a_restart_the_plate_is_there_at_once():
    plate, street = Plate(KnownFaces()), film()
    last = looked(plate, street, range(10))
    again = Plate(KnownFaces())
    assert again.from_bytes(plate.to_bytes())
    assert np.array_equal(hidden(again, last), hidden(plate, last))
    assert again.seconds_left() == 0


def test_a_plate_from_a_file_is_searched_once_and_who_is_found_in_it_is_unlearned():
    street = film(Visitor(-10, 9_000))
    blind, finder = Plate(KnownFaces()), KnownFaces(faces=(body_box(street, 3),))
    looked(blind, street, range(10))
    assert blind.cleared
    plate = Plate(finder)
    assert plate.from_bytes(blind.to_bytes())
    assert not plate.cleared
    assert visible_share(plate, street, looked(plate, street, range(10, 12))) == 0
    assert plate.cleared
    assert len(finder.asked) == 1


def test_a_plate_that_could_not_be_searched_is_not_said_to_have_been():
    street = film()
    plate = Plate(BrokenFinder())
    learned = Plate(KnownFaces())
    looked(learned, street, range(10))
    assert plate.from_bytes(learned.to_bytes())
    looked(plate, street, range(10, 12))
    assert not plate.cleared


def test_a_damaged_plate_is_refused_and_learned_anew():
    plate, street = Plate(KnownFaces()), film()
    looked(plate, street, range(10))
    data = plate.to_bytes()
    for bad in (b"", b"no plate", data[:1000], data[:-30] + bytes(30), b"PK" + data[2:200]):
        assert not Plate(KnownFaces()).from_bytes(bad)


def test_who_was_found_in_a_scene_stays_hidden_when_it_is_taken_up_again():
    street = film(Visitor(-10, 9_000))
    first = Plate(KnownFaces(), people=KnownFaces(faces=(body_box(street, 3),)))
    looked(first, street, range(10))
    blind = Plate(KnownFaces(), recall=lambda _: first.stored)
    for second in range(10, 40):
        blind.look(pixels((255 - Film(seed=99, width=WIDTH, height=HEIGHT).picture(second)) // 2, second))
    last = looked(blind, street, range(40, 400, 3))
    assert visible_share(blind, street, last) < 0.02
    assert hidden(blind, last).mean() < 0.3


def test_whom_the_first_search_missed_a_later_one_unlearns():
    street = film(Visitor(-10, 9_000))
    found: list[tuple[Area, ...]] = [(), (), (body_box(street, 3),)]

    class Learns:
        """Blind while the street is learned, and in the first two searches of the plate."""

        def find(self, pixels: Pixels) -> tuple[Area, ...]:
            return found.pop(0) if pixels.wall_ms == 0 else ()

    plate = Plate(Learns(), spare=Spare(lambda: 0.0))
    last = looked(plate, street, range(1, 12))
    assert visible_share(plate, street, last) > 0.5
    last = looked(plate, street, range(12, 60))
    assert found == []
    assert visible_share(plate, street, last) < 0.02
