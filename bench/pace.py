"""Whether recorded time holds, whatever the clocks do: a million streams with steps, drift, wrap-around and jitter.

Each case is a short stream of groups that befall mishaps by chance (`tests/fakes/clocks.py`), placed by `footage.pace`
as a recording does. A violation is a span that overlaps another, lasts no time, or holds a picture of less than a tick.
Then long streams with drift up to 500 millionths and steps of an hour: how far groups are from where they were taken.
The work is shared among the machine's cores. Needs nothing but the package.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

from _report import Measure, arguments, report

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes.clocks import CAMERA_STEPS, stream, told

CASES, QUICK_CASES = 1_000_000, 200_000
CHUNK = 20_000
DRIFTS_PPM = (-500, -250, -20, 20, 250, 500)


def violations(seed: int) -> int:
    """Tries a chunk of short streams; returns how many went wrong."""
    chance = Random(seed)
    return sum(
        bool(told(list(stream(chance, groups=4, pictures=3, step_ms=700))).wrongs) for _ in range(CHUNK)
    )


def errors_ms(seed: int) -> list[float]:
    """How far the groups of half an hour are from the truth."""
    groups = stream(
        Random(seed), groups=900, pictures=30, step_ms=67, jitter_ms=60,
        drift_ppm=DRIFTS_PPM[seed % len(DRIFTS_PPM)], draws=CAMERA_STEPS,
    )  # fmt: skip
    return [abs(each) for each in told(list(groups)).errors_ms]


def main() -> int:
    """Measures and reports."""
    options = arguments(__doc__ or "").parse_args()
    cases = QUICK_CASES if options.quick else CASES
    began_s = time.monotonic()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        wrong = sum(pool.map(violations, range(cases // CHUNK)))
        took_s = time.monotonic() - began_s
        errors = sorted(
            each for found in pool.map(errors_ms, range(12 if options.quick else 60)) for each in found
        )
    measures = [
        Measure(name="violations", figure=wrong, unit=f"of {cases:,} cases", target=0, less_is_better=True),
        Measure(
            name="error against the truth, p99", figure=errors[len(errors) * 99 // 100], unit="ms", target=100,
            less_is_better=True,
        ),
        Measure(name="cases", figure=cases / took_s, unit="/s"),
    ]  # fmt: skip
    notes = [
        f"{len(errors):,} groups of 2 s with drift up to 500 ppm and steps of an hour; {os.cpu_count()} cores"
    ]
    return report("pace", measures, as_json=options.json, notes=notes)


if __name__ == "__main__":
    raise SystemExit(main())
