"""A recorder's index of its footage in SQLite: one process writes, others read (WAL).

The files are the truth (`footage.rebuild` makes an index from them), so commits are not synced one by one
(`synchronous=NORMAL`): after a power cut the newest rows may be missing, never wrong. Short synchronous statements, for
use from one event loop; a row costs microseconds.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import TypeVar

import msgspec

from safecity.adapters.stores.footage_tables import SCHEMA, UPGRADES
from safecity.footage import DayBytes, Gap, IndexAway, Notice, Segment, Span, Stored

T = TypeVar("T")
log = logging.getLogger(__name__)
_Value = str | int | None

_GAP = "camera, start_ms, end_ms, cause, words, is_reachable"
_SEGMENT = "camera, start_ms, end_ms, path, bytes, pictures, store, camera_ms, offset_ms, damaged"
ADD_SEGMENT = (
    f"INSERT INTO segment ({_SEGMENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (camera, start_ms) DO UPDATE"
    " SET end_ms = excluded.end_ms, path = excluded.path, bytes = excluded.bytes, pictures = excluded.pictures,"
    " damaged = excluded.damaged"
)
_row = attrgetter(*_SEGMENT.split(", "))
_TOUCHING = """
  WHERE camera = :camera AND start_ms < :to_ms
    AND start_ms >= coalesce(
      (SELECT max(start_ms) FROM {table} WHERE camera = :camera AND start_ms <= :from_ms), :from_ms)
    AND {end} > :from_ms
  ORDER BY start_ms"""


class FootageIndex:
    """Fills `footage.ports.Index`. A reader (`writable=False`) of an index that does not exist yet finds nothing."""

    def __init__(self, path: Path, *, writable: bool = False) -> None:
        """Opens, and where needed makes, the index. Raises IndexAway if a writer cannot."""
        self._path = path
        self._writable = writable
        self._connection: sqlite3.Connection | None = None
        self._depth = 0
        if writable:
            path.parent.mkdir(parents=True, exist_ok=True)
            if _is_broken(path):  # recording must go on: the recorder lists its files anew
                log.error("The index %s is no database any more; it is set aside and made anew.", path)
                path.replace(path.with_suffix(".broken"))
                for leftover in ("-wal", "-shm"):
                    path.with_name(path.name + leftover).unlink(missing_ok=True)
            self._open()

    def close(self) -> None:
        """Closes the file; the next use opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def together(self) -> Generator[None]:
        """One transaction around what is written inside; inner ones join the outer."""
        connection = self._open()
        if self._depth:
            yield
            return
        with _errors():
            connection.execute("BEGIN IMMEDIATE")
        self._depth += 1
        try:
            yield
            with _errors():
                connection.execute("COMMIT")
        finally:
            self._depth -= 1
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    def add_segment(self, segment: Segment) -> None:
        """Lists a segment, or lists it anew with its present end and size."""
        self.add_segments([segment])

    def add_segments(self, segments: Sequence[Segment]) -> None:
        """Lists many segments."""
        with _errors():
            self._open().executemany(ADD_SEGMENT, map(_row, segments))

    def drop_segments(self, segments: Sequence[Segment]) -> None:
        """Strikes segments off and notes their files as garbage, in one transaction."""
        with self.together():
            for each in segments:
                self._write(
                    "INSERT OR IGNORE INTO garbage (store, path) VALUES (:store, :path)",
                    {"store": each.store, "path": each.path},
                )
                self._write(
                    "DELETE FROM segment WHERE camera = :camera AND start_ms = :start_ms",
                    {"camera": each.camera, "start_ms": each.start_ms},
                )

    def garbage(self, limit: int = 1000, store: str | None = None) -> list[Stored]:
        """Files that were struck off and may still lie on the disk, of all storage folders or of one."""
        return self._fetch(
            Stored,
            "SELECT store, path FROM garbage WHERE :store IS NULL OR store = :store LIMIT :limit",
            {"limit": limit, "store": store},
        )

    def cleared(self, files: Sequence[Stored]) -> None:
        """These files are gone."""
        with self.together():
            for each in files:
                self._write(
                    "DELETE FROM garbage WHERE store = :store AND path = :path",
                    {"store": each.store, "path": each.path},
                )

    def segments(self, camera: str, from_ms: int, to_ms: int) -> list[Segment]:
        """Segments of a camera that touch a span, oldest first; two steps down one B-tree, whatever lies before."""
        where = _TOUCHING.format(table="segment", end="end_ms")
        return self._fetch(
            Segment,
            f"SELECT {_SEGMENT} FROM segment {where}",
            {"camera": camera, "from_ms": from_ms, "to_ms": to_ms},
        )

    def spans(self, camera: str, from_ms: int, to_ms: int) -> list[Span]:
        """From when to when segments of a camera last that touch a span, oldest first."""
        if not self._writable and not self._path.exists():
            return []
        sql = f"SELECT start_ms, end_ms FROM segment {_TOUCHING.format(table='segment', end='end_ms')}"
        with _errors():
            return (
                self._open().execute(sql, {"camera": camera, "from_ms": from_ms, "to_ms": to_ms}).fetchall()
            )

    def damaged(self, camera: str, from_ms: int, to_ms: int) -> int:
        """How many damaged pictures the segments of a camera have that touch a span."""
        where = _TOUCHING.format(table="segment", end="damaged > 0 AND end_ms")
        found = self._texts(
            f"SELECT coalesce(sum(damaged), 0) FROM (SELECT damaged FROM segment {where})",
            {"camera": camera, "from_ms": from_ms, "to_ms": to_ms},
        )
        return int(found[0]) if found else 0

    def newest(self, camera: str, store: str | None = None) -> Segment | None:
        """The camera's last segment, of all storage folders or of one."""
        found = self._fetch(
            Segment,
            f"SELECT {_SEGMENT} FROM segment WHERE camera = :camera AND (:store IS NULL OR store = :store)"
            " ORDER BY start_ms DESC LIMIT 1",
            {"camera": camera, "store": store},
        )
        return found[0] if found else None

    def oldest(self, limit: int, after: tuple[int, str] = (0, "")) -> list[Segment]:
        """The oldest segments of all cameras, those after a place in the order of (start, camera)."""
        return self._fetch(
            Segment,
            f"SELECT {_SEGMENT} FROM segment WHERE (start_ms, camera) > (:start_ms, :camera)"
            " ORDER BY start_ms, camera LIMIT :limit",
            {"start_ms": after[0], "camera": after[1], "limit": limit},
        )

    def oldest_of(self, camera: str, limit: int, after_ms: int = -1) -> list[Segment]:
        """The oldest segments of a camera that begin after a moment."""
        return self._fetch(
            Segment,
            f"SELECT {_SEGMENT} FROM segment WHERE camera = :camera AND start_ms > :after_ms"
            " ORDER BY start_ms LIMIT :limit",
            {"camera": camera, "after_ms": after_ms, "limit": limit},
        )

    def cameras(self) -> list[str]:
        """Every camera that has footage here: one jump in the B-tree for each."""
        sql = (
            "WITH RECURSIVE each (camera) AS (SELECT min(camera) FROM segment UNION ALL"
            " SELECT (SELECT min(camera) FROM segment WHERE camera > each.camera) FROM each"
            " WHERE each.camera IS NOT NULL) SELECT camera FROM each WHERE camera IS NOT NULL"
        )
        return self._texts(sql, {})

    def total_bytes(self) -> int:
        """Bytes of all segments listed."""
        return sum(self.stores().values())

    def day_bytes(self) -> list[DayBytes]:
        """Bytes of the segments listed, by camera and the day they begin."""
        sql = "SELECT camera, day, sum(bytes) AS bytes FROM day_bytes GROUP BY camera, day"
        return self._fetch(DayBytes, sql, {})

    def stores(self) -> dict[str, int]:
        """Bytes of the segments listed, by storage folder."""
        sql = "SELECT store AS name, sum(bytes) AS bytes FROM day_bytes GROUP BY store"
        return {each.name: each.bytes for each in self._fetch(_Total, sql, {})}

    def open_gap(self, gap: Gap) -> None:
        """Begins a gap."""
        self._write(
            f"INSERT INTO gap ({_GAP}) VALUES (:camera, :start_ms, :end_ms, :cause, :words, :is_reachable)"
            " ON CONFLICT (camera, start_ms) DO UPDATE SET end_ms = excluded.end_ms, cause = excluded.cause,"
            " words = excluded.words, is_reachable = excluded.is_reachable",
            msgspec.to_builtins(gap),
        )

    def close_gap(self, camera: str, start_ms: int, end_ms: int) -> None:
        """Ends the gap that began at `start_ms`; one that would last no time is taken out."""
        values = {"camera": camera, "start_ms": start_ms, "end_ms": end_ms}
        verb = "UPDATE gap SET end_ms = :end_ms" if end_ms > start_ms else "DELETE FROM gap"
        self._write(f"{verb} WHERE camera = :camera AND start_ms = :start_ms", values)

    def open_gaps(self) -> list[Gap]:
        """Gaps that last."""
        return self._fetch(Gap, f"SELECT {_GAP} FROM gap WHERE end_ms IS NULL", {})

    def gaps(self, camera: str, from_ms: int, to_ms: int) -> list[Gap]:
        """Gaps of a camera that touch a span, oldest first."""
        where = _TOUCHING.format(table="gap", end="coalesce(end_ms, :to_ms)")
        sql = f"SELECT {_GAP} FROM gap {where}"
        return self._fetch(Gap, sql, {"camera": camera, "from_ms": from_ms, "to_ms": to_ms})

    def drop_gaps(self, camera: str, before_ms: int) -> None:
        """Forgets the gaps that ended before a moment."""
        self._write(
            "DELETE FROM gap WHERE camera = :camera AND end_ms <= :before_ms",
            {"camera": camera, "before_ms": before_ms},
        )

    def tell(self, at_ms: int, camera: str, kind: str, body: str) -> None:
        """Leaves a notice for the control process."""
        self._write(
            "INSERT INTO notice (at_ms, camera, kind, body) VALUES (:at_ms, :camera, :kind, :body)",
            {"at_ms": at_ms, "camera": camera, "kind": kind, "body": body},
        )

    def notices(self, since: int, limit: int = 500) -> list[Notice]:
        """Notices after a number, in order."""
        sql = "SELECT seq, at_ms, camera, kind, body FROM notice WHERE seq > :since ORDER BY seq LIMIT :limit"
        return self._fetch(Notice, sql, {"since": since, "limit": limit})

    def drop_notices(self, before_ms: int) -> None:
        """Forgets notices that are older than a moment."""
        self._write("DELETE FROM notice WHERE at_ms < :before_ms", {"before_ms": before_ms})

    def mark(self, name: str) -> str | None:
        """A word that was kept with the index."""
        found = self._texts("SELECT value FROM mark WHERE name = :name", {"name": name})
        return found[0] if found else None

    def set_mark(self, name: str, value: str) -> None:
        """Keeps such a word."""
        self._write(
            "INSERT OR REPLACE INTO mark (name, value) VALUES (:name, :value)", {"name": name, "value": value}
        )

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            # a reader of a WAL database must be able to map its -shm file
            mode = "rwc" if self._writable else "rw"
            with _errors():
                connection = sqlite3.connect(
                    f"file:{self._path.absolute()}?mode={mode}", uri=True, isolation_level=None, timeout=2.0
                )
                connection.execute("PRAGMA busy_timeout = 2000")
                if self._writable:
                    connection.execute("PRAGMA journal_mode = WAL")
                    connection.execute("PRAGMA synchronous = NORMAL")
                    _prepare(connection)
                else:
                    connection.execute("PRAGMA query_only = ON")
            self._connection = connection
        return self._connection

    def _write(self, sql: str, values: Mapping[str, _Value]) -> None:
        with _errors():
            self._open().execute(sql, values)

    def _fetch(self, as_: type[T], sql: str, values: Mapping[str, _Value]) -> list[T]:
        if not self._writable and not self._path.exists():
            return []
        with _errors():
            cursor = self._open().execute(sql, values)
            names = [column[0] for column in cursor.description]
            rows = cursor.fetchall()
        # not strict: SQLite keeps a bool as 0 or 1
        return [msgspec.convert(dict(zip(names, row, strict=True)), as_, strict=False) for row in rows]

    def _texts(self, sql: str, values: Mapping[str, _Value]) -> list[str]:
        if not self._writable and not self._path.exists():
            return []
        with _errors():
            return [str(row[0]) for row in self._open().execute(sql, values)]


def _prepare(connection: sqlite3.Connection) -> None:
    """Makes the tables, or brings older ones up to date."""
    columns = {str(row[1]) for row in connection.execute("PRAGMA table_info(segment)")}
    steps = [each for each in UPGRADES if columns and each.column not in columns]
    before, after = "".join(each.before for each in steps), "".join(each.after for each in steps)
    connection.executescript(f"BEGIN; {before} {SCHEMA} {after} COMMIT;" if steps else SCHEMA)


def _is_broken(path: Path) -> bool:
    """Whether there is a file that SQLite cannot read at all."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError:
        return False  # locked or away, but not broken
    except sqlite3.DatabaseError:
        return True
    return False


@dataclass(frozen=True)
class _Total:
    name: str
    bytes: int


@contextmanager
def _errors() -> Generator[None]:
    """SQLite's own errors as IndexAway, in words."""
    try:
        yield
    except sqlite3.Error as error:
        raise IndexAway(
            f"The index of footage cannot be used just now ({error}); is its disk full or away?"
        ) from error
