"""What is not recorded while the control process, its database, or every eye is dead: nothing, or it says what.

A whole node (`safecity serve`) records a fleet of pretended cameras. Then, one after the other: control is killed again
and again, its database is locked against everybody, the eyes are killed again and again, each for a minute
(`--seconds`). What every camera's index has is held against the whole time.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from _node import camera_id, process, wait_until
from _report import Measure, arguments, report
from safecity.access import add_bureau
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.app import open_node
from safecity.base import NODE, Place
from safecity.cameras import Regime, add
from safecity.footage import IndexAway
from safecity.footage.rules import joined, without
from safecity.settings import Settings

SEAM_MS = 100
SETTLE_S = 9.0  # until what was recorded is on the disk and listed
LIMIT_S = 90.0


def now_ms() -> int:
    """The wall clock."""
    return time.time_ns() // 1_000_000


def killed(data: Path, name: str, seconds: float) -> int:
    """Kills a process of the node as often as it comes back; returns how often."""
    file, kills, until = data / "run" / f"{name}.pid", 0, time.monotonic() + seconds
    last = 0
    while time.monotonic() < until:
        with suppress(OSError, ValueError):
            pid = int(file.read_text())
            if pid != last:
                os.kill(pid, signal.SIGKILL)
                last, kills = pid, kills + 1
        time.sleep(0.05)
    return kills


def locked(data: Path, seconds: float) -> int:
    """Keeps everybody from writing to the database."""
    with closing(sqlite3.connect(data / "safecity.db", timeout=30)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        time.sleep(seconds)
        connection.execute("ROLLBACK")
    return 1


def lost_s(data: Path, from_ms: int, to_ms: int) -> tuple[dict[str, float], list[str]]:
    """Seconds that each camera has no footage of, and the gaps that the index tells."""
    index = FootageIndex(data / "index" / "recorder-0.db")
    lost, words = dict[str, float](), list[str]()
    for camera in index.cameras():
        spans = [(each.start_ms, each.end_ms) for each in index.segments(camera, from_ms, to_ms)]
        holes = without([(from_ms, to_ms)], joined(spans, SEAM_MS))
        lost[camera] = sum(end - start for start, end in holes) / 1000
        words += [f"{each.cause}: {each.words}" for each in index.gaps(camera, from_ms, to_ms)]
    index.close()
    return lost, words


async def register(data: Path, addresses: list[str]) -> None:
    """Adds the cameras to the node's register."""
    city = [Place(9, 19), Place(9, 21), Place(11, 21), Place(11, 19)]
    async with open_node(Settings(data=data)) as node:
        await add_bureau(node, NODE, code="CEN", name="Central", polygon=city)
        for number, url in enumerate(addresses, 1):
            await add(
                node, NODE, name=camera_id(number), url=url, bureau="CEN", place=Place(10, 20),
                controller="The city", regime=Regime.CITY,
            )  # fmt: skip


def run(data: Path, count: int, seconds: float) -> tuple[dict[str, float], list[str], list[str]]:
    """One run: seconds lost by camera, gaps, and what was done."""
    data.mkdir()
    here = ["--data", str(data), "--port", "0"]
    with process("fleet", "--cameras", str(count), "--json") as fleet:
        assert fleet.stdout is not None
        addresses = json.loads(fleet.stdout.readline())["addresses"]
        asyncio.run(register(data, addresses))
        with process("serve", *here) as node:
            index_file = data / "index" / "recorder-0.db"

            def all_recorded() -> bool:
                if not index_file.exists():
                    return False
                index = FootageIndex(index_file)
                try:
                    return len(index.cameras()) == count
                except IndexAway:
                    return False  # the recorder has just made the file, and not its tables yet
                finally:
                    index.close()

            wait_until(all_recorded, "Not all cameras were recorded", LIMIT_S)
            time.sleep(SETTLE_S)
            from_ms = now_ms() - 4_000
            deeds: dict[str, Callable[[], int]] = {
                "control killed": lambda: killed(data, "control", seconds),
                "database locked": lambda: locked(data, seconds),
                "eye killed": lambda: killed(data, "eye-0", seconds),
            }
            done = [f"{name} {deed()} times in {seconds:g} s" for name, deed in deeds.items()]
            to_ms = now_ms()
            time.sleep(SETTLE_S)
            node.send_signal(signal.SIGTERM)
            node.wait(60)
        return *lost_s(data, from_ms, to_ms), done


def main() -> int:
    """Kills them all in turn."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--cameras", type=int, help="how many (12 if quick, else 32)")
    parser.add_argument("--seconds", type=float, help="how long each is dead (2 if quick, else 60)")
    options = parser.parse_args()
    seconds = options.seconds or (2.0 if options.quick else 60.0)
    cameras = options.cameras or (12 if options.quick else 32)
    with tempfile.TemporaryDirectory(prefix="bench-independence-", dir="/tmp") as name:
        lost, gaps, done = run(Path(name) / "data", cameras, seconds)
    measures = [
        Measure(name="cameras recorded", figure=len(lost), unit="cameras", target=cameras),
        Measure(name="lost, all cameras together", figure=sum(lost.values()), unit="s", target=0, less_is_better=True),
    ]  # fmt: skip
    return report("independence", measures, as_json=options.json, notes=[*done, *sorted(set(gaps))])


if __name__ == "__main__":
    sys.exit(main())
