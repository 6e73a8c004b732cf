"""SQL as text with names and reasons: reads a room's `queries.sql` and its numbered migrations.

A query begins with a line `-- name --`; comment lines after it say why. A migration is `migrations/NNN_name.sql`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files

from safecity.base.database import Migration

_HEADING = re.compile(r"^-- (\w+) --\s*$", re.MULTILINE)
_MIGRATION = re.compile(r"^(\d{3})_(\w+)\.sql$")


def split_queries(text: str) -> Mapping[str, str]:
    """The named statements of a `queries.sql` text. Raises ValueError if a name comes twice."""
    pieces = _HEADING.split(text)
    names, bodies = pieces[1::2], pieces[2::2]
    if len(set(names)) != len(names):
        message = f"a query name comes twice: {sorted(names)}"
        raise ValueError(message)
    return dict(zip(names, (body.strip().rstrip(";") for body in bodies), strict=True))


def load_queries(package: str) -> Mapping[str, str]:
    """The named statements of a room, e.g. `load_queries("safecity.incidents")`."""
    return split_queries((files(package) / "queries.sql").read_text(encoding="utf-8"))


def load_migrations(package: str) -> list[Migration]:
    """A room's migrations in order; a room without tables has none."""
    folder = files(package) / "migrations"
    if not folder.is_dir():
        return []
    found = [
        Migration(package.rpartition(".")[2], int(match[1]), match[2], path.read_text(encoding="utf-8"))
        for path in folder.iterdir()
        if (match := _MIGRATION.match(path.name))
    ]
    return sorted(found, key=lambda each: each.number)
