"""A batch does what its signs would have done one by one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import every_migration
from fakes.precinct import MARKET, build_town
from safecity.adapters.buses.local import LocalBus
from safecity.adapters.stores.files import FileBlobs
from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.alerts import Alert, Sign, Source, alerts, raise_alerts
from safecity.base import NODE, Node, SetClock, read_entries
from safecity.base import moved as gone


def a_sign(kind: str, priority: int, bearing: int, metres: int, name: str | None) -> Sign:
    return Sign(
        kind=kind,
        source=Source.SENSOR,
        priority=priority,
        place=gone(MARKET, bearing, metres),
        id=name,
        details=f"seen by {name}" if name else "",
    )


SIGNS = st.lists(
    st.builds(
        a_sign,
        kind=st.sampled_from(["door", "smoke"]),
        priority=st.integers(1, 4),
        bearing=st.sampled_from([0, 90, 135]),
        metres=st.sampled_from([0, 60, 74, 76, 140, 160, 500]),
        name=st.none() | st.sampled_from(["a", "b", "c"]),
    ),
    max_size=12,
)


@settings(max_examples=30, deadline=None)
@given(signs=SIGNS)
def test_a_batch_is_its_signs_one_by_one(signs: list[Sign]):
    together, told = asyncio.run(outcome([signs]))
    apart, told_apart = asyncio.run(outcome([[sign] for sign in signs]))
    assert together == apart
    assert told == told_apart


async def outcome(batches: list[list[Sign]]) -> tuple[list[Alert], list[str]]:
    """The alerts that stand there afterwards, without their ids, and the facts that were told."""
    with TemporaryDirectory() as folder:
        database = SqliteDatabase(Path(folder) / "safecity.db")
        database.migrate(every_migration())
        node = Node("hub", SetClock(), database, LocalBus(database), FileBlobs(Path(folder) / "blobs"))
        await build_town(node)
        for batch in batches:
            raised = await raise_alerts(node, NODE, batch)
            known = {each.id: each for each in await alerts(node)}
            assert [known[each.id] for each in raised] == raised
        found = [replace(each, id="") for each in await alerts(node)]
        told = [entry.type for entry in await read_entries(node.database, 0)]
        database.close()
        return found, told
