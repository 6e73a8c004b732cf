"""What goes, what stays, and in which order things go."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage.forget import Going, Rules, choose, remove, room_left, strike_off
from safecity.footage.model import Cause, Gap, Hold, RecorderLimits, Segment, Stored

DAY_MS = 86_400_000


def segment(day: int, camera: str = "a", size: int = 100) -> Segment:
    start_ms = day * DAY_MS
    path = f"{camera}/197001{day + 1:02d}/000000000.mp4"
    return Segment(
        camera=camera, start_ms=start_ms, end_ms=start_ms + 60_000, path=path, bytes=size, pictures=9
    )


@pytest.fixture
def index(tmp_path: Path):
    index = FootageIndex(tmp_path / "index.db", writable=True)
    for day in range(10):
        for camera in ("a", "b"):
            index.add_segment(segment(day, camera))
    yield index
    index.close()


NOW_MS = 10 * DAY_MS


def going(
    index: FootageIndex, rules: Rules, holds: list[Hold] | None = None, free: int = 1 << 40
) -> set[tuple[str, int]]:
    return {
        (each.camera, each.start_ms // DAY_MS)
        for each in choose(index, holds or [], rules, NOW_MS, free).segments
    }


def test_each_camera_has_its_own_days(index: FootageIndex):
    rules = Rules(RecorderLimits(keep_days=8), {"b": 9, "c": 1})
    assert going(index, rules) == {("a", 0), ("a", 1), ("b", 0)}


def test_the_oldest_of_all_go_where_bytes_are_limited(index: FootageIndex):
    rules = Rules(RecorderLimits(keep_days=100, keep_bytes=1_650), {})
    assert going(index, rules) == {("a", 0), ("b", 0), ("a", 1), ("b", 1)}


def test_what_goes_by_age_counts_for_the_bytes(index: FootageIndex):
    rules = Rules(RecorderLimits(keep_days=8, keep_bytes=1_600), {})
    assert going(index, rules) == {("a", 0), ("b", 0), ("a", 1), ("b", 1)}


def test_a_disk_that_is_nearly_full_is_given_room(index: FootageIndex):
    rules = Rules(RecorderLimits(keep_days=100, min_free_bytes=500), {})
    assert going(index, rules, free=350) == {("a", 0), ("b", 0)}


def test_holds_and_files_that_grow_stay_whatever_the_disk_says(index: FootageIndex):
    hold = Hold(id="h", camera="a", start_ms=0, end_ms=2 * DAY_MS)
    rules = Rules(RecorderLimits(keep_days=1, keep_bytes=0), {}, frozenset({("b", 9 * DAY_MS)}))
    left = {(c, d) for c in "ab" for d in range(10)} - going(index, rules, [hold], free=0)
    assert left == {("a", 0), ("a", 1), ("b", 9)}


def test_rows_go_first_then_files_then_the_note(index: FootageIndex, tmp_path: Path):
    rules = Rules(RecorderLimits(keep_days=9), {})
    old = Going([segment(0)])
    file = tmp_path / "footage" / segment(0).path
    file.parent.mkdir(parents=True)
    file.write_bytes(b"x")
    index.open_gap(Gap(camera="a", start_ms=0, end_ms=5, cause=Cause.DISK, words=""))
    strike_off(index, old, rules, NOW_MS)
    assert index.segments("a", 0, 60_000) == []
    assert index.gaps("a", 0, 60_000) == []
    assert file.exists()
    assert remove(tmp_path / "footage", index.garbage(), "19700102") == [Stored("", segment(0).path)]
    assert not file.parent.exists()
    assert (old.bytes, old.until_ms) == (100, 60_000)


def test_a_file_that_cannot_be_deleted_stays_garbage(tmp_path: Path):
    (tmp_path / "a" / "19700101" / "000000000.mp4").mkdir(parents=True)
    there, gone = Stored("", "a/19700101/000000000.mp4"), Stored("", "a/19700101/gone.mp4")
    assert remove(tmp_path, [there, gone], "20300101") == [gone]


def test_the_room_left_is_what_we_may_use(tmp_path: Path):
    assert room_left(tmp_path) > 0
