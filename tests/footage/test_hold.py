"""Holds: on the disk before they are told, and obeyed before anything is deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecity.base import Actor, BadInput, Node, NotFound, Unreadable, read_entries
from safecity.footage.hold import hold, holds, read_holds, release, settle_holds
from safecity.footage.model import Hold
from safecity.footage.play import Archive

HELD = Hold(id="hold-1", camera="gate", start_ms=1_000, end_ms=5_000)


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path, {})


async def told(node: Node) -> list[str]:
    return [entry.type.partition("/")[0] for entry in await read_entries(node.database, 0)]


async def test_a_hold_is_what_recorders_read(node: Node, operator: Actor, archive: Archive):
    await hold(node, operator, archive=archive, hold=HELD)
    assert read_holds(archive.data) == [HELD]
    assert await holds(node, camera="gate", from_ms=4_999, to_ms=9_000) == [HELD]
    assert await holds(node, camera="gate", from_ms=5_000, to_ms=9_000) == []
    assert await told(node) == ["FootageHeld"]


async def test_the_same_hold_twice_is_one(node: Node, operator: Actor, archive: Archive):
    await hold(node, operator, archive=archive, hold=HELD)
    await hold(node, operator, archive=archive, hold=HELD)
    assert await told(node) == ["FootageHeld"]


async def test_a_released_hold_is_gone(node: Node, operator: Actor, archive: Archive):
    await hold(node, operator, archive=archive, hold=HELD)
    await release(node, operator, archive=archive, hold=HELD.id)
    await release(node, operator, archive=archive, hold=HELD.id)
    assert read_holds(archive.data) == []
    assert await holds(node, camera="gate", from_ms=0, to_ms=9_000) == []
    assert await told(node) == ["FootageHeld", "FootageHoldReleased"]
    with pytest.raises(NotFound):
        await release(node, operator, archive=archive, hold="never")


@pytest.mark.parametrize(
    "bad",
    [
        Hold(id="h", camera="gate", start_ms=5, end_ms=5),
        Hold(id="h", camera="gate", start_ms=-5, end_ms=5),
        Hold(id="h", camera="gate", start_ms=0, end_ms=40 * 86_400_000),
        Hold(id="../../etc/passwd", camera="gate", start_ms=0, end_ms=5),
    ],
)
async def test_an_impossible_hold_is_refused_and_nothing_is_written(
    node: Node, operator: Actor, archive: Archive, bad: Hold
):
    with pytest.raises(BadInput):
        await hold(node, operator, archive=archive, hold=bad)
    assert list(archive.data.glob("**/*.json")) == []
    assert await told(node) == []


async def test_a_crash_between_file_and_row_is_put_right_at_start(
    node: Node, operator: Actor, archive: Archive
):
    await hold(node, operator, archive=archive, hold=HELD)
    file = archive.data / "holds" / "hold-1.json"
    file.rename(file.with_name("never-told.json"))
    await settle_holds(node, archive=archive)
    assert read_holds(archive.data) == [HELD]
    assert [each.name for each in file.parent.iterdir()] == ["hold-1.json"]


def test_a_hold_that_cannot_be_read_is_not_passed_over(tmp_path: Path):
    assert read_holds(tmp_path) == []
    (tmp_path / "holds").mkdir()
    (tmp_path / "holds" / "x.json").write_text("{}")
    with pytest.raises(Unreadable, match="no footage is deleted"):
        read_holds(tmp_path)
