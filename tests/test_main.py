"""`python -m safecity` as a shell meets it: a child process and its exit code."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def shell(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Runs the program in a folder of its own, where there is no file of settings."""
    return subprocess.run(
        [sys.executable, "-m", "safecity", *words],
        cwd=folder, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("words", [["--help"], ["serve", "--help"], []], ids=" ".join)
def test_help_goes_to_standard_output_and_is_no_failure(tmp_path: Path, words: list[str]):
    done = shell(tmp_path, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: safecity")


def test_a_command_that_succeeds_ends_with_0(tmp_path: Path):
    done = shell(tmp_path, "settings", "--port", "9000")
    assert (done.returncode, done.stderr) == (0, "")
    assert "9000" in done.stdout


@pytest.mark.parametrize("words", [["nonsense"], ["--nonsense"], ["cameras"]], ids=" ".join)
def test_a_command_that_does_not_exist_ends_with_2_and_how_to_use_it(tmp_path: Path, words: list[str]):
    done = shell(tmp_path, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("usage: safecity")


def test_a_setting_that_cannot_be_used_ends_with_2_and_one_sentence(tmp_path: Path):
    done = shell(tmp_path, "settings", "--port", "many")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("safecity: ")
    assert done.stderr.count("\n") == 1


def test_evidence_that_does_not_hold_ends_with_1_and_the_verdict(tmp_path: Path):
    (tmp_path / "bag.zip").write_bytes(b"")
    done = shell(tmp_path, "evidence", "check", "bag.zip")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("bag.zip is no whole zip file")


def test_importing_the_program_runs_nothing(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", "import safecity.__main__"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
