"""Adds and changes many cameras by a CSV file (RFC 4180, UTF-8): good rows are taken, bad ones named."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from safecity.access import Action, allow
from safecity.base import Actor, BadInput, Change, Node, Place, SafeCityError, TooLarge, Unreadable, uuid7
from safecity.cameras.add import bureau_codes, check_camera, insert
from safecity.cameras.change import update
from safecity.cameras.model import Camera, Regime
from safecity.cameras.store import SQL, CameraRow

MAX_BYTES = 5_000_000
COLUMNS = (
    "name", "url", "lat", "lon", "bearing_deg", "view_deg", "range_m", "bureau", "controller", "regime", "record",
)  # fmt: skip
KEPT = (
    "id", "sub_url", "privacy_areas", "zones", "masks", "enabled", "hide_in_recording", "audio", "transport",
    "retention", "keep_days", "keep_bytes",
)  # fmt: skip
_YES_NO = {"": True, "yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


@dataclass(frozen=True)
class RefusedRow:
    """A row that was not taken: the number of its line in the file, and why."""

    line: int
    error: str


@dataclass(frozen=True)
class Imported:
    """What came of a file. Rows that say nothing new count neither as added nor as changed."""

    added: int
    changed: int
    refused: tuple[RefusedRow, ...]


async def import_csv(node: Node, by: Actor, content: bytes, *, allow_files: bool = False) -> Imported:
    """Adds a camera for each row, or changes the one of that name. All good rows become durable together.

    The file begins with a row of the names in `COLUMNS`, in any order. Raises NotAllowed, and TooLarge or Unreadable
    where the whole file cannot be taken.
    """
    allow(by, Action.MANAGE_CAMERAS)
    rows = read_rows(content)
    codes = await bureau_codes(node)

    async def work(change: Change) -> Imported:
        known = {row.name: row.camera() for row in await change.fetch(CameraRow, SQL["cameras"])}
        lines: dict[str, int] = {}
        refused: list[RefusedRow] = []
        added = changed = 0
        for line, row in rows:
            old = known.get(row["name"].strip())
            try:
                new = _camera(row, old, uuid7(change.now))
                check_camera(new, codes, allow_files=allow_files)
                _check_once(new, line, lines)
            except SafeCityError as error:
                refused.append(RefusedRow(line, error.sentence))
                continue
            if old is None:
                await insert(change, new)
                added += 1
            else:
                changed += await update(change, old, new)
        return Imported(added, changed, tuple(refused))

    return await node.change(by, work)


def _check_once(camera: Camera, line: int, lines: dict[str, int]) -> None:
    earlier = lines.setdefault(camera.name, line)
    if earlier != line:
        raise BadInput(f"Line {earlier} is about {camera.name} already.")


def read_rows(content: bytes) -> list[tuple[int, Mapping[str, str]]]:
    """The rows of a file with the numbers of their lines. Raises TooLarge, Unreadable."""
    if len(content) > MAX_BYTES:
        raise TooLarge(f"The file has {len(content):,} bytes; at most {MAX_BYTES:,} are taken at once.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("The file is not UTF-8 text; save it as CSV in UTF-8.") from error
    reader = csv.DictReader(io.StringIO(text, newline=""), restval="", strict=True)
    try:
        _check_header(reader.fieldnames or ())
        return [(reader.line_num, _whole(row)) for row in reader]
    except csv.Error as error:
        raise Unreadable(
            f"After line {reader.line_num} the file is no CSV ({error}); nothing was taken."
        ) from error


def _check_header(names: Iterable[str]) -> None:
    given = [name.strip() for name in names]
    if sorted(given) != sorted(COLUMNS):
        missing = ", ".join(name for name in COLUMNS if name not in given)
        strange = ", ".join(repr(name[:30]) for name in given if name not in COLUMNS)[:200]
        words = "; ".join(
            part
            for part in (missing and f"missing are {missing}", strange and f"unknown are {strange}")
            if part
        )
        raise Unreadable(
            f"The first row must name the columns {', '.join(COLUMNS)}: {words or 'one comes twice'}."
        )


def _whole(row: Mapping[str | None, str | list[str]]) -> Mapping[str, str]:
    """The row by clean names; what stands beyond the last column is put under an empty name."""
    cells: dict[str, str] = {}
    for name, value in row.items():
        cells[(name or "").strip()] = value.strip() if isinstance(value, str) else ",".join(value)
    return cells


def _camera(row: Mapping[str, str], old: Camera | None, fresh_id: str) -> Camera:
    if row.get(""):
        raise BadInput(f"The row has more than {len(COLUMNS)} cells; put a cell with a comma in quotes.")
    camera = Camera(
        id=fresh_id,
        name=row["name"],
        url=row["url"],
        bureau=row["bureau"],
        place=Place(_number(row, "lat"), _number(row, "lon")),
        bearing_deg=_number(row, "bearing_deg", 0.0),
        view_deg=_number(row, "view_deg", 90.0),
        range_m=_number(row, "range_m", 60.0),
        controller=row["controller"],
        regime=_regime(row["regime"]),
        record=_yes_or_no(row["record"]),
    )
    if old is None:
        return camera
    kept = {name: getattr(old, name) for name in KEPT}
    return replace(camera, **kept)


def _number(row: Mapping[str, str], column: str, default: float | None = None) -> float:
    text = row[column]
    if not text and default is not None:
        return default
    try:
        return float(text)
    except ValueError:
        raise BadInput(f"{column} is a number such as 36.82, not {text[:20]!r}.") from None


def _regime(text: str) -> Regime:
    if text.lower() not in set(Regime):
        raise BadInput(f"regime is {' or '.join(Regime)}, not {text[:20]!r}.")
    return Regime(text.lower())


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES_NO:
        raise BadInput(f"record is yes or no, not {text[:20]!r}.")
    return _YES_NO[text.lower()]
