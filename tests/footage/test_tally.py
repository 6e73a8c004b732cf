"""Completeness from the indexes of recorders: from the first that is known, up to what cannot be known yet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage import Archive, Cause, Gap, Segment, tally, timeline
from safecity.footage.note import ALIVE


@pytest.fixture
def indexes(tmp_path: Path):
    made = [FootageIndex(tmp_path / f"recorder-{n}.db", writable=True) for n in range(2)]
    yield made
    for each in made:
        each.close()


@pytest.fixture
def archive(tmp_path: Path, indexes: list[FootageIndex]) -> Archive:
    return Archive(tmp_path, {f"recorder-{n}": each for n, each in enumerate(indexes)})


def segment(start_ms: int, end_ms: int) -> Segment:
    return Segment(
        camera="gate", start_ms=start_ms, end_ms=end_ms, path=f"{start_ms}.mp4", bytes=1, pictures=1
    )


def gap(start_ms: int, end_ms: int | None) -> Gap:
    return Gap(camera="gate", start_ms=start_ms, end_ms=end_ms, cause=Cause.NETWORK, words="Words.")


def test_a_camera_of_which_nothing_is_known_has_no_figure(archive: Archive):
    assert tally(archive, "gate", 0, 100_000).span_ms == 0


def test_time_before_the_first_footage_does_not_count(archive: Archive, indexes: list[FootageIndex]):
    indexes[0].add_segment(segment(40_000, 100_000))
    indexes[0].set_mark(ALIVE, "100000")
    found = tally(archive, "gate", 0, 100_000)
    assert (found.span_ms, found.share) == (60_000, 1.0)


def test_what_one_recorder_lacks_another_may_have(archive: Archive, indexes: list[FootageIndex]):
    indexes[0].add_segment(segment(0, 60_000))
    indexes[0].open_gap(gap(60_000, None))
    indexes[1].add_segment(segment(60_000, 100_000))
    indexes[1].set_mark(ALIVE, "100000")
    assert tally(archive, "gate", 0, 100_000).share == 1.0


def test_damaged_pictures_are_counted_by_whole_files_over_all_recorders(
    archive: Archive, indexes: list[FootageIndex]
):
    for index, start_ms, damaged in ((0, 0, 4), (0, 60_000, 0), (0, 120_000, 100), (1, 30_000, 7)):
        indexes[index].add_segment(replace(segment(start_ms, start_ms + 60_000), damaged=damaged))
    assert timeline(archive, "gate", 50_000, 110_000).damaged == 11
    assert timeline(archive, "gate", 90_000, 110_000).damaged == 0
    assert tally(archive, "gate", 0, 180_000).damaged == 111


def test_a_recorder_that_died_and_was_not_replaced_explains_what_lacks(
    archive: Archive, indexes: list[FootageIndex]
):
    indexes[0].add_segment(segment(0, 60_000))
    indexes[0].set_mark(ALIVE, "65000")
    found = tally(archive, "gate", 0, 200_000)
    assert found.lost_ms == {Cause.RECORDER: 140_000}
    assert found.unexplained_ms == 0


def test_a_hole_that_nobody_told_stands_out(archive: Archive, indexes: list[FootageIndex]):
    indexes[0].add_segment(segment(0, 60_000))
    indexes[0].add_segment(segment(70_000, 100_000))
    indexes[0].set_mark(ALIVE, "100000")
    assert tally(archive, "gate", 0, 100_000).unexplained_ms == 10_000
