"""Someone with the database file in hand, who changes rows behind the program's back."""

from __future__ import annotations

import asyncio

from safecity.access import add_bureau
from safecity.base import NODE, Database, Node, Place, Transaction, Value
from safecity.oversight import Keys

KEYS = Keys("safecity/hub", bytes(range(32)))
GROUND = [Place(0, 0), Place(0, 1), Place(1, 1)]


async def happen(node: Node, times: int) -> None:
    """Adds so many facts to the journal."""
    await asyncio.gather(
        *(add_bureau(node, NODE, code=f"B{n}", name=f"Bureau {n}", polygon=GROUND) for n in range(times))
    )


async def tamper(database: Database, sql: str, **values: Value) -> int:
    """Runs a statement as no verb would."""

    async def work(transaction: Transaction) -> int:
        return await transaction.execute(sql, **values)

    return await database.transact(work)
