import asyncio
from pathlib import Path

import pytest

from safecity.simulator.scenes.draw import NotDrawn, draw_films, film_path


async def test_films_are_drawn_once_and_drawn_anew_for_another_edition(tmp_path: Path):
    shares: list[float] = []
    await draw_films(tmp_path, [1, 2], 2, shares.append)
    assert film_path(tmp_path, 1).is_file()
    assert film_path(tmp_path, 2).is_file()
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    made = film_path(tmp_path, 1).stat().st_mtime_ns
    await draw_films(tmp_path, [1, 2], 2)
    assert film_path(tmp_path, 1).stat().st_mtime_ns == made
    (tmp_path / "edition").write_text("0")
    await draw_films(tmp_path, [1], 1)
    assert film_path(tmp_path, 1).stat().st_mtime_ns != made
    assert not film_path(tmp_path, 2).exists()


async def test_a_worker_that_cannot_write_is_told_of(tmp_path: Path):
    film_path(tmp_path, 3).with_suffix(".part").mkdir()
    with pytest.raises(ExceptionGroup) as caught:
        await draw_films(tmp_path, [3], 1)
    assert caught.group_contains(NotDrawn)


async def test_a_drawing_that_is_cancelled_leaves_no_worker(tmp_path: Path):
    heard = asyncio.Event()
    task = asyncio.get_running_loop().create_task(draw_films(tmp_path, [4, 5], 1, lambda _: heard.set()))
    await heard.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert not film_path(tmp_path, 5).exists()
