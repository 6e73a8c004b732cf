"""Storage folders are looked at once a second; what changes is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from safecity.adapters.stores.footage_index import FootageIndex
from safecity.base import SetClock
from safecity.footage.append import AppendAtOnce
from safecity.footage.folders import SILENT_WORDS, Folder, Folders
from safecity.footage.note import Notebook
from safecity.footage.play import Archive
from safecity.footage.storage import CHECKED_WORDS, Storage
from safecity.footage.trouble import folder_troubles


class House:
    """Two storage folders and an index."""

    def __init__(self, folder: Path, clock: SetClock, writer: AppendAtOnce | None = None) -> None:
        self.index = FootageIndex(folder / "index.db", writable=True)
        self.notebook = Notebook(self.index)
        self.main, self.reserve = Folder("", folder / "main"), Folder("reserve", folder / "reserve")
        folders = Folders([self.main, self.reserve])
        self.storage = Storage(folders, self.index, self.notebook, writer or AppendAtOnce(), clock)

    def look(self) -> None:
        self.storage.look()
        for each in self.storage.unmended():
            self.storage.mended(each)
        self.storage.tell(0)
        self.notebook.write(0)

    def told(self) -> list[tuple[str, bool, bool]]:
        """Folder, whether it is well, and whether recording goes on."""
        bodies = [json.loads(each.body) for each in self.index.notices(0) if each.kind == "storage"]
        return [(each["store"], not each["words"], each["goes_on"]) for each in bodies]


@pytest.fixture
def house(tmp_path: Path, clock: SetClock):
    house = House(tmp_path, clock)
    yield house
    house.index.close()


def test_new_folders_are_claimed_and_known_by_the_index(house: House):
    assert house.main.words == CHECKED_WORDS
    house.look()
    assert house.main.is_well
    assert house.storage.confirmed() == [house.main, house.reserve]
    assert house.index.mark("storage") == (house.main.root / "storage.id").read_text()
    assert house.index.mark("storage reserve") == (house.reserve.root / "storage.id").read_text()
    assert house.main.free_bytes > 0
    assert house.told() == []


def test_a_disk_that_is_away_is_told_and_one_that_came_back_too(house: House):
    house.look()
    house.main.root.rename(house.main.root.with_name("elsewhere"))
    house.look()
    assert "is away" in (house.main.words or "")
    house.main.root.mkdir()
    house.look()
    house.look()
    assert house.storage.confirmed() == [house.reserve]
    house.main.root.rmdir()
    house.main.root.with_name("elsewhere").rename(house.main.root)
    house.look()
    assert house.main.is_well
    assert house.told() == [("", False, True), ("", True, True)]


def test_what_is_wrong_now_is_kept_with_the_index(house: House, tmp_path: Path):
    archive = Archive(tmp_path, {"recorder-0": house.index})
    house.look()
    assert folder_troubles(archive) == []
    house.storage.folders.failed(house.main, OSError(28, "No space left on device"))
    house.storage.tell(7)
    house.storage.tell(9)
    house.notebook.write(9)
    (seen,) = folder_troubles(archive)
    assert (seen.recorder, seen.store, seen.since_ms, seen.goes_on) == ("recorder-0", "", 7, True)
    assert seen.words
    house.storage.folders.failed(house.reserve, OSError(5, "Input/output error"))
    house.storage.tell(11)
    house.notebook.write(11)
    assert [(each.store, each.since_ms, each.goes_on) for each in folder_troubles(archive)] == [
        ("", 7, False),
        ("reserve", 11, False),
    ]
    house.look()
    house.look()
    assert folder_troubles(archive) == []


def test_a_wrong_disk_is_never_written_to(house: House):
    house.look()
    (house.main.root / "storage.id").write_text("somebody else's")
    house.look()
    assert "Another disk" in (house.main.barred or "")


def test_a_folder_in_trouble_is_well_after_a_probe(house: House):
    house.look()
    house.storage.folders.failed(house.main, OSError(5, "Input/output error"))
    house.storage.folders.failed(house.reserve, OSError(5, "Input/output error"))
    house.storage.tell(0)
    house.look()
    assert house.main.is_well
    assert house.told()[0] == ("", False, False)
    assert house.told()[-1] == ("reserve", True, True)


class Hung(AppendAtOnce):
    """A disk that never answers."""

    def aside(self, folder: Folder, work: Callable[[], None], done: Callable[[OSError | None], None]) -> None:
        """Keeps the caller waiting."""


def test_a_disk_that_does_not_answer_is_in_trouble(tmp_path: Path, clock: SetClock):
    house = House(tmp_path, clock, Hung())
    house.look()
    assert not house.storage.is_answered()
    clock.pass_(seconds=11)
    house.look()
    assert house.main.trouble == SILENT_WORDS
    assert house.storage.is_answered()
    house.index.close()
