"""The index of footage: what one process lists, another finds, and quickly."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage import Cause, DayBytes, Gap, IndexAway, Segment, Stored


def segment(start_ms: int, camera: str = "a", length_ms: int = 60_000) -> Segment:
    path = f"{camera}/19700101/{start_ms}.mp4"
    return Segment(
        camera=camera, start_ms=start_ms, end_ms=start_ms + length_ms, path=path, bytes=100, pictures=900
    )


@pytest.fixture
def index(tmp_path: Path):
    index = FootageIndex(tmp_path / "index" / "recorder-0.db", writable=True)
    yield index
    index.close()


def test_another_process_finds_what_was_listed(index: FootageIndex, tmp_path: Path):
    reader = FootageIndex(tmp_path / "index" / "recorder-0.db")
    assert reader.segments("a", 0, 1 << 50) == []
    index.add_segment(segment(0))
    index.add_segment(segment(60_000))
    assert reader.segments("a", 59_999, 60_000) == [segment(0)]
    assert reader.segments("a", 59_999, 60_001) == [segment(0), segment(60_000)]
    assert reader.segments("a", 120_000, 130_000) == []
    assert reader.newest("a") == segment(60_000)
    assert reader.newest("b") is None
    reader.close()


def test_spans_are_those_of_the_segments(index: FootageIndex, tmp_path: Path):
    for start_ms in (0, 1_000, 5_000):
        index.add_segment(segment(start_ms, length_ms=1_000))
    for from_ms, to_ms in ((0, 9_000), (500, 5_000), (5_500, 5_600), (7_000, 8_000)):
        wanted = [(each.start_ms, each.end_ms) for each in index.segments("a", from_ms, to_ms)]
        assert index.spans("a", from_ms, to_ms) == wanted
    assert FootageIndex(tmp_path / "none.db").spans("a", 0, 9_000) == []


def test_a_reader_may_come_before_the_recorder(tmp_path: Path):
    reader = FootageIndex(tmp_path / "index" / "recorder-9.db")
    assert reader.segments("a", 0, 10) == []
    assert reader.notices(0) == []
    assert reader.mark("born") is None
    assert reader.total_bytes() == 0
    writer = FootageIndex(tmp_path / "index" / "recorder-9.db", writable=True)
    writer.add_segment(segment(0))
    assert reader.segments("a", 0, 10) == [segment(0)]
    with pytest.raises(IndexAway):
        reader.add_segment(segment(0))
    reader.close()
    writer.close()


def test_a_segment_that_grew_is_listed_anew(index: FootageIndex):
    index.add_segment(segment(0, length_ms=2_000))
    index.add_segment(segment(0, length_ms=4_000))
    assert index.segments("a", 0, 10_000) == [segment(0, length_ms=4_000)]
    assert index.total_bytes() == 100


def test_what_is_struck_off_is_garbage_until_it_is_gone(index: FootageIndex):
    index.add_segment(segment(0))
    index.add_segment(segment(60_000))
    index.drop_segments([segment(0)])
    assert index.total_bytes() == 100
    index.drop_segments([segment(60_000)])
    index.cleared([Stored("", segment(60_000).path)])
    assert index.total_bytes() == 0
    assert index.segments("a", 0, 1 << 50) == []
    assert index.garbage() == [Stored("", segment(0).path)]
    index.cleared(index.garbage())
    assert index.garbage() == []


def test_bytes_are_known_by_camera_day_and_folder(index: FootageIndex):
    day = 86_400_000
    for start_ms, camera in ((0, "a"), (60_000, "a"), (day, "a"), (day, "b")):
        index.add_segment(segment(start_ms, camera))
    index.add_segment(replace(segment(2 * day), store="reserve"))
    assert index.day_bytes() == [
        DayBytes("a", 0, 200),
        DayBytes("a", 1, 100),
        DayBytes("a", 2, 100),
        DayBytes("b", 1, 100),
    ]
    assert index.stores() == {"": 400, "reserve": 100}
    index.drop_segments([replace(segment(2 * day), store="reserve")])
    assert index.stores() == {"": 400}
    assert index.garbage(store="") == []
    assert index.garbage(store="reserve") == [Stored("reserve", segment(2 * day).path)]


def test_damaged_pictures_are_those_of_the_files_that_touch_a_span(index: FootageIndex, tmp_path: Path):
    assert index.damaged("a", 0, 1 << 50) == 0
    for start_ms, damaged in ((0, 3), (60_000, 0), (120_000, 5)):
        index.add_segment(replace(segment(start_ms), damaged=damaged))
    index.add_segment(replace(segment(0), damaged=4))  # it grew
    index.add_segment(replace(segment(0, "b"), damaged=9))
    spans = (
        (0, 1),
        (59_999, 120_000),
        (59_999, 120_001),
        (60_000, 120_000),
        (179_999, 200_000),
        (180_000, 200_000),
    )
    assert [index.damaged("a", *span) for span in spans] == [4, 4, 9, 0, 5, 0]
    index.drop_segments([segment(0)])
    assert index.damaged("a", 0, 1 << 50) == 5
    assert FootageIndex(tmp_path / "none.db").damaged("a", 0, 1) == 0


def test_an_index_of_before_damaged_pictures_were_counted_counts_from_now_on(tmp_path: Path):
    path = tmp_path / "recorder-0.db"
    now = FootageIndex(path, writable=True)
    now.add_segment(segment(0))
    now.close()
    with closing(sqlite3.connect(path)) as old:
        old.executescript("DROP INDEX segment_damaged; ALTER TABLE segment DROP COLUMN damaged;")
    for damaged in (3, 4):  # the second time there is nothing left to do
        index = FootageIndex(path, writable=True)
        assert index.segments("a", 0, 60_000) == [segment(0)]
        index.add_segment(replace(segment(60_000), damaged=damaged))
        assert index.damaged("a", 0, 1 << 50) == damaged
        index.close()


def test_the_oldest_of_one_camera_come_page_by_page(index: FootageIndex):
    every = [segment(start) for start in (0, 60_000, 120_000)]
    for each in every:
        index.add_segment(each)
    assert index.oldest_of("a", 2) == every[:2]
    assert index.oldest_of("a", 2, every[1].start_ms) == every[2:]


def test_an_index_of_before_there_were_several_folders_is_brought_up_to_date(tmp_path: Path):
    path = tmp_path / "recorder-0.db"
    with closing(sqlite3.connect(path)) as old:
        old.executescript(
            "CREATE TABLE segment (camera TEXT, start_ms INTEGER, end_ms INTEGER, path TEXT, bytes INTEGER,"
            " pictures INTEGER, PRIMARY KEY (camera, start_ms)) WITHOUT ROWID;"
            "CREATE TABLE gap (camera TEXT, start_ms INTEGER, end_ms INTEGER, cause TEXT, words TEXT,"
            " PRIMARY KEY (camera, start_ms)) WITHOUT ROWID;"
            "CREATE TABLE total (one INTEGER, bytes INTEGER); CREATE TABLE garbage (path TEXT PRIMARY KEY);"
            "CREATE TRIGGER segment_gone AFTER DELETE ON segment"
            " BEGIN UPDATE total SET bytes = bytes - old.bytes; END;"
            "INSERT INTO segment VALUES ('a', 0, 60000, 'a/19700101/0.mp4', 100, 900);"
            "INSERT INTO garbage VALUES ('a/19700101/gone.mp4');"
        )
    for _ in range(2):  # the second time there is nothing left to do
        index = FootageIndex(path, writable=True)
        assert index.segments("a", 0, 10) == [segment(0)]
        assert index.total_bytes() == 100
        assert index.garbage() == [Stored("", "a/19700101/gone.mp4")]
        index.close()


def test_the_oldest_of_all_cameras_come_page_by_page(index: FootageIndex):
    every = [segment(start, camera) for start in (0, 60_000) for camera in ("a", "b", "c")]
    for each in reversed(every):
        index.add_segment(each)
    assert index.cameras() == ["a", "b", "c"]
    assert index.oldest(4) == every[:4]
    assert index.oldest(4, (60_000, "a")) == every[4:]


def test_a_gap_opens_and_closes(index: FootageIndex):
    gap = Gap(camera="a", start_ms=1000, end_ms=None, cause=Cause.NETWORK, words="Nothing answers.")
    index.open_gap(gap)
    assert index.open_gaps() == [gap]
    assert index.gaps("a", 5_000, 6_000) == [gap]
    assert index.gaps("a", 0, 1_000) == []
    index.close_gap("a", 1000, 9_000)
    assert index.open_gaps() == []
    assert [each.end_ms for each in index.gaps("a", 8_999, 10_000)] == [9_000]
    assert index.gaps("a", 9_000, 10_000) == []
    index.drop_gaps("a", 9_000)
    assert index.gaps("a", 0, 10_000) == []


def test_a_gap_that_would_last_no_time_is_none(index: FootageIndex):
    index.open_gap(Gap(camera="a", start_ms=1000, end_ms=None, cause=Cause.DISK, words=""))
    index.close_gap("a", 1000, 1000)
    assert index.gaps("a", 0, 10_000) == []


def test_notices_keep_their_numbers_also_after_the_old_ones_go(index: FootageIndex):
    index.tell(10, "a", "health", "{}")
    index.tell(20, "a", "health", "{}")
    index.drop_notices(100)
    index.tell(200, "b", "gap_opened", "{}")
    assert [(each.seq, each.camera) for each in index.notices(0)] == [(3, "b")]


def test_what_is_written_together_is_whole_or_nothing(index: FootageIndex):
    def fails() -> None:
        with index.together():
            index.add_segment(segment(0))
            index.tell(0, "a", "health", None)  # type: ignore[arg-type]  # a column that must not be empty

    with pytest.raises(IndexAway):
        fails()
    assert index.segments("a", 0, 10) == []
    with index.together():
        index.add_segment(segment(0))
        with index.together():
            index.set_mark("alive_ms", "5")
    assert index.mark("alive_ms") == "5"


def test_an_index_that_is_locked_says_so_in_words(index: FootageIndex, tmp_path: Path):
    other = sqlite3.connect(tmp_path / "index" / "recorder-0.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(IndexAway, match="cannot be used just now"):
        index.add_segment(segment(0))
    other.execute("ROLLBACK")
    other.close()
    index.add_segment(segment(0))


def test_a_file_that_is_no_database_is_set_aside_so_that_recording_goes_on(tmp_path: Path):
    (tmp_path / "index.db").write_bytes(os.urandom(4096))
    index = FootageIndex(tmp_path / "index.db", writable=True)
    index.add_segment(segment(0))
    index.close()
    assert (tmp_path / "index.broken").stat().st_size == 4096


def test_an_index_whose_folder_is_a_file_cannot_be_opened(tmp_path: Path):
    (tmp_path / "index.db").mkdir()
    with pytest.raises(IndexAway):
        FootageIndex(tmp_path / "index.db", writable=True)


def test_a_gap_says_whether_the_camera_could_be_reached(tmp_path: Path):
    index = FootageIndex(tmp_path / "index.db", writable=True)
    for start_ms, is_reachable in ((0, True), (5_000, False)):
        gap = Gap(
            camera="a",
            start_ms=start_ms,
            end_ms=None,
            cause=Cause.NETWORK,
            words="",
            is_reachable=is_reachable,
        )
        index.open_gap(gap)
    assert [each.is_reachable for each in index.gaps("a", 0, 10_000)] == [True, False]
    index.close()
