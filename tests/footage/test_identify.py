"""A wrong or absent disk is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage.identify import WrongDisk, identify


def new_index(tmp_path: Path, name: str = "recorder-0.db") -> FootageIndex:
    return FootageIndex(tmp_path / name, writable=True)


def test_a_first_start_marks_disk_and_index_and_a_second_knows_them(tmp_path: Path):
    index, root = new_index(tmp_path), tmp_path / "footage"
    identify(root, index)
    assert (root / "storage.id").read_text() == index.mark("storage")
    identify(root, index)
    assert [each.name for each in root.iterdir()] == ["storage.id"]
    index.close()


def test_two_recorders_share_one_disk(tmp_path: Path):
    first, second = new_index(tmp_path), new_index(tmp_path, "recorder-1.db")
    identify(tmp_path / "footage", first)
    identify(tmp_path / "footage", second)
    assert first.mark("storage") == second.mark("storage")
    first.close()
    second.close()


def test_a_disk_that_is_not_mounted_is_away(tmp_path: Path):
    index, root = new_index(tmp_path), tmp_path / "footage"
    identify(root, index)
    (root / "storage.id").unlink()
    with pytest.raises(WrongDisk, match="Mount the disk"):
        identify(root, index)
    index.close()


def test_another_disk_is_refused_unless_the_index_is_made_anew(tmp_path: Path):
    index, root = new_index(tmp_path), tmp_path / "footage"
    identify(root, index)
    (root / "storage.id").write_text("of another recorder")
    with pytest.raises(WrongDisk, match="Another disk"):
        identify(root, index)
    identify(root, index, adopt=True)
    identify(root, index)
    index.close()
