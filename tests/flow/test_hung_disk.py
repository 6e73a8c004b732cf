"""A disk that hangs is told within seconds; recording goes on in the reserve, and returns when the disk answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from fakes.hung_disk import HungDisk
from flow.test_disks import House, recording
from safecity.footage import Cause, Gap, Spool, complete
from safecity.footage.folders import SILENT_WORDS


def gaps(house: House) -> list[Gap]:
    return house.index.gaps("gate", 0, 1 << 50)


def explained(house: House) -> bool:
    """Every millisecond between the first and the last that is known is recorded, or lost to the disk."""
    found = house.segments()
    spans = [(each.start_ms, each.end_ms) for each in found]
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))
    assert {each.cause for each in gaps(house)} <= {Cause.DISK}
    sums = complete(spans, gaps(house), spans[0][0], spans[-1][1])
    return sums.unexplained_ms == 0


def told(house: House, *wanted: tuple[str, str, bool]) -> Callable[[], bool]:
    return lambda: house.told()[-len(wanted) :] == list(wanted)


async def with_a_reserve_recording_goes_on_there_and_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("data/footage", "reserve"):
        (tmp_path / name).mkdir(parents=True)
    disk = HungDisk(monkeypatch, tmp_path / "data" / "footage")
    async with recording(tmp_path / "data", tmp_path / "reserve", Spool(hangs_s=2)) as house:
        await house.until(lambda: len(house.segments()) >= 2)
        disk.hang()
        await house.until(lambda: disk.waits > 0)
        await house.until(told(house, ("", SILENT_WORDS, True)))
        await house.until(house.in_reserve)
        first = next(each for each in house.segments() if each.store)
        disk.answer()
        await house.until(told(house, ("", "", True)))
        await house.until(lambda: not house.in_reserve())
        await house.until(lambda: explained(house))
        before = [each for each in house.segments() if each.start_ms < first.start_ms][-1]
        assert first.start_ms - before.end_ms < 2_000, "at most the group that the disk was at is lost"
        house.all_is_whole()


async def without_one_the_gap_is_told_at_once_and_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "data" / "footage").mkdir(parents=True)
    disk = HungDisk(monkeypatch, tmp_path / "data" / "footage")
    async with recording(tmp_path / "data", None, Spool(hangs_s=2)) as house:
        await house.until(lambda: len(house.segments()) >= 2)
        disk.hang()
        await house.until(told(house, ("", SILENT_WORDS, False)))
        await house.until(
            lambda: any(each.cause is Cause.DISK and each.end_ms is None for each in gaps(house))
        )
        (open_gap,) = [each for each in gaps(house) if each.end_ms is None]
        assert open_gap.words == SILENT_WORDS
        disk.answer()
        await house.until(told(house, ("", "", True)))
        await house.until(lambda: house.segments()[-1].end_ms > open_gap.start_ms)
        await house.until(lambda: explained(house) and gaps(house) == [])
        house.all_is_whole()


async def test_a_disk_that_hangs_silences_no_recorder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Two nodes at a time, since both stories are mostly waiting."""
    await asyncio.gather(
        with_a_reserve_recording_goes_on_there_and_returns(tmp_path / "two disks", monkeypatch),
        without_one_the_gap_is_told_at_once_and_taken_back(tmp_path / "one disk", monkeypatch),
    )
