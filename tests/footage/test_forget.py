"""What goes, what stays, and in which order things go."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage.forget import Going, Rules, choose, remove, rules_of, strike_off
from safecity.footage.keeping import Keep, RuleBook
from safecity.footage.model import (
    CameraKeep,
    Cause,
    ClassKeep,
    Gap,
    Hold,
    PlannedCamera,
    RecorderLimits,
    RecorderPlan,
    Segment,
    Stored,
)

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


def by(days: float, size: int | None = None, *, free: int = 0, **cameras: Keep) -> Rules:
    """A city's rule, and cameras' own."""
    return Rules(RuleBook(Keep(days=days, bytes=size), {}, cameras), free)


def going(
    index: FootageIndex, rules: Rules, holds: list[Hold] | None = None, **free: int
) -> set[tuple[str, int]]:
    left = {"": 1 << 40} | ({"": free.pop("free")} if "free" in free else {}) | free
    return {
        (each.camera, each.start_ms // DAY_MS)
        for each in choose(index, holds or [], rules, NOW_MS, left).segments
    }


def test_each_camera_has_its_own_days(index: FootageIndex):
    assert going(index, by(8, b=Keep(days=9), c=Keep(days=1))) == {("a", 0), ("a", 1), ("b", 0)}


def test_without_any_rule_nothing_goes(index: FootageIndex):
    assert going(index, Rules(RuleBook())) == set()


def test_the_oldest_of_all_go_where_bytes_are_limited(index: FootageIndex):
    assert going(index, by(100, 1_650)) == {("a", 0), ("b", 0), ("a", 1), ("b", 1)}


def test_what_goes_by_age_counts_for_the_bytes(index: FootageIndex):
    assert going(index, by(8, 1_600)) == {("a", 0), ("b", 0), ("a", 1), ("b", 1)}


def test_a_camera_and_a_class_have_bytes_of_their_own(index: FootageIndex):
    assert going(index, by(100, b=Keep(bytes=750))) == {("b", 0), ("b", 1), ("b", 2)}
    book = RuleBook(Keep(days=100), {"traffic": Keep(bytes=1_700)}, {c: Keep(of="traffic") for c in "ab"})
    assert going(index, Rules(book)) == {("a", 0), ("b", 0), ("a", 1)}
    only_b = RuleBook(Keep(days=100), {"traffic": Keep(bytes=900)}, {"b": Keep(of="traffic")})
    assert going(index, Rules(only_b)) == {("b", 0)}


def test_a_disk_that_is_nearly_full_is_given_room(index: FootageIndex):
    assert going(index, by(100, free=500), free=350) == {("a", 0), ("b", 0)}


def test_only_the_folder_that_is_short_gives_and_one_that_is_away_loses_nothing(index: FootageIndex):
    for day in range(3):
        index.add_segment(replace(segment(day, "c"), store="reserve"))
    rules = by(100, free=500)
    assert going(index, rules, reserve=350) == {("c", 0), ("c", 1)}
    assert going(index, by(5), free=0) == {(c, d) for c in "ab" for d in range(5)}
    assert [each.store for each in choose(index, [], by(9), NOW_MS, {"reserve": 0}).segments] == ["reserve"]
    assert choose(index, [], by(1), NOW_MS, {}).segments == []


def test_holds_and_files_that_grow_stay_whatever_the_disk_says(index: FootageIndex):
    hold = Hold(id="h", camera="a", start_ms=0, end_ms=2 * DAY_MS)
    rules = replace(by(1, 0), writing=frozenset({("b", 9 * DAY_MS)}))
    left = {(c, d) for c in "ab" for d in range(10)} - going(index, rules, [hold], free=0)
    assert left == {("a", 0), ("a", 1), ("b", 9)}


def test_a_plan_gives_the_rules_and_without_one_the_settings_do():
    limits = RecorderLimits(keep_days=5, keep_bytes=7)
    assert rules_of(RecorderPlan(), limits).book.city == Keep(days=5, bytes=7)
    plan = RecorderPlan(
        cameras=(PlannedCamera(id="a", url="", retention="court", keep_days=60),),
        city=ClassKeep(name="", days=14),
        classes=(ClassKeep(name="court", days=30, bytes=9, since_ms=3),),
        left=(CameraKeep(id="b", retention="court"),),
    )
    book = rules_of(plan, limits).book
    assert [book.days(camera) for camera in "abc"] == [60, 30, 14]


def test_rows_go_first_then_files_then_the_note(index: FootageIndex, tmp_path: Path):
    rules = by(9)
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
