"""What a crash leaves is mended: broken ends are cut off, nothing whole is lost."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.stream import START_MS, TRACK, pictures
from safecity.footage.mend import apart, files_of, glance, mend, scan
from safecity.footage.model import Segment
from safecity.footage.record import Recording
from safecity.footage.rules import Coverage


def recorded(root: Path, seconds: int, *, camera: str = "gate") -> list[Segment]:
    recording = Recording(camera, root, Coverage(camera, START_MS), lambda: None, segment_ms=10_000)
    recording.on_track(TRACK)
    for each in pictures(seconds * 15 + 1):
        recording.on_picture(each)
    recording.end()
    found = [each.segment for each in recording.finished]
    for file in recording.finished:
        file.close()
    return found


@dataclass
class Whole:
    """A file's bytes, and where its groups end."""

    data: bytes = field(repr=False)
    ends: list[int]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    root = tmp_path_factory.mktemp("whole")
    (segment,) = recorded(root, 9)
    data = (root / segment.path).read_bytes()
    return Whole(data, [size for size in range(1, len(data) + 1) if ends_well(data[:size])])


def ends_well(data: bytes) -> bool:
    """A quick test by boxes: a group ends with its footer, the box behind its pictures."""
    at = 0
    kind = before = b""
    while at + 8 <= len(data):
        size, before, kind = int.from_bytes(data[at : at + 4], "big"), kind, data[at + 4 : at + 8]
        at += size
    return at == len(data) and (before, kind) == (b"mdat", b"uuid")


@settings(max_examples=60, deadline=None)
@given(share=st.floats(0, 1))
def test_a_file_cut_anywhere_keeps_its_whole_groups(
    tmp_path_factory: pytest.TempPathFactory, whole: Whole, share: float
):
    data = whole.data
    left = data[: int(len(data) * share)]
    root = tmp_path_factory.mktemp("cut")
    file = root / "gate" / "20300101" / "000000000.mp4"
    file.parent.mkdir(parents=True)
    file.write_bytes(left)
    found = mend(root, "gate", None)
    good = max((end for end in whole.ends if left[:end] == data[:end]), default=0)
    if not good:
        assert found == []
        assert not file.exists()
    else:
        assert [each.bytes for each in found] == [good] == [file.stat().st_size]
        assert mend(root, "gate", None) == found


def test_only_files_the_index_does_not_fully_know_are_read(tmp_path: Path):
    segments = recorded(tmp_path, 35)
    (tmp_path / segments[0].path).write_bytes(b"damaged later")
    assert mend(tmp_path, "gate", segments[2]) == segments[2:]
    assert list(files_of(tmp_path, "gate", segments[2].path)) == [each.path for each in segments[2:]]
    assert mend(tmp_path, "nobody", None) == []


def test_a_scan_of_what_is_no_footage_finds_nothing(tmp_path: Path):
    (tmp_path / "x.mp4").write_bytes(b"RIFF")
    assert scan(tmp_path / "x.mp4") is None
    with pytest.raises(FileNotFoundError):
        scan(tmp_path / "away.mp4")


def test_spans_that_reach_into_the_next_by_a_rounding_are_set_apart():
    def of(start_ms: int, end_ms: int) -> Segment:
        return Segment(camera="a", start_ms=start_ms, end_ms=end_ms, path=str(start_ms), bytes=1, pictures=1)

    assert apart([of(10, 21), of(0, 11)]) == [of(0, 10), of(10, 21)]
    assert apart([]) == []


@pytest.mark.parametrize("groups_lost", [1, 2])
def test_an_end_that_a_power_cut_filled_with_zeros_is_cut_off(tmp_path: Path, whole: Whole, groups_lost: int):
    good, begins = whole.ends[-1 - groups_lost], whole.ends[-1 - groups_lost] + 600
    file = tmp_path / "gate" / "20300101" / "000000000.mp4"
    file.parent.mkdir(parents=True)
    file.write_bytes(whole.data[:begins] + bytes(len(whole.data) - begins))
    (found,) = mend(tmp_path, "gate", None)
    assert found.bytes == good == file.stat().st_size


def test_a_glance_at_both_ends_says_what_a_whole_scan_says(tmp_path: Path):
    for each in recorded(tmp_path, 35):
        file = tmp_path / each.path
        assert glance(str(file)) == scan(file)
        file.write_bytes(file.read_bytes()[:-5])
        assert glance(str(file)) is None
        file.write_bytes(b"no footage at all")
        assert glance(str(file)) is None
