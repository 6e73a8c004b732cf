"""Reads a script of faults, TOML or JSON: what goes wrong, with which cameras, from when on, how badly.

Errors: BadScript, a sentence that names the place.
"""

from __future__ import annotations

import json
import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import cast

from safecity.base import BadInput, Unreadable
from safecity.simulator.rtsp import MOMENTS, FaultKind, SdpForm


class BadScript(BadInput):
    """The script cannot be followed."""


@dataclass(frozen=True, kw_only=True)
class Mix:
    """Which cameras a fleet has, as shares from 0 to 1."""

    udp: float = 0.0  # offer UDP only
    h265: float = 0.0
    sound: float = 0.0  # half of them AAC, half G.711
    password: float = 0.0  # ask for one


@dataclass(frozen=True, kw_only=True)
class FaultRow:
    """A row of the table. `cameras` is as it is written; times are in seconds after the start."""

    kind: FaultKind
    cameras: str = "*"
    at_s: float = 0.0
    for_s: float = math.inf
    every_s: float | None = None
    spread_s: float = 0.0
    value: float = 0.0
    form: str = ""


@dataclass(frozen=True, kw_only=True)
class Script:
    """A fleet and its faults."""

    seed: int = 1
    mix: Mix = Mix()
    faults: tuple[FaultRow, ...] = ()


@dataclass(frozen=True)
class _Parameter:
    """What a kind of fault takes besides times: a number within bounds, or one of some words."""

    name: str
    low: float = 0.0
    high: float = math.inf
    words: tuple[str, ...] = ()
    default: float | str | None = None


_RATE = _Parameter("rate", 0.0, 1.0)
PARAMETERS: dict[FaultKind, _Parameter] = {
    FaultKind.LOSS: _RATE,
    FaultKind.HOLES: _RATE,
    FaultKind.REORDER: _RATE,
    FaultKind.DUPLICATE: _RATE,
    FaultKind.JITTER: _Parameter("ms", 0.0, 10_000.0),
    FaultKind.TRICKLE: _Parameter("kbit_s", 1.0, 1e6),
    FaultKind.DRIFT: _Parameter("ppm", -100_000.0, 100_000.0),
    FaultKind.STEP: _Parameter("ms", -1e12, 1e12),
    FaultKind.JUMP: _Parameter("s", -1e6, 1e6),
    FaultKind.SDP: _Parameter("form", words=tuple(SdpForm)),
    FaultKind.RESIZE: _Parameter("form", words=("small",), default="small"),
    FaultKind.CODEC: _Parameter("form", words=("h264", "h265"), default="h265"),
    FaultKind.NONCE: _Parameter("form", words=("stale", "silent"), default="stale"),
}
_TIMES = ("at_s", "for_s", "every_s", "spread_s")


def read_script(path: Path) -> Script:
    """Reads a file, `.json` as JSON, anything else as TOML. Raises BadScript, Unreadable."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unreadable(f"The script {path} cannot be read: {error}.") from error
    return parse_script(text, is_json=path.suffix == ".json")


def parse_script(text: str, *, is_json: bool = False) -> Script:
    """The script in a text. Raises BadScript."""
    try:
        found: object = json.loads(text) if is_json else tomllib.loads(text)
    except ValueError as error:
        raise BadScript(f"The script is no {'JSON' if is_json else 'TOML'}: {error}.") from error
    table = _table(found, "The script")
    _known(table, ("seed", "fleet", "fault"), "The script")
    seed = table.get("seed", 1)
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise BadScript(f"seed is a whole number, not {seed!r}.")
    rows = table.get("fault", [])
    if not isinstance(rows, list):
        raise BadScript("Faults are a list of tables: write [[fault]] above each.")
    faults = [_fault(row, f"Fault {place}") for place, row in enumerate(cast("list[object]", rows), 1)]
    return Script(seed=seed, mix=_mix(_table(table.get("fleet", {}), "fleet")), faults=tuple(faults))


def _mix(table: Mapping[str, object]) -> Mix:
    names = tuple(each.name for each in fields(Mix))
    _known(table, names, "fleet")
    return Mix(**{name: _number(table, name, "fleet", 0.0, 1.0) for name in names if name in table})


def _fault(row: object, where: str) -> FaultRow:
    table = _table(row, where)
    named = table.get("kind")
    if named not in set(FaultKind):
        raise BadScript(f"{where}: kind is one of {', '.join(FaultKind)}, not {named!r}.")
    kind = FaultKind(cast("str", named))
    parameter = PARAMETERS.get(kind)
    _known(table, ("kind", "cameras", *_TIMES, *((parameter.name,) if parameter else ())), where)
    times = {name: _number(table, name, where, 0.0, math.inf) for name in _TIMES if name in table}
    if kind in MOMENTS and "for_s" in table:
        raise BadScript(f"{where}: {kind} happens at one moment; leave out for_s.")
    every_s, for_s = times.get("every_s"), times.get("for_s", math.inf)
    if every_s is not None and every_s < 1:
        raise BadScript(f"{where}: every_s is 1 at least, not {every_s:g}.")
    if every_s is not None and kind not in MOMENTS and for_s >= every_s:
        raise BadScript(f"{where}: it comes back after {every_s:g} s, so for_s must be less than that.")
    cameras = table.get("cameras", "*")
    if not isinstance(cameras, str):
        raise BadScript(
            f'{where}: cameras is a text such as "*", "1-10,15", "20%" or "udp", not {cameras!r}.'
        )
    value, form = _parameter(table, parameter, where)
    return FaultRow(kind=kind, cameras=cameras, value=value, form=form, **times)


def _parameter(table: Mapping[str, object], parameter: _Parameter | None, where: str) -> tuple[float, str]:
    if parameter is None:
        return 0.0, ""
    given = table.get(parameter.name, parameter.default)
    if given is None:
        raise BadScript(f"{where}: {table['kind']} needs {parameter.name}.")
    if not parameter.words:
        return _number(table, parameter.name, where, parameter.low, parameter.high), ""
    if given not in parameter.words:
        raise BadScript(f"{where}: {parameter.name} is one of {', '.join(parameter.words)}, not {given!r}.")
    return 0.0, str(given)


def _number(table: Mapping[str, object], name: str, where: str, low: float, high: float) -> float:
    given = table[name]
    if isinstance(given, bool) or not isinstance(given, int | float) or not low <= given <= high:
        bounds = f"from {low:g} to {high:g}" if math.isfinite(high) else f"{low:g} or more"
        raise BadScript(f"{where}: {name} is a number {bounds}, not {given!r}.")
    return float(given)


def _table(found: object, where: str) -> Mapping[str, object]:
    if not isinstance(found, dict):
        raise BadScript(f"{where} is a table of names and values, not {type(found).__name__}.")
    return cast("dict[str, object]", found)


def _known(table: Mapping[str, object], names: tuple[str, ...], where: str) -> None:
    for name in table:
        if name not in names:
            raise BadScript(f"{where} does not know {name!r}; it knows {', '.join(names)}.")
