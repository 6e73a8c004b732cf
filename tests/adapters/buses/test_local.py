"""The local bus: every fact once and in order, from wherever one comes back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, TypeVar

from safecity.adapters.buses.local import LocalBus
from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import NODE, Change, Event, Fact, Node, Value

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class BellRung(Event):
    """A bell rang. Heard by: nobody but these tests."""

    about: ClassVar[str] = "bell"

    bell: str


async def ring(node: Node, times: int) -> None:
    async def work(change: Change) -> None:
        for _ in range(times):
            change.tell(BellRung(bell="tower"))

    await node.change(NODE, work)


async def hear(subscription: AsyncIterator[Fact], count: int) -> list[int]:
    return [(await asyncio.wait_for(anext(subscription), 10)).seq for _ in range(count)]


async def test_old_facts_come_first_and_new_ones_follow_without_a_seam(node: Node):
    await ring(node, 3)
    subscription = node.bus.subscribe(since=1)
    assert await hear(subscription, 2) == [2, 3]
    await ring(node, 2)
    assert await hear(subscription, 2) == [4, 5]


async def test_a_client_that_comes_back_misses_nothing(node: Node):
    await ring(node, 2)
    first = node.bus.subscribe(since=0)
    assert await hear(first, 1) == [1]
    await ring(node, 3)
    assert await hear(node.bus.subscribe(since=1), 4) == [2, 3, 4, 5]
    assert await hear(first, 4) == [2, 3, 4, 5]


async def test_all_who_wait_are_woken_by_one_fact(node: Node):
    listeners = [asyncio.ensure_future(hear(node.bus.subscribe(since=0), 1)) for _ in range(50)]  # noqa: TID251
    await asyncio.sleep(0)
    await ring(node, 1)
    assert await asyncio.gather(*listeners) == [[1]] * 50


class LateTail(SqliteDatabase):
    """A database whose newest number is told late: meanwhile others look, and facts fall."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.asked, self.answer = asyncio.Event(), asyncio.Event()

    async def fetch(self, as_: type[T], sql: str, /, **values: Value) -> list[T]:
        """As `Database`."""
        if "max(seq)" in sql:
            self.asked.set()
            await self.answer.wait()
        return await super().fetch(as_, sql, **values)


async def test_a_fact_that_falls_between_a_listeners_look_and_the_first_look_of_the_tail_is_heard(
    node: Node, tmp_path: Path
):
    late = LateTail(tmp_path / "safecity.db")
    listener = asyncio.ensure_future(hear(LocalBus(late).subscribe(since=0), 1))  # noqa: TID251
    await late.asked.wait()
    await ring(node, 1)
    late.answer.set()
    assert await listener == [1]
    late.close()


async def test_what_another_process_wrote_is_heard_too(node: Node, tmp_path: Path):
    other = SqliteDatabase(tmp_path / "safecity.db")
    subscription = node.bus.subscribe(since=0)
    await ring(node, 1)
    assert await hear(subscription, 1) == [1]
    await ring(Node("hub", node.clock, other, LocalBus(other), node.blobs), 1)
    assert await hear(subscription, 1) == [2]
    other.close()


async def test_one_who_is_far_behind_catches_up_from_the_journal(node: Node):
    for _ in range(3):
        await ring(node, 700)
    assert await hear(node.bus.subscribe(since=0), 2100) == list(range(1, 2101))


async def test_an_erased_entry_is_passed_over_even_where_a_whole_batch_was_erased(node: Node):
    await ring(node, 600)

    async def erase(change: Change) -> None:
        await change.execute("UPDATE journal SET body = '', salt = x'' WHERE seq <= 550")

    await node.change(NODE, erase)
    subscription = node.bus.subscribe(since=0)
    assert await hear(subscription, 50) == list(range(551, 601))
    await ring(node, 1)
    assert await hear(subscription, 1) == [601]
