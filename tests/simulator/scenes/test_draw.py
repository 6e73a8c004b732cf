import asyncio
from pathlib import Path

import pytest

from safecity.simulator.scenes.draw import NotDrawn, Wanted, draw_films, film_path
from safecity.simulator.scenes.film import Coding


async def test_films_are_drawn_once_and_drawn_anew_for_another_edition(tmp_path: Path):
    shares: list[float] = []
    await draw_films(tmp_path, [Wanted(1), Wanted(2, small=True)], 2, shares.append)
    assert film_path(tmp_path, 1).is_file()
    assert film_path(tmp_path, 2).is_file()
    assert film_path(tmp_path, 2, small=True).is_file()
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    made = film_path(tmp_path, 1).stat().st_mtime_ns
    await draw_films(tmp_path, [Wanted(1), Wanted(2, small=True)], 2)
    assert film_path(tmp_path, 1).stat().st_mtime_ns == made
    (tmp_path / "edition").write_text("0")
    await draw_films(tmp_path, [Wanted(1)], 1)
    assert film_path(tmp_path, 1).stat().st_mtime_ns != made
    assert not film_path(tmp_path, 2).exists()


def test_what_is_wanted_is_said_in_a_word():
    for each in (Wanted(3), Wanted(12, Coding.H265), Wanted(5, small=True)):
        assert Wanted.of(each.word) == each


async def test_a_worker_that_cannot_write_is_told_of(tmp_path: Path):
    film_path(tmp_path, 3).with_suffix(".part").mkdir()
    with pytest.raises(ExceptionGroup) as caught:
        await draw_films(tmp_path, [Wanted(3)], 1)
    assert caught.group_contains(NotDrawn)


async def test_a_drawing_that_is_cancelled_leaves_no_worker(tmp_path: Path):
    heard = asyncio.Event()
    task = asyncio.get_running_loop().create_task(
        draw_films(tmp_path, [Wanted(4), Wanted(5)], 1, lambda _: heard.set())
    )
    await heard.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not film_path(tmp_path, 5).exists()
