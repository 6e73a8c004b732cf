"""BagIt, written piece by piece."""

from __future__ import annotations

import hashlib
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from safecity.evidence.bag import PIECE, SEALED, Bag, lines, make_durable

MOMENT = datetime(2030, 1, 1, tzinfo=UTC)


def test_a_bag_knows_what_it_holds(tmp_path: Path):
    source = tmp_path / "footage.mp4"
    source.write_bytes(b"x" * (PIECE + 10) + b"not listed yet")
    path = tmp_path / "bag.zip"
    with zipfile.ZipFile(path, "w") as file:
        bag = Bag(file, "case-7", MOMENT)
        bag.add_file("data/footage/1.mp4", source, PIECE + 10)
        bag.add_text("data/words.txt", "Größe\n")
        for name in SEALED:
            bag.add_text(name, name)
    make_durable(path)
    assert bag.bytes == PIECE + 10 + 8
    assert bag.manifest() == lines(
        {
            "data/footage/1.mp4": hashlib.sha256(b"x" * (PIECE + 10)).hexdigest(),
            "data/words.txt": hashlib.sha256("Größe\n".encode()).hexdigest(),
        }
    )
    assert bag.seal_text().startswith("safecity evidence\ncase-7\n")
    with zipfile.ZipFile(path) as file:
        assert file.namelist()[:2] == ["case-7/data/footage/1.mp4", "case-7/data/words.txt"]
        assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}
        assert file.testzip() is None


def test_a_file_that_is_shorter_than_the_index_says_is_no_evidence(tmp_path: Path):
    source = tmp_path / "footage.mp4"
    source.write_bytes(b"x" * 10)
    with zipfile.ZipFile(tmp_path / "bag.zip", "w") as file, pytest.raises(EOFError, match="shorter"):
        Bag(file, "case-7", MOMENT).add_file("data/1.mp4", source, 11)
