"""The port to a database: short reads, and transactions that are whole or not at all.

SQL is portable, with named values (`:name`). Rows become frozen dataclasses through msgspec.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

Value = str | int | float | bytes | None
T = TypeVar("T")


class Transaction(Protocol):
    """The inside of one transaction. Awaiting anything but its own methods is an error."""

    async def execute(self, sql: str, /, **values: Value) -> int:
        """Runs one statement; returns how many rows it touched."""
        ...

    async def execute_many(self, sql: str, rows: Iterable[Mapping[str, Value]], /) -> None:
        """Runs one statement for each row."""
        ...

    async def fetch(self, as_: type[T], sql: str, /, **values: Value) -> list[T]:
        """The rows of a query, each made into `as_` by its column names."""
        ...


class Database(Protocol):
    """Where a node keeps its rows.

    Promise: `transact` returns only when its changes are on disk; if its work raises, nothing of it stays.
    Works of several callers may share one commit, each in its own savepoint.
    """

    async def fetch(self, as_: type[T], sql: str, /, **values: Value) -> list[T]:
        """A short read outside any transaction; sees only what is committed."""
        ...

    async def transact(self, work: Callable[[Transaction], Awaitable[T]], /) -> T:
        """Runs `work` in a transaction and returns its result once that is durable."""
        ...

    def on_commit(self, told: Callable[[], None], /) -> None:
        """`told` is called, in the event loop, after each commit. It must not block."""
        ...


@dataclass(frozen=True)
class Migration:
    """A numbered step of one room's tables."""

    room: str
    number: int
    name: str
    sql: str
