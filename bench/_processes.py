"""What processes cost, as the kernel counts it: /proc/PID/task/*/schedstat and /proc/PID/statm (proc(5))."""

from __future__ import annotations

import resource
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path


def cpu_s(pids: Sequence[int]) -> float:
    """CPU seconds that all threads of these processes have had; of threads that ended, nothing is known."""
    total = 0
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
            with suppress(OSError):  # it ended just now
                total += int(task.read_text().split()[0])
    return total / 1e9


def rss_mb(pids: Sequence[int]) -> float:
    """Resident memory of these processes."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids)
    return pages * resource.getpagesize() / 1e6
