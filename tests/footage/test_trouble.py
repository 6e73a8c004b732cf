"""What is wrong with storage folders is read back from the indexes of all recorders."""

from __future__ import annotations

from pathlib import Path

import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage.note import Notebook
from safecity.footage.play import Archive
from safecity.footage.trouble import FolderTrouble, folder_troubles, keep_trouble


@pytest.fixture
def indexes(tmp_path: Path):
    """Two recorders' indexes."""
    made = {
        name: FootageIndex(tmp_path / f"{name}.db", writable=True) for name in ("recorder-0", "recorder-1")
    }
    yield made
    for each in made.values():
        each.close()


def test_each_recorders_trouble_is_read_the_first_folder_first(
    tmp_path: Path, indexes: dict[str, FootageIndex]
):
    archive = Archive(tmp_path, indexes)
    assert folder_troubles(archive) == [], "a recorder that never ran has told nothing"
    for store, recorder in (("reserve", "recorder-0"), ("", "recorder-1")):
        notebook = Notebook(indexes[recorder])
        keep_trouble(notebook, store, "The disk is full.", 5, False)
        assert notebook.write(6)
    assert folder_troubles(archive) == [
        FolderTrouble(recorder="recorder-1", store="", words="The disk is full.", since_ms=5, goes_on=False),
        FolderTrouble(
            recorder="recorder-0", store="reserve", words="The disk is full.", since_ms=5, goes_on=False
        ),
    ]


def test_a_folder_that_is_well_again_is_no_trouble(tmp_path: Path, indexes: dict[str, FootageIndex]):
    notebook = Notebook(indexes["recorder-0"])
    keep_trouble(notebook, "", "The disk is full.", 5, True)
    keep_trouble(notebook, "", "", 9, True)
    assert notebook.write(10)
    assert folder_troubles(Archive(tmp_path, indexes)) == []
