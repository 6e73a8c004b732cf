"""Settings: one table of name, default and one line of help; the only reader of the environment.

A value comes from, in rising order: the default, a TOML file, the environment (`SAFECITY_` and the name in capitals),
a flag. An unknown name or a value that cannot be used is refused with a sentence.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from safecity.base import BadInput

PREFIX = "SAFECITY_"
WORDS = {int: "a whole number", float: "a number", Path: "a path", str: "a text"}


def refused(sentence: str) -> BadInput:
    """The error for a setting; its import is late, so that `safecity --help` is quick."""
    from safecity.base import BadInput

    return BadInput(sentence)


def setting(default: Any, words: str, least: float | None = None, most: float | None = None) -> Any:
    """A row of the table: its default, its line of help, and the bounds of a number."""
    return field(default=default, metadata={"help": words, "least": least, "most": most})


@dataclass(frozen=True)
class Settings:
    """How this node runs. Each field is a row of the table."""

    data: Path = setting(Path("safecity-data"), "Folder in which this node keeps everything.")
    node: str = setting("hub", "Name of this node; it stands in every fact. Never change it.")
    database: str = setting(
        "sqlite:", "Where facts and rows are kept: sqlite: (in the data folder) or sqlite:FILE."
    )
    bus: str = setting("local:", "How rooms hear of facts: local:")
    blobs: str = setting("file:", "Where whole files are kept: file: (in the data folder) or file:FOLDER.")
    host: str = setting("127.0.0.1", "Address to listen on; 0.0.0.0 for all.")
    port: int = setting(8420, "Port to listen on; 0 takes a free one.", 0, 65535)
    tls_certificate: str = setting("", "PEM file with the certificate chain; empty: plain HTTP.")
    tls_key: str = setting("", "PEM file with the certificate's private key.")
    allowed_hosts: str = setting(
        "", "Names by which browsers may call this node, with commas; empty: local ones."
    )
    city: str = setting("Lumora", "Name of the city, as the console shows it.")
    time_zone: str = setting("UTC", "IANA name of the city's time zone, for screens; storage is in UTC.")
    map_centre: str = setting("10.0,20.0", "Latitude and longitude at which the map opens, in degrees.")
    map_zoom: float = setting(12.6, "Zoom at which the map opens.", 0, 22)
    recorders: int = setting(1, "Recorder processes; one to a core, 100 to 200 cameras each.", 1, 64)
    eyes: int = setting(1, "Processes that watch, mask and encode; one to a core.", 0, 64)
    keep_days: float = setting(
        14.0, "Days before footage is forgotten, unless its camera says otherwise.", 0.001, 3650
    )
    keep_gigabytes: float = setting(
        0.0, "Gigabytes of footage to keep at most; 0: as many as there are.", 0, 1_000_000
    )
    free_gigabytes: float = setting(1.0, "Gigabytes of the disk that footage leaves free.", 0, 1_000_000)
    reserve: str = setting(
        "", "A second footage folder, on another disk: it takes over while the first cannot; empty: none."
    )
    segment_seconds: int = setting(60, "Length of a footage file in seconds.", 2, 600)
    answer_seconds: float = setting(5.0, "How long a camera may take to answer, in seconds.", 0.1, 60)
    silent_seconds: float = setting(
        10.0, "How long a camera may send no picture before it is called silent.", 1, 300
    )
    learn_seconds: int = setting(
        30, "Seconds of an empty scene before a new camera's pictures are shown, masked.", 6, 600
    )
    face_model: str = setting(
        "", "ONNX file of YuNet, to look for faces with it too; empty: CenterFace alone."
    )
    person_model: str = setting("", "ONNX file of YOLOX, to look for whole persons too; empty: none.")
    session_idle_minutes: float = setting(30.0, "Minutes after which an idle session ends.", 1, 720)
    session_hours: float = setting(12.0, "Hours after which every session ends.", 0.1, 24)
    log_level: str = setting("warning", "What the log tells: debug, info, warning or error.")


@dataclass(frozen=True)
class Origin:
    """A setting with its value and where that came from."""

    name: str
    value: object
    source: str
    words: str


def load_settings(
    flags: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
    file: Path | None = None,
) -> tuple[Settings, list[Origin]]:
    """The settings in force, and where each came from. Raises BadInput with a sentence.

    Without `file`, `safecity.toml` in the working folder is read if it is there; without `environment`, the process's.
    """
    environment = os.environ if environment is None else environment  # noqa: TID251 the one reader
    chosen: dict[str, tuple[object, str]] = {}
    for name, value in _from_file(file or Path("safecity.toml"), must_exist=file is not None).items():
        chosen[name] = (value, str(file or "safecity.toml"))
    for key, value in environment.items():
        if key.startswith(PREFIX):
            chosen[key.removeprefix(PREFIX).lower()] = (value, f"the environment ({key})")
    for name, value in (flags or {}).items():
        chosen[name] = (value, f"the flag --{name.replace('_', '-')}")
    table = {row.name: row for row in fields(Settings)}
    for name, (_, source) in chosen.items():
        if name not in table:
            raise refused(
                f"There is no setting {name!r}, given in {source}. `safecity settings` lists them all."
            )
    values: dict[str, Any] = {
        name: _parsed(table[name], value, source) for name, (value, source) in chosen.items()
    }
    settings = Settings(**values)
    _check(settings)
    origins = [
        Origin(
            name,
            getattr(settings, name),
            chosen[name][1] if name in chosen else "default",
            row.metadata["help"],
        )
        for name, row in table.items()
    ]
    return settings, origins


def _from_file(path: Path, *, must_exist: bool) -> dict[str, object]:
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if must_exist:
            raise refused(f"There is no settings file {path}.") from error
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise refused(f"The settings file {path} cannot be read: {error}.") from error


def _parsed(row: Field[Any], value: object, source: str) -> object:
    """A value in the type of its row. Raises BadInput naming the setting, the value and where it came from."""
    kind = cast("type[int | float | str | Path]", type(row.default))
    fits = isinstance(value, str) or type(value) is kind or (kind is float and type(value) is int)
    try:
        if not fits:
            raise ValueError(value)
        result = kind(cast("str", value))
    except ValueError as error:
        raise refused(
            f"The setting {row.name} is {value!r} in {source}, but must be {WORDS[kind]}."
        ) from error
    least, most = row.metadata["least"], row.metadata["most"]
    if isinstance(result, int | float) and least is not None and not least <= result <= most:
        raise refused(
            f"The setting {row.name} is {value} in {source}, but must be from {least:g} to {most:g}."
        )
    return result


def _check(settings: Settings) -> None:
    """What one row alone cannot say."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise refused(
            f"There is no time zone {settings.time_zone!r}; write one such as Africa/Nairobi."
        ) from error
    if settings.log_level not in {"debug", "info", "warning", "error"}:
        raise refused(
            f"The setting log_level is {settings.log_level!r}, but must be debug, info, warning or error."
        )
    if bool(settings.tls_certificate) != bool(settings.tls_key):
        raise refused("Give tls_certificate and tls_key together, or neither.")
    for name, schemes in (("database", ("sqlite:",)), ("bus", ("local:",)), ("blobs", ("file:",))):
        if not getattr(settings, name).startswith(schemes):
            raise refused(
                f"The setting {name} is {getattr(settings, name)!r}; only {' or '.join(schemes)} is known here."
            )
    if not settings.node.replace("-", "").isalnum():
        raise refused("The setting node may hold letters, figures and hyphens only.")
    map_centre(settings)


def map_centre(settings: Settings) -> tuple[float, float]:
    """Latitude and longitude at which the map opens. Raises BadInput."""
    try:
        lat, lon = (float(part) for part in settings.map_centre.split(","))
    except ValueError as error:
        raise refused(
            "The setting map_centre must be a latitude and a longitude, such as 10.0,20.0."
        ) from error
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise refused("The setting map_centre is not on the earth.")
    return lat, lon
