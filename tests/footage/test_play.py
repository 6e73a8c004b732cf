"""Footage is found by wall-clock time, over all recorders."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage.model import Cause, Gap, Segment
from safecity.footage.play import Archive, find, find_next, segments, timeline


def segment(start_s: int, end_s: int) -> Segment:
    path = f"gate/19700101/{start_s}.mp4"
    return Segment(
        camera="gate", start_ms=start_s * 1000, end_ms=end_s * 1000, path=path, bytes=1, pictures=1
    )


def gap(start_s: int, end_s: int | None, cause: Cause = Cause.NETWORK) -> Gap:
    end_ms = None if end_s is None else end_s * 1000
    return Gap(camera="gate", start_ms=start_s * 1000, end_ms=end_ms, cause=cause, words="Nothing answers.")


@pytest.fixture
def indexes(tmp_path: Path):
    found = [FootageIndex(tmp_path / f"recorder-{n}.db", writable=True) for n in range(2)]
    yield found
    for each in found:
        each.close()


@pytest.fixture
def archive(tmp_path: Path, indexes: list[FootageIndex]) -> Archive:
    return Archive(tmp_path, {f"recorder-{n}": index for n, index in enumerate(indexes)})


def seconds(
    archive: Archive, from_s: int, to_s: int
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    found = timeline(archive, "gate", from_s * 1000, to_s * 1000)
    gaps = [(each.start_ms / 1000, (each.end_ms or 0) / 1000) for each in found.gaps]
    return [(start / 1000, end / 1000) for start, end in found.segments], gaps


def test_neighbouring_files_are_one_span_and_gaps_have_their_cause(
    archive: Archive, indexes: list[FootageIndex]
):
    for each in (segment(0, 60), segment(60, 100), segment(130, 200)):
        indexes[0].add_segment(each)
    indexes[0].open_gap(gap(100, 130))
    assert seconds(archive, 10, 150) == ([(10, 100), (130, 150)], [(100, 130)])
    assert timeline(archive, "gate", 0, 200_000).gaps[0].words == "Nothing answers."


def test_a_gap_that_lasts_ends_where_we_look_no_further(archive: Archive, indexes: list[FootageIndex]):
    indexes[0].add_segment(segment(0, 60))
    indexes[0].open_gap(gap(60, None))
    assert seconds(archive, 0, 500) == ([(0, 60)], [(60, 500)])


def test_a_picture_that_stood_still_is_no_footage(archive: Archive, indexes: list[FootageIndex]):
    indexes[0].add_segment(segment(0, 60))
    indexes[0].open_gap(gap(20, 30, Cause.CAMERA))
    assert seconds(archive, 0, 60) == ([(0, 20), (30, 60)], [(20, 30)])


def test_what_one_recorder_lacks_another_may_have(archive: Archive, indexes: list[FootageIndex]):
    indexes[0].add_segment(segment(0, 60))
    indexes[0].add_segment(segment(300, 360))
    indexes[0].open_gap(gap(60, 300, Cause.PLANNED))
    indexes[1].add_segment(segment(62, 290))
    assert seconds(archive, 0, 360) == ([(0, 60), (62, 290), (300, 360)], [(60, 62), (290, 300)])


def test_a_moment_is_found(archive: Archive, indexes: list[FootageIndex]):
    indexes[0].add_segment(segment(0, 60))
    indexes[1].add_segment(segment(90, 150))
    assert find(archive, "gate", 59_999) == segment(0, 60)
    assert find(archive, "gate", 60_000) is None
    assert find_next(archive, "gate", 60_000) == segment(90, 150)
    assert find_next(archive, "gate", 150_000) is None
    assert segments(archive, "gate", 0, 100_000) == [segment(0, 60), segment(90, 150)]
    assert archive.root.name == "footage"
