"""VLC as a reader of our films: it plays them into pictures on the disk."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

NOBODY = 65534  # VLC refuses to run as root


def who() -> dict[str, Any]:
    """As whom VLC is started: nobody, where we are root."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def readable(file: Path) -> None:
    """Lets VLC read a file in a folder of pytest, which keeps its folders to the one who runs it."""
    if os.geteuid() == 0:
        for each in file.parents[:4]:
            each.chmod(each.stat().st_mode | 0o011)
        file.chmod(0o644)


def environment(home: Path) -> dict[str, str]:
    """What VLC is told of its surroundings."""
    return {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": str(home)}


def play(file: Path, into: Path) -> tuple[int, str]:
    """How many pictures VLC showed of a film, in the film's own time, and what it said."""
    into.mkdir()
    into.chmod(0o777)
    readable(file)
    done = subprocess.run(
        ["cvlc", "-I", "dummy", "--aout", "adummy", "--vout", "dummy", "--no-drop-late-frames", "--no-skip-frames",
         "--video-filter", "scene", "--scene-path", str(into), "--scene-prefix", "shown", "--scene-ratio", "1",
         "--scene-format", "png", "--play-and-exit", str(file), "vlc://quit"],
        env=environment(into),
        capture_output=True, text=True, timeout=60, check=False, **who(),
    )  # fmt: skip
    return len(list(into.glob("shown*.png"))), done.stderr + done.stdout
