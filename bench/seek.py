"""How quickly a moment is found in the index, and how quickly a recorder starts on a large one.

Rows are generated: one segment a minute and camera, for 30 days, as recorders list them. Each recorder has an index of
its own, so the figure of one index is the one that counts: 200 cameras, 8.6 million rows (`--quick`: 20 cameras). The
whole city of 1,800 cameras is nine such files, of which a moment of one camera touches each once: `--indexes 9` makes
them all. The peer is the same question to a plain table with an index on camera and time, which has to read the rows
that begin before the moment.
"""

from __future__ import annotations

import random
import resource
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from _report import Measure, arguments, report
from safecity.adapters.stores.footage_index import FootageIndex
from safecity.footage import Archive, Segment, find

START_MS = 1_893_456_000_000
MINUTE_MS = 60_000
DAYS = 30
LOOKS = 2000


def fill(index: FootageIndex, cameras: list[str], days: int) -> int:
    """Lists a segment a minute; returns how many."""
    count = days * 1440
    for camera in cameras:
        with index.together():
            index.add_segments([
                Segment(
                    camera=camera, start_ms=START_MS + n * MINUTE_MS, end_ms=START_MS + (n + 1) * MINUTE_MS - 40,
                    path=f"{camera}/{20300101 + n // 1440}/{n % 1440:06d}000.mp4", bytes=15_000_000, pictures=900,
                )
                for n in range(count)
            ])  # fmt: skip
    return count * len(cameras)


def p99_ms(took: list[float]) -> float:
    """99 of 100 were as quick as this."""
    return sorted(took)[int(len(took) * 0.99)] * 1000


def seek(archive: Archive, cameras: list[str], days: int, chance: random.Random) -> list[float]:
    """Seconds for each of many random moments of random cameras."""
    took: list[float] = []
    for _ in range(LOOKS):
        camera = chance.choice(cameras)
        at_ms = START_MS + chance.randrange(days * 86_400_000 - MINUTE_MS)
        began = time.perf_counter()
        found = find(archive, camera, at_ms)
        took.append(time.perf_counter() - began)
        assert found is None or found.start_ms <= at_ms < found.end_ms
    return took


def plainly(path: Path, cameras: list[str], days: int, chance: random.Random) -> list[float]:
    """The peer: start <= moment < end, with an index on camera and start."""
    took: list[float] = []
    with closing(sqlite3.connect(path)) as connection:
        for _ in range(50):
            at_ms = START_MS + chance.randrange(days * 86_400_000)
            began = time.perf_counter()
            connection.execute(
                "SELECT path FROM segment WHERE camera = ? AND start_ms <= ? AND end_ms > ?",
                (chance.choice(cameras), at_ms, at_ms),
            ).fetchall()
            took.append(time.perf_counter() - began)
    return took


def start(path: Path, cameras: list[str]) -> float:
    """Seconds in which a recorder has opened its index and knows where each camera's past ends."""
    began = time.perf_counter()
    index = FootageIndex(path, writable=True)
    index.open_gaps()
    for camera in cameras:
        index.newest(camera)
        index.newest(camera, "")
    index.total_bytes()
    took = time.perf_counter() - began
    index.close()
    return took


def main() -> int:
    """Generates, then asks."""
    parser = arguments(__doc__ or "")
    parser.add_argument("--cameras", type=int, help="of one recorder (20 if quick, else 200)")
    parser.add_argument("--indexes", type=int, default=1, help="recorders (1)")
    options = parser.parse_args()
    each = options.cameras or (20 if options.quick else 200)
    rows, chance = 0, random.Random(3)
    with tempfile.TemporaryDirectory(prefix="bench-seek-", dir="/tmp") as name:
        paths = [Path(name) / f"recorder-{number}.db" for number in range(options.indexes)]
        shares = [[f"camera-{number}-{n:04d}" for n in range(each)] for number in range(options.indexes)]
        for path, cameras in zip(paths, shares, strict=True):
            index = FootageIndex(path, writable=True)
            rows += fill(index, cameras, DAYS)
            index.close()
        archive = Archive(Path(name), {path.stem: FootageIndex(path) for path in paths})
        every = [camera for cameras in shares for camera in cameras]
        seek(archive, every, DAYS, chance)
        took = seek(archive, every, DAYS, chance)
        peer = plainly(paths[0], shares[0], DAYS, chance)
        start_s = start(paths[0], shares[0])
        size = sum(path.stat().st_size for path in paths)
    measures = [
        Measure(name="seek, p99", figure=p99_ms(took), unit="ms", target=10, less_is_better=True,
                peer=p99_ms(peer), peer_name="a plain query"),
        Measure(name="a recorder knows its index", figure=start_s, unit="s", target=2, less_is_better=True),
    ]  # fmt: skip
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    notes = [
        f"{rows:,} rows generated: {len(every)} cameras x {DAYS} days in {options.indexes} index(es), "
        f"{size / 1e6:,.0f} MB; this process took {mb:,.0f} MB."
    ]
    return report("seek", measures, as_json=options.json, notes=notes)


if __name__ == "__main__":
    sys.exit(main())
