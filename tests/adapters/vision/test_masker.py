"""The mask of a tile: the plate, faces once a second, and what fails closed. Measured on a drawn street."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from fakes.faces import BrokenFinder, KnownFaces
from fakes.film import Film, Visitor
from safecity.adapters.vision.masker import PrivateAreas, SceneMasker, scaled
from safecity.adapters.vision.plate import Plate
from safecity.adapters.vision.turns import Found, Search
from safecity.footage import PictureWithheld, Pixels

STREET = Film(seed=6, visitors=[Visitor(20, 80)])


def pixels(second: float, film: Film = STREET) -> Pixels:
    half = np.full((film.height // 2, film.width // 2), 128, dtype=np.uint8)
    return Pixels(film.picture(second), half, half, round(second * 1000))


def learned() -> Plate:
    plate = Plate(KnownFaces())
    for second in range(10):
        plate.look(pixels(second))
    return plate


def test_less_than_two_percent_of_a_visitor_is_to_be_seen_from_the_first_step_to_the_last():
    masker, shares = SceneMasker(learned(), KnownFaces()), list[float]()
    for step in range(200, 800, 7):
        shown, body = masker.mask(pixels(step / 10)), STREET.body(step / 10)
        if body.any():
            shares.append(float((body & (shown.y != 104)).sum() / body.sum()))
    print(f"visible share of a visitor: mean {np.mean(shares):.5f}, worst {max(shares):.5f}")
    assert max(shares) < 0.02


def test_without_a_plate_there_is_only_the_reason():
    with pytest.raises(PictureWithheld, match="still being learned"):
        SceneMasker(Plate(KnownFaces()), KnownFaces()).mask(pixels(0))


def test_a_finder_that_breaks_lets_no_picture_through():
    masker = SceneMasker(learned(), BrokenFinder())
    with pytest.raises(RuntimeError):
        masker.mask(pixels(12))


def test_faces_are_looked_for_once_a_second_while_things_change():
    finder = KnownFaces()
    masker = SceneMasker(learned(), finder)
    for step in range(200, 231):
        masker.mask(pixels(step / 10))
    assert finder.asked == [20_000, 21_000, 22_000, 23_000]


def test_on_an_empty_street_the_answer_stands_for_ten_seconds():
    finder = KnownFaces()
    masker = SceneMasker(learned(), finder)
    for step in range(100, 150):
        masker.mask(pixels(step / 10, Film(seed=6)))
    assert finder.asked == [10_000]
    for step in range(150, 230):
        masker.mask(pixels(step / 10, Film(seed=6)))
    assert finder.asked == [10_000, 20_000]


def test_a_face_stays_hidden_until_the_search_after_next():
    finder = KnownFaces(faces=((0.2, 0.2, 0.1, 0.1),))
    masker = SceneMasker(learned(), finder)
    masker.mask(pixels(20))
    finder.faces = ()
    covered = [int(masker.mask(pixels(second)).y[90, 160]) == 104 for second in (20.5, 21, 21.5, 22.5, 23)]
    assert covered == [True, True, True, True, False]


@dataclass
class LateSearches:
    """Searches that are over when a test says so."""

    sound: bool = True
    asked: list[tuple[Search, bool]] = field(default_factory=list[tuple[Search, bool]])
    answer: Found | None = None
    waited: list[float] = field(default_factory=list[float])

    def ask(self, search: Search, *, urgent: bool) -> None:
        self.asked.append((search, urgent))

    def take(self, wait_s: float = 0.0) -> Found | None:
        self.waited.append(wait_s)
        answer, self.answer = self.answer, None
        return answer


def late(plate: Plate, searches: LateSearches, finder: KnownFaces | None = None) -> SceneMasker:
    return SceneMasker(plate, finder or KnownFaces(), searches=searches)


def uncleared() -> Plate:
    """A plate from a file, in which nobody was looked for since."""
    plate = Plate(KnownFaces())
    assert plate.from_bytes(learned().to_bytes())
    return plate


def test_on_a_searched_plate_the_first_picture_waits_for_no_search():
    searches = LateSearches()
    late(learned(), searches).mask(pixels(12))
    assert [urgent for _, urgent in searches.asked] == [False]
    assert searches.waited == [0.0]


def test_on_another_plate_the_first_picture_waits_and_is_withheld_without_an_answer():
    searches = LateSearches()
    with pytest.raises(PictureWithheld, match="Faces"):
        late(uncleared(), searches).mask(pixels(12))
    assert [urgent for _, urgent in searches.asked] == [True]
    assert searches.waited[0] > 0


def test_after_a_search_that_failed_a_searched_plate_is_not_enough_to_begin_with():
    with pytest.raises(PictureWithheld, match="Faces"):
        late(learned(), LateSearches(sound=False)).mask(pixels(12))


@pytest.mark.parametrize(("plate", "stands_s"), [(learned(), 10), (uncleared(), 2)], ids=["searched", "not"])
def test_an_answer_stands_for_ten_seconds_on_a_searched_plate_and_for_two_on_another(
    plate: Plate, stands_s: int
):
    searches = LateSearches()
    masker = late(plate, searches)
    searches.answer = Found((), (), 20_000, np.zeros((1, 1), np.uint8))
    for second in (20, 20 + stands_s):
        masker.mask(pixels(second))
    with pytest.raises(PictureWithheld, match="Faces"):
        masker.mask(pixels(20.1 + stands_s))


def test_an_answer_that_comes_late_hides_the_face_where_it_was_and_until_the_search_after_next():
    searches, finder = LateSearches(), KnownFaces(faces=((0.2, 0.2, 0.1, 0.1),))
    masker, covered = late(learned(), searches, finder), list[bool]()
    for second in range(20, 26):
        covered.append(int(masker.mask(pixels(second)).y[90, 160]) == 104)
        searches.answer = searches.asked[-1][0]() if second != 22 else None
        finder.faces = ()
    assert covered == [False, True, True, True, True, False]  # what was hidden in the picture before, too


def test_private_areas_are_always_hidden():
    window = ((0.0, 0.0), (0.25, 0.0), (0.25, 0.25), (0.0, 0.25))
    shown = SceneMasker(learned(), KnownFaces(), [window]).mask(pixels(12))
    assert (shown.y[:88, :158] == 104).all()
    assert (shown.u[:44, :79] == 128).all()
    assert (shown.y[100:] != 104).mean() > 0.9


def test_a_narrow_tile_looks_for_faces_in_half_the_picture():
    sizes = list[tuple[int, ...]]()

    class Measuring(KnownFaces):
        def find(self, pixels: Pixels):
            sizes.append(pixels.y.shape)
            return super().find(pixels)

    SceneMasker(learned(), Measuring(), tile_width=320).mask(pixels(12))
    SceneMasker(learned(), Measuring(), tile_width=640).mask(pixels(12))
    assert sizes == [(180, 320), (360, 640)]


def test_a_picture_is_scaled_in_even_numbers_and_never_made_larger():
    assert scaled(pixels(0), 320).y.shape == (180, 320)
    assert scaled(pixels(0), 320).u.shape == (90, 160)
    assert scaled(pixels(0), 900).y.shape == (360, 640)


def test_who_may_see_without_the_mask_sees_the_person_and_not_the_private_window():
    window = ((0.0, 0.0), (0.25, 0.0), (0.25, 0.25), (0.0, 0.25))
    picture = pixels(50)
    shown = PrivateAreas([window]).mask(picture)
    assert (shown.y[:90, :160] == 104).all()
    assert np.array_equal(shown.y[100:], picture.y[100:])
    assert PrivateAreas([]).mask(picture) is picture


def test_the_upper_part_of_a_person_who_was_found_is_hidden():
    people = KnownFaces(faces=((0.7, 0.3, 0.1, 0.6),))
    masker = SceneMasker(learned(), KnownFaces(), people=people)
    shown = masker.mask(pixels(12))
    assert (shown.y[110:190, 450:510] == 104).all()
    assert (shown.y[240:, 450:510] != 104).mean() > 0.9
    people.faces = ()
    assert int(masker.mask(pixels(20)).y[150, 480]) == 104  # as faces: until the search after next
