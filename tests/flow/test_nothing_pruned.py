"""Files that somebody deleted, or that lie on a disk that is away: a recorder strikes no row off because of that."""

from __future__ import annotations

import shutil
from pathlib import Path

from fakes.stream import START_MS
from footage.test_recorder import ask, minute, planned, working
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import SetClock
from safecity.footage import RecorderLimits, Segment

ROWS, GONE = 200, 150
LIMITS = RecorderLimits(min_free_bytes=0, keep_days=1)
DAY_MS = 86_400_000


def shelve(data: Path) -> list[Segment]:
    """An hour and more of footage that is known, a minute a file; of most files nothing is left on the disk."""
    index, rows = FootageIndex(data / "index" / "recorder-0.db", writable=True), list[Segment]()
    for number in range(ROWS, 0, -1):
        start_ms = START_MS - 3_600_000 - number * 60_000
        path = f"gate/20291231/{number:09d}.mp4"
        rows.append(
            Segment(
                camera="gate", start_ms=start_ms, end_ms=start_ms + 60_000, path=path, bytes=3, pictures=1
            )
        )
        file = data / "footage" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if number <= ROWS - GONE:
            file.write_bytes(b"abc")
    index.add_segments(rows)
    index.close()
    return rows


async def test_most_files_may_be_gone_and_every_row_stays(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    rows = shelve(tmp_path)
    async with working(tmp_path, clock, minute(clock), limits=LIMITS) as house:
        await house.passes(40)  # it has checked its last files, and twice forgotten what is old enough
        assert house.index.segments("gate", 0, START_MS - 1) == rows
        assert house.index.garbage() == []


async def test_a_disk_that_is_another_costs_neither_rows_nor_files(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    rows = shelve(tmp_path)
    async with working(tmp_path, clock, minute(clock), limits=LIMITS) as house:
        await house.passes(5)
        shutil.move(tmp_path / "footage", tmp_path / "was footage")
        (tmp_path / "footage" / "gate").mkdir(parents=True)
        (tmp_path / "footage" / "storage.id").write_text("somebody else's")
        await house.passes(60)
        assert house.index.segments("gate", 0, START_MS - 1) == rows
        assert list((tmp_path / "footage" / "gate").iterdir()) == [], "nothing was written there"


async def test_what_is_old_enough_goes_whether_its_file_is_there_or_not(tmp_path: Path, clock: SetClock):
    ask(tmp_path, planned())
    shelve(tmp_path)
    clock.pass_(days=2)
    async with working(tmp_path, clock, limits=LIMITS) as house:
        await house.until(lambda: house.index.segments("gate", 0, START_MS - 1) == [])
        await house.until(lambda: house.index.garbage() == [])
