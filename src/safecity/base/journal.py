"""One journal: facts and state change in one transaction.

`Change` is what a verb works with: it reads and writes rows, and tells facts. The journal row of a fact carries a
commitment, SHA-256 over a random salt and the row's canonical form, which is the leaf of the tamper-evident log:
salt and body can be erased, the log still verifies.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from safecity.base.actors import Actor
from safecity.base.clock import from_ms, to_ms
from safecity.base.database import Database, Transaction, Value
from safecity.base.errors import SafeCityError
from safecity.base.events import EVENTS, Event, Fact
from safecity.base.ids import uuid7
from safecity.base.sql import load_queries

T = TypeVar("T")
SQL = load_queries("safecity.base")


class UnknownFact(SafeCityError):
    """The journal holds a fact that this version of the program does not know."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One row of the journal as it lies in the database. `body` and `salt` are empty once erased."""

    seq: int
    id: str
    node: str
    at_ms: int
    type: str
    subject: str
    actor: str
    purpose: str
    body: str
    salt: bytes
    commitment: bytes

    def fact(self) -> Fact:
        """The fact this row holds. Raises UnknownFact."""
        known = EVENTS.get(self.type)
        if known is None:
            raise UnknownFact(f"Entry {self.seq} is of the unknown type {self.type}; update this program.")
        event = msgspec.json.decode(self.body, type=known)
        return Fact(
            seq=self.seq,
            id=self.id,
            node=self.node,
            at=from_ms(self.at_ms),
            type=self.type,
            subject=self.subject,
            actor=self.actor,
            purpose=self.purpose,
            event=event,
        )

    def expected_commitment(self) -> bytes:
        """The commitment this row ought to have."""
        return commit(
            self.salt,
            self.seq,
            self.id,
            self.node,
            self.at_ms,
            self.type,
            self.subject,
            self.actor,
            self.purpose,
            self.body,
        )


def commit(salt: bytes, *columns: str | int) -> bytes:
    """SHA-256 over the salt and the canonical form (a JSON array) of a fact's columns."""
    return hashlib.sha256(salt + msgspec.json.encode(columns)).digest()


class Change:
    """One transaction of a verb. `now` is the time of everything in it; facts told are kept with the rows."""

    def __init__(self, transaction: Transaction, node: str, by: Actor, now: datetime) -> None:
        self._transaction = transaction
        self._node = node
        self._by = by
        self._told: list[Event] = []
        self.now = now
        self.now_ms = to_ms(now)

    def new_id(self) -> str:
        """A fresh id that sorts by the time of this change."""
        return uuid7(self.now)

    async def execute(self, sql: str, /, **values: Value) -> int:
        """As `Transaction.execute`."""
        return await self._transaction.execute(sql, **values)

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, Value]], /) -> None:
        """As `Transaction.execute_many`."""
        await self._transaction.execute_many(sql, rows)

    async def fetch(self, as_: type[T], sql: str, /, **values: Value) -> list[T]:
        """As `Transaction.fetch`: sees this change's own rows."""
        return await self._transaction.fetch(as_, sql, **values)

    async def fetch_one(self, as_: type[T], sql: str, /, **values: Value) -> T | None:
        """The first row, or none."""
        rows = await self._transaction.fetch(as_, sql, **values)
        return rows[0] if rows else None

    def tell(self, event: Event) -> None:
        """Adds a fact to the journal, in this same transaction."""
        self._told.append(event)

    async def close(self) -> None:
        """Appends what was told. Called once, by `transact`, before the commit."""
        if not self._told:
            return
        last = await self._transaction.fetch(_Last, SQL["last_seq"])
        rows = [self._row(last[0].seq + place, event) for place, event in enumerate(self._told, start=1)]
        await self._transaction.execute_many(SQL["append"], rows)

    def _row(self, seq: int, event: Event) -> Mapping[str, Value]:
        salt = secrets.token_bytes(16)
        body = msgspec.json.encode(event).decode()
        columns = (
            seq,
            uuid7(self.now),
            self._node,
            self.now_ms,
            event.kind(),
            event.subject,
            self._by.id,
            self._by.purpose,
            body,
        )
        names = ("seq", "id", "node", "at_ms", "type", "subject", "actor", "purpose", "body")
        return {**dict(zip(names, columns, strict=True)), "salt": salt, "commitment": commit(salt, *columns)}


@dataclass(frozen=True)
class _Last:
    seq: int


async def transact(
    database: Database, node: str, by: Actor, now: datetime, work: Callable[[Change], Awaitable[T]]
) -> T:
    """Runs a verb's work: its rows and its facts become durable together, or not at all."""

    async def whole(transaction: Transaction) -> T:
        change = Change(transaction, node, by, now)
        result = await work(change)
        await change.close()
        return result

    return await database.transact(whole)


async def read_entries(database: Database, since: int, limit: int = 500) -> list[Entry]:
    """Entries after the sequence number `since`, in order."""
    return await database.fetch(Entry, SQL["read"], since=since, limit=limit)


async def read_about(database: Database, subjects: Iterable[str]) -> list[Entry]:
    """All entries about these subjects, in order."""
    return await database.fetch(
        Entry, SQL["read_about"], subjects=msgspec.json.encode(list(subjects)).decode()
    )


async def last_seq(database: Database) -> int:
    """The sequence number of the newest entry; 0 in an empty journal."""
    return (await database.fetch(_Last, SQL["last_seq"]))[0].seq
