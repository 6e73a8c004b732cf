from hypothesis import given
from hypothesis import strategies as st

from safecity.simulator.programme import HOURS_S, programme_of
from safecity.simulator.scenes import chapters_of

FPS = 10


def arrivals(camera: int, between_s: float) -> list[float]:
    """When visits begin, in seconds."""
    programme = programme_of(camera, chapters_of(camera), FPS, between_s)
    return [
        start / FPS for start, film in zip(programme.starts, programme.films, strict=True) if film >= 10 * FPS
    ]


@given(st.integers(1, 60), st.sampled_from([30.0, 50.0, 150.0]))
def test_the_street_is_empty_at_first_and_visits_come_as_often_as_asked(camera: int, between_s: float):
    times = arrivals(camera, between_s)
    assert times[0] >= 10
    gap = (times[-1] - times[0]) / (len(times) - 1)
    assert 0.7 * between_s - 5 <= gap <= 1.3 * between_s + 25


def test_arrivals_are_spread_over_the_cameras():
    first = sorted(arrivals(camera, 150)[0] for camera in range(1, 25))
    assert first[0] <= 30
    assert len(set(first)) >= 8


@given(st.integers(1, 24), st.integers(0, 3 * HOURS_S * FPS))
def test_pictures_follow_one_another_and_jump_only_between_chapters(camera: int, tick: int):
    programme = programme_of(camera, chapters_of(camera), FPS, 50)
    here, then = programme.picture(tick), programme.picture(tick + 1)
    ends = {round(chapter.until_s * FPS) - 1 for chapter in chapters_of(camera)}
    begins = {round(chapter.from_s * FPS) for chapter in chapters_of(camera)}
    assert then == here + 1 or (here in ends and then in begins)
