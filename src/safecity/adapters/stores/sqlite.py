"""The embedded database: SQLite in WAL mode, one group-commit writer thread, short reads inline.

Works that wait at the same time share one BEGIN IMMEDIATE … COMMIT, each in its own savepoint, so that a hundred
callers pay for one fsync. `synchronous=FULL`: a commit that has returned is on disk.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import msgspec

from safecity.base import (
    Conflict,
    Migration,
    Outcome,
    SafeCityError,
    Transaction,
    Unavailable,
    Unreadable,
    Value,
    attempt,
)

T = TypeVar("T")
GROUP = 512  # works in one commit at most, so that nobody waits long for a crowd
BUSY_MS = 10_000


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection with the house's settings. Raises Unreadable where the file is no database."""
    mode = "ro" if read_only else "rwc"
    try:
        connection = sqlite3.connect(
            f"file:{path}?mode={mode}", uri=True, isolation_level=None, check_same_thread=False
        )
        connection.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        if not read_only:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("PRAGMA foreign_keys=ON")
    except sqlite3.DatabaseError as error:
        raise Unreadable(f"The database {path.name} cannot be opened: {error}.") from error
    return connection


def rows_as(as_: type[T], cursor: sqlite3.Cursor) -> list[T]:
    """The rows of a cursor as frozen dataclasses, by column name."""
    columns = cast("Sequence[tuple[str]] | None", cursor.description)
    names = [column[0] for column in columns or ()]
    found = cast("list[tuple[Value, ...]]", cursor.fetchall())
    return [msgspec.convert(dict(zip(names, row, strict=True)), as_, strict=False) for row in found]


class _Open:
    """A transaction that is open on the writer's connection. Nothing in it ever waits."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, /, **values: Value) -> int:
        return self._connection.execute(sql, values).rowcount

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, Value]], /) -> None:
        self._connection.executemany(sql, cast("Any", rows))

    async def fetch(self, as_: type[T], sql: str, /, **values: Value) -> list[T]:
        return rows_as(as_, self._connection.execute(sql, values))


@dataclass(frozen=True)
class _Job:
    """A caller's work, and the future it waits on."""

    work: Callable[[Transaction], Awaitable[Any]]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class SqliteDatabase:
    """Fills the port `Database` with one SQLite file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._reader = connect(path)
        path.chmod(0o600)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._told: list[Callable[[], None]] = []
        self._thread = threading.Thread(target=self._write, name=f"writer of {path.name}", daemon=True)
        self._thread.start()

    async def fetch(self, as_: type[T], sql: str, /, **values: Value) -> list[T]:
        """A short read, inline. Raises Unavailable when the database is locked for too long."""
        try:
            return rows_as(as_, self._reader.execute(sql, values))
        except sqlite3.OperationalError as error:
            raise Unavailable(f"The database cannot be read just now: {error}.") from error

    async def transact(self, work: Callable[[Transaction], Awaitable[T]], /) -> T:
        """Queues `work` for the writer thread; returns once its group is committed."""
        loop = asyncio.get_running_loop()
        job = _Job(work, loop, loop.create_future())
        self._jobs.put(job)
        # A caller that is cancelled does not undo what the writer may have begun.
        return await asyncio.shield(job.future)

    def on_commit(self, told: Callable[[], None], /) -> None:
        """`told` runs in the event loop of the first waiting caller of each group."""
        self._told.append(told)

    def migrate(self, migrations: Iterable[Migration]) -> None:
        """Brings the tables up to date, each migration in a transaction of its own. Called before serving."""
        connection = connect(self._path)
        connection.execute(
            "CREATE TABLE IF NOT EXISTS migration"
            " (room TEXT, number INTEGER, name TEXT NOT NULL, PRIMARY KEY (room, number))"
        )
        done = set(connection.execute("SELECT room, number FROM migration").fetchall())
        for each in migrations:
            if (each.room, each.number) in done:
                continue
            values = (each.room, each.number, each.name)
            try:
                connection.executescript(f"BEGIN IMMEDIATE;\n{each.sql}")
                connection.execute("INSERT INTO migration (room, number, name) VALUES (?, ?, ?)", values)
                connection.execute("COMMIT")
            except sqlite3.DatabaseError as error:
                connection.close()
                raise Unreadable(
                    f"Migration {each.number} ({each.name}) of {each.room} failed: {error}."
                ) from error
        connection.close()

    def close(self) -> None:
        """Commits what is queued and closes the file."""
        self._jobs.put(None)
        self._thread.join()
        self._reader.close()

    def _write(self) -> None:
        connection = connect(self._path)
        while (first := self._jobs.get()) is not None:
            group, last = self._gather(first)
            outcomes = _commit(connection, group)
            self._answer(group, outcomes)
            if last:
                break
        connection.close()

    def _gather(self, first: _Job) -> tuple[list[_Job], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            if job is None:
                return group, True
            group.append(job)
        return group, False

    def _answer(self, group: list[_Job], outcomes: list[Outcome[Any]]) -> None:
        def deliver(jobs: list[tuple[_Job, Outcome[Any]]]) -> None:
            for job, outcome in jobs:
                if job.future.done():
                    continue
                if outcome.error is not None:
                    job.future.set_exception(outcome.error)
                else:
                    job.future.set_result(outcome.value)
            for told in self._told:
                told()

        pairs = list(zip(group, outcomes, strict=True))
        for loop in {id(job.loop): job.loop for job in group}.values():
            if not loop.is_closed():
                loop.call_soon_threadsafe(deliver, [pair for pair in pairs if pair[0].loop is loop])


def _commit(connection: sqlite3.Connection, group: list[_Job]) -> list[Outcome[Any]]:
    """One commit for all. If it fails as a whole, every caller hears so."""

    def whole() -> list[Outcome[Any]]:
        connection.execute("BEGIN IMMEDIATE")
        transaction = _Open(connection)
        outcomes = [_one(connection, transaction, job) for job in group]
        connection.execute("COMMIT")
        return outcomes

    done = attempt(whole)
    if done.value is not None:
        return done.value
    if connection.in_transaction:
        connection.execute("ROLLBACK")
    error = done.error
    if isinstance(error, sqlite3.Error):
        error = Unavailable(f"The change could not be written to disk: {error}. Nothing was changed.")
    return [Outcome(error=error)] * len(group)


def _one(connection: sqlite3.Connection, transaction: _Open, job: _Job) -> Outcome[Any]:
    """One caller's work in its savepoint; what fails is undone alone."""
    connection.execute("SAVEPOINT work")
    outcome = attempt(lambda: _drive(job.work(transaction)))
    if outcome.error is None:
        connection.execute("RELEASE work")
        return outcome
    if not connection.in_transaction:  # SQLite undid everything itself, e.g. on a full disk
        raise outcome.error
    connection.execute("ROLLBACK TO work")
    connection.execute("RELEASE work")
    return Outcome(error=_translated(outcome.error))


def _drive(work: Awaitable[T]) -> T:
    """Runs a coroutine that never waits, in this thread."""
    coroutine = cast("Coroutine[Any, Any, T]", work)
    try:
        coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    message = "a transaction awaited something that is not its own"
    raise RuntimeError(message)


def _translated(error: Exception) -> Exception:
    if isinstance(error, SafeCityError) or not isinstance(error, sqlite3.Error):
        return error
    if isinstance(error, sqlite3.IntegrityError):
        return Conflict(f"This clashes with what is already there: {error}.")
    return Unavailable(f"The database refused the change: {error}.")
