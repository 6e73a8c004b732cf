"""A little of the fuzzer in every test run: no parser crashes, hangs, or takes all memory.

`harness.py` runs for as long as one likes; here it gets so many inputs that it ends within seconds.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from fuzz.harness import TARGETS, seeds


@pytest.mark.parametrize(("target", "runs"), [("wire", 12_000), ("unfmp4", 2000)])
def test_no_input_does_harm(target: str, runs: int, tmp_path: Path):
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed (it has no wheel for every Python)")
    harness = Path(__file__).with_name("harness.py")
    ended = subprocess.run(
        [
            sys.executable,
            str(harness),
            target,
            str(tmp_path),
            f"-runs={runs}",
            "-seed=1",
            f"-artifact_prefix={tmp_path}/",
        ],
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]


@pytest.mark.parametrize("target", list(TARGETS))
def test_good_input_is_taken(target: str):
    for seed in seeds(target):
        TARGETS[target]()(seed)
