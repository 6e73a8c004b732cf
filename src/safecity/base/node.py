"""What every verb needs of the node it runs on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from safecity.base.actors import Actor
from safecity.base.blobs import Blobs
from safecity.base.bus import Bus
from safecity.base.clock import Clock
from safecity.base.database import Database
from safecity.base.journal import Change, transact

T = TypeVar("T")


@dataclass(frozen=True)
class Node:
    """One machine of the city: its name, its clock, its database, its bus and its files."""

    name: str
    clock: Clock
    database: Database
    bus: Bus
    blobs: Blobs

    async def change(self, by: Actor, work: Callable[[Change], Awaitable[T]]) -> T:
        """Runs a verb's work in one transaction, in `by`'s name, at the clock's present time."""
        return await transact(self.database, self.name, by, self.clock.now(), work)
