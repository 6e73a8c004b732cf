"""A disk that hangs: whoever writes to a folder, syncs it or looks at it waits until it is let go."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


class HungDisk:
    """The disk below a folder; it answers until `hang`, and again after `answer`."""

    def __init__(self, patch: pytest.MonkeyPatch, root: Path) -> None:
        self._root = str(root)
        self._answers = threading.Event()
        self._answers.set()
        self.waits = 0  # how many wait now
        for name in ("write", "fdatasync", "fsync", "statvfs"):
            patch.setattr(os, name, self._slow(getattr(os, name)))

    def hang(self) -> None:
        """From now on it does not answer."""
        self._answers.clear()

    def answer(self) -> None:
        """It answers again, also those who wait."""
        self._answers.set()

    def _slow(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def slowly(what: Any, *rest: Any) -> Any:
            if not self._answers.is_set() and self._is_mine(what):
                self.waits += 1
                assert self._answers.wait(120), "the test let nobody go"
                self.waits -= 1
            return call(what, *rest)

        return slowly

    def _is_mine(self, what: object) -> bool:
        try:
            path: str = os.readlink(f"/proc/self/fd/{what}") if isinstance(what, int) else str(what)
        except OSError:
            return False
        return path.startswith(self._root)
