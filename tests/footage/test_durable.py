"""Small files that another process reads are whole or not there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from safecity.footage.durable import remove_durably, write_durably


def test_a_file_is_replaced_whole(tmp_path: Path):
    file = tmp_path / "plan" / "a.json"
    write_durably(file, b"one")
    write_durably(file, b"two")
    assert file.read_bytes() == b"two"
    assert [each.name for each in file.parent.iterdir()] == ["a.json"]


def test_what_cannot_be_written_leaves_the_old(tmp_path: Path):
    file = tmp_path / "a.json"
    file.mkdir()
    (file / "in the way").touch()
    with pytest.raises(OSError, match=r"a\.json"):
        write_durably(file, b"new")
    assert (file / "in the way").exists()


def test_a_file_that_is_gone_may_go_again(tmp_path: Path):
    write_durably(tmp_path / "a.json", b"x")
    remove_durably(tmp_path / "a.json")
    remove_durably(tmp_path / "a.json")
    assert not (tmp_path / "a.json").exists()


FILLS = """
import resource, signal, sys
from pathlib import Path
from safecity.footage.durable import write_durably

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
write_durably(Path(sys.argv[1]), b"n" * 5000)
"""


def test_a_disk_that_takes_only_a_part_leaves_the_old(tmp_path: Path):
    file = tmp_path / "a.json"
    write_durably(file, b"old")
    ended = subprocess.run([sys.executable, "-c", FILLS, str(file)], capture_output=True, text=True)
    assert "File too large" in ended.stderr
    assert file.read_bytes() == b"old"
