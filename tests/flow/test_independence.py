"""Recording needs neither control, nor its database, nor eyes: each is taken away in turn, and no second is lost."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[2] / "bench" / "independence.py"


@pytest.mark.timeout(240)
def test_nothing_is_lost_while_everything_else_is_dead():
    done = subprocess.run(
        [sys.executable, str(BENCH), "--json", "--cameras", "8", "--seconds", "2"],
        capture_output=True, text=True, timeout=230, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found = {each["name"]: each["figure"] for each in json.loads(done.stdout)["measures"]}
    assert found == {"cameras recorded": 8, "lost, all cameras together": 0}
