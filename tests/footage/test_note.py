"""Notes reach the index all together, or wait."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage.model import Cause, Gap, HealthNotice, Segment
from safecity.footage.note import ALIVE, Notebook
from safecity.footage.ports import IndexAway
from safecity.footage.rules import GapCloses, GapOpens
from safecity.footage.skew import ClockSeen

GAP = Gap(camera="a", start_ms=5_000, end_ms=None, cause=Cause.DISK, words="It is full.")


class FullIndex(FootageIndex):
    """An index whose disk is full until someone makes room; it fails at the last moment."""

    is_full = True

    def set_mark(self, name: str, value: str) -> None:
        if self.is_full:
            raise IndexAway
        super().set_mark(name, value)


@pytest.fixture
def index(tmp_path: Path):
    index = FullIndex(tmp_path / "index.db", writable=True)
    yield index
    index.close()


def segment(end_ms: int) -> Segment:
    return Segment(camera="a", start_ms=0, end_ms=end_ms, path="a/b/c.mp4", bytes=end_ms, pictures=1)


def test_notes_wait_for_an_index_that_is_away_and_come_once(index: FullIndex):
    notebook = Notebook(index)
    notebook.segment(segment(2_000))
    notebook.segment(segment(4_000))
    notebook.notice(1, "a", "health", HealthNotice(signal="live", reason=""))
    notebook.gaps([GapOpens(GAP)], 2)
    assert not notebook.write(10_000)
    assert index.notices(0) == []
    assert index.segments("a", 0, 1 << 40) == []
    notebook.gaps([GapCloses("a", 5_000, 8_000)], 3)
    index.is_full = False
    assert notebook.write(11_000)
    assert notebook.write(12_000)
    assert [each.kind for each in index.notices(0)] == ["health", "gap_opened", "gap_closed"]
    assert index.segments("a", 0, 1 << 40) == [segment(4_000)]
    assert [each.end_ms for each in index.gaps("a", 0, 1 << 40)] == [8_000]
    assert index.mark(ALIVE) == "12000"


def test_a_gap_found_open_is_ended(index: FullIndex):
    index.is_full = False
    index.open_gap(GAP)
    notebook = Notebook(index)
    notebook.end_gap(GAP, 9_000, 10_000)
    notebook.write(10_000)
    assert index.open_gaps() == []


def test_news_of_a_cameras_clock_is_told(index: FullIndex):
    index.is_full = False
    notebook = Notebook(index)
    notebook.gaps([ClockSeen("a", True, 5_000)], 10_000)
    notebook.write(10_000)
    (notice,) = index.notices(0)
    assert (notice.camera, notice.kind) == ("a", "clock")
    assert msgspec.json.decode(notice.body) == {"is_wrong": True, "offset_ms": 5_000}
