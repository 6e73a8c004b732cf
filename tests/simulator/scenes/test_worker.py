import os
import subprocess
import sys
from pathlib import Path

import pytest

from safecity.simulator.scenes.worker import main


def test_a_worker_says_how_far_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(tmp_path), "6:h264"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "6 0.000"
    assert lines[-1] == "6 1.000"


def test_a_worker_whom_nobody_hears_any_more_ends(tmp_path: Path):
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing) as out:
        command = [
            sys.executable,
            "-m",
            "safecity.simulator.scenes.worker",
            str(tmp_path),
            "1:h264",
            "2:h264",
        ]
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode == 1
    assert not list(tmp_path.glob("*.mp4"))
