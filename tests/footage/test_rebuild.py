"""An index that is lost is made anew from the files alone."""

from __future__ import annotations

from pathlib import Path

from fakes.stream import START_MS, TRACK, pictures
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage.folders import Folder
from safecity.footage.mend import glance
from safecity.footage.model import Cause, Segment
from safecity.footage.rebuild import LAST_FILES, LOST_WORDS, rebuild
from safecity.footage.record import Recording
from safecity.footage.rules import Coverage


def record(root: Path, camera: str, *spans: tuple[int, int]) -> list[Segment]:
    recording = Recording(camera, root, Coverage(camera, START_MS), lambda: None)
    for first, last in spans:
        recording.on_track(TRACK)
        for each in pictures((last - first) * 15, first=first * 15):
            recording.on_picture(each)
        recording.end()
    for file in recording.finished:
        file.close()
    return [each.segment for each in recording.finished]


def test_every_file_is_listed_again_and_gaps_say_that_their_cause_is_lost(tmp_path: Path):
    root = tmp_path / "footage"
    root.mkdir()
    gate = record(root, "gate", (0, 100), (150, 170))
    yard = record(root, "yard", (0, 20))
    index = FootageIndex(tmp_path / "index" / "recorder-0.db", writable=True)
    done: list[str] = []
    result = rebuild(root, index, told=done.append)
    assert index.segments("gate", 0, 1 << 50) == gate
    assert index.segments("yard", 0, 1 << 50) == yard
    (gap,) = index.gaps("gate", 0, 1 << 50)
    assert (gap.start_ms, gap.end_ms, gap.cause) == (START_MS + 100_000, START_MS + 150_000, Cause.RECORDER)
    assert gap.words == LOST_WORDS
    assert (result.cameras, result.segments, result.gaps) == (2, len(gate) + 1, 1)
    assert result.bytes == index.total_bytes()
    assert done == ["gate", "yard"]
    assert index.mark("storage") == (root / "storage.id").read_text()
    index.close()


def test_damaged_pictures_are_counted_again_from_the_ends_of_files(tmp_path: Path):
    root, stream = tmp_path / "footage", pictures(200 * 15)
    root.mkdir()
    for each in stream[100:2500:7]:
        each.is_damaged = not each.is_key
    recording = Recording("gate", root, Coverage("gate", START_MS), lambda: None)
    recording.on_track(TRACK)
    for each in stream:
        recording.on_picture(each)
    recording.end()
    files = [each.segment for each in recording.finished]
    assert len(files) > LAST_FILES
    assert all(glance(str(root / each.path)) for each in files), "their ends tell all"
    index = FootageIndex(tmp_path / "recorder-0.db", writable=True)
    rebuild(root, index)
    assert index.segments("gate", 0, 1 << 50) == files
    assert index.damaged("gate", 0, 1 << 50) == sum(each.is_damaged for each in stream) > 300
    index.close()


def test_a_recorder_lists_its_own_cameras_only(tmp_path: Path):
    root = tmp_path / "footage"
    root.mkdir()
    record(root, "gate", (0, 10))
    record(root, "yard", (0, 10))
    index = FootageIndex(tmp_path / "recorder-1.db", writable=True)
    rebuild(root, index, suits=lambda camera: camera == "yard")
    assert index.cameras() == ["yard"]
    index.close()


def test_what_lies_in_a_reserve_is_listed_with_its_folder_by_several_processes(tmp_path: Path):
    main, reserve = Folder("", tmp_path / "footage"), Folder("reserve", tmp_path / "reserve")
    for each in (main, reserve):
        each.root.mkdir()
    record(main.root, "gate", (0, 20))
    record(reserve.root, "gate", (20, 40))
    record(reserve.root, "yard", (0, 20))
    index = FootageIndex(tmp_path / "recorder-0.db", writable=True)
    assert rebuild([main, reserve], index, processes=2).segments == 3
    assert [each.store for each in index.segments("gate", 0, 1 << 50)] == ["", "reserve"]
    assert index.mark("storage reserve") == (reserve.root / "storage.id").read_text()
    index.close()
