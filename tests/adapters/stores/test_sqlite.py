"""The embedded database: group commit, whole or not at all, and never a lost acknowledgement."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import Conflict, Migration, Transaction, Unavailable, Unreadable


@dataclass(frozen=True)
class Cursor:
    listener: str
    seq: int


async def put(database: SqliteDatabase, listener: str, seq: int = 1) -> None:
    async def work(tx: Transaction) -> None:
        await tx.execute(
            "INSERT INTO cursor (listener, seq) VALUES (:listener, :seq)", listener=listener, seq=seq
        )

    await database.transact(work)


async def everything(database: SqliteDatabase) -> list[Cursor]:
    return await database.fetch(Cursor, "SELECT listener, seq FROM cursor ORDER BY listener")


async def test_many_callers_share_commits_and_each_gets_its_own_answer(database: SqliteDatabase):
    commits: list[int] = []
    database.on_commit(lambda: commits.append(1))
    await asyncio.gather(*(put(database, f"{number:03}") for number in range(200)))
    assert len(await everything(database)) == 200
    assert 1 <= len(commits) < 200


async def test_one_that_fails_is_undone_alone(database: SqliteDatabase):
    await put(database, "taken")
    answers = await asyncio.gather(
        put(database, "a"), put(database, "taken"), put(database, "b"), return_exceptions=True
    )
    assert isinstance(answers[1], Conflict)
    assert [row.listener for row in await everything(database)] == ["a", "b", "taken"]


async def test_work_that_waits_for_something_else_is_refused(database: SqliteDatabase):
    async def work(tx: Transaction) -> None:
        await tx.execute("INSERT INTO cursor (listener, seq) VALUES ('x', 1)")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="not its own"):
        await database.transact(work)
    assert await everything(database) == []


async def test_bad_sql_is_an_error_with_a_sentence_and_the_writer_lives_on(database: SqliteDatabase):
    async def work(tx: Transaction) -> None:
        await tx.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(Unavailable, match=r"\.$"):
        await database.transact(work)
    await put(database, "after")
    assert [row.listener for row in await everything(database)] == ["after"]


async def test_a_full_database_refuses_the_whole_group_and_keeps_what_it_had(tmp_path: Path):
    database = SqliteDatabase(tmp_path / "small.db")
    database.migrate(
        [Migration("base", 1, "start", "CREATE TABLE cursor (listener TEXT PRIMARY KEY, seq INTEGER);")]
    )
    await put(database, "before")

    async def fill(tx: Transaction) -> None:
        await tx.execute("PRAGMA max_page_count=12")
        for number in range(1000):
            await tx.execute("INSERT INTO cursor VALUES (:name, 1)", name=f"{number}" * 50)

    with pytest.raises(Unavailable, match="full"):
        await database.transact(fill)
    assert [row.listener for row in await everything(database)] == ["before"]
    database.close()


def test_a_migration_runs_once_and_a_broken_one_leaves_nothing(tmp_path: Path):
    database = SqliteDatabase(tmp_path / "new.db")
    good = Migration("base", 1, "good", "CREATE TABLE lamp (id TEXT);")
    database.migrate([good])
    database.migrate([good])
    with pytest.raises(Unreadable, match="Migration 2"):
        database.migrate(
            [good, Migration("base", 2, "bad", "CREATE TABLE half (id TEXT); CREATE GIBBERISH;")]
        )
    database.close()
    tables = {
        row[0] for row in sqlite3.connect(tmp_path / "new.db").execute("SELECT name FROM sqlite_master")
    }
    assert "lamp" in tables
    assert "half" not in tables


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path):
    (tmp_path / "not.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(Unreadable, match=r"not\.db cannot be opened"):
        SqliteDatabase(tmp_path / "not.db")


WRITER = """
import asyncio, sys
from pathlib import Path
from safecity.adapters.stores.sqlite import SqliteDatabase

async def main():
    database = SqliteDatabase(Path(sys.argv[1]))
    async def one(number):
        async def work(tx):
            await tx.execute("INSERT INTO cursor (listener, seq) VALUES (:name, 1)", name=f"{sys.argv[2]}-{number}")
        await database.transact(work)
        print(f"{sys.argv[2]}-{number}", flush=True)
    for start in range(0, 100000, 8):
        await asyncio.gather(*(one(start + number) for number in range(8)))

asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_kill_9(database: SqliteDatabase, tmp_path: Path):
    acknowledged: set[str] = set()
    for round_ in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "safecity.db"), str(round_)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        acknowledged |= {writer.stdout.readline().strip() for _ in range(40 + 7 * round_)}
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged |= {
            line.strip() for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")
        }
        writer.stdout.close()
        writer.wait()
    kept = {row.listener for row in await everything(database)}
    assert acknowledged <= kept
