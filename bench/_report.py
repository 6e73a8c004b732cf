"""How every benchmark speaks: `bench/NAME.py [--quick] [--json]`.

It prints each figure with its target, its peer (measured in the same run) and their ratio, and exits 0 only where every
target holds. `--quick` ends within 40 s.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure. `target` is the least value, or the most where `less_is_better`; without one it only informs."""

    name: str
    figure: float
    unit: str
    target: float | None = None
    less_is_better: bool = False
    peer: float | None = None
    peer_name: str = ""

    @property
    def holds(self) -> bool:
        """Whether the target is met."""
        if self.target is None:
            return True
        return self.figure <= self.target if self.less_is_better else self.figure >= self.target

    @property
    def ratio(self) -> float | None:
        """How many times better than the peer we are."""
        if not self.peer or not self.figure:
            return None
        return self.peer / self.figure if self.less_is_better else self.figure / self.peer


def arguments(purpose: str) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    parser = argparse.ArgumentParser(description=purpose)
    parser.add_argument("--quick", action="store_true", help="end within 40 s")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def report(name: str, measures: Sequence[Measure], *, as_json: bool, notes: Sequence[str] = ()) -> int:
    """Prints what was measured; returns the exit status."""
    if as_json:
        rows = [{**asdict(each), "holds": each.holds, "ratio": each.ratio} for each in measures]
        print(json.dumps({"bench": name, "measures": rows, "notes": list(notes)}))
    else:
        for each in measures:
            print(_line(each))
        for note in notes:
            print(f"  {note}")
    return 0 if all(each.holds for each in measures) else 1


def _line(each: Measure) -> str:
    words = f"{each.name}: {each.figure:,.2f} {each.unit}"
    if each.target is not None:
        sign = "<=" if each.less_is_better else ">="
        words += f", target {sign} {each.target:,.2f}: {'holds' if each.holds else 'MISSED'}"
    if each.peer is not None:
        words += f"; {each.peer_name} {each.peer:,.2f}"
    if each.ratio is not None:
        words += f" (x{each.ratio:.2f})"
    return words
