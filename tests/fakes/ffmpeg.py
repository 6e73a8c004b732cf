"""The ffmpeg program as a strict reader of our footage."""

from __future__ import annotations

import subprocess
from pathlib import Path


def complaints(file: Path, level: str = "error") -> str:
    """What ffmpeg has to say of a file when it decodes every picture of it: nothing, where all is well.

    Pictures keep the file's own times: ffmpeg would otherwise squeeze them into a steady rate that it guesses, and
    complain of its own rounding where a camera was not steady.
    """
    done = subprocess.run(
        ["ffmpeg", "-v", level, "-i", str(file), "-enc_time_base", "-1", "-f", "null", "-"],
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stderr if done.returncode == 0 else f"exit code {done.returncode}: {done.stderr}"
