"""A node: a verb's work in one transaction, under one name, in somebody's name, at one time."""

import asyncio
from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from safecity.base import NODE, Actor, Change, Conflict, Event, Node, SetClock, read_entries


@dataclass(frozen=True, kw_only=True)
class BellRung(Event):
    """Somebody rang a bell. Heard by: nobody but these tests."""

    about: ClassVar[str] = "bell"

    bell: str


async def ring(change: Change) -> int:
    """Tells of the bell; returns the time of the change."""
    change.tell(BellRung(bell="tower"))
    return change.now_ms


async def test_a_change_is_told_by_this_node_in_the_actor_s_name_at_the_clock_s_time(
    node: Node, operator: Actor, clock: SetClock
):
    clock.pass_(seconds=90)
    await replace(node, name="harbour").change(operator.for_purpose("drill"), ring)
    (fact,) = [entry.fact() for entry in await read_entries(node.database, since=0)]
    assert (fact.node, fact.actor, fact.purpose, fact.at) == (
        "harbour", "person:operator", "drill", clock.now(),
    )  # fmt: skip


async def test_the_caller_gets_what_the_work_returns(node: Node, clock: SetClock):
    assert await node.change(NODE, ring) == int(clock.now().timestamp() * 1000)


async def test_one_change_has_one_time_however_long_its_work_takes(node: Node, clock: SetClock):
    async def slow(change: Change) -> None:
        change.tell(BellRung(bell="first"))
        clock.pass_(seconds=5)
        change.tell(BellRung(bell="second"))

    begun = clock.now()
    await node.change(NODE, slow)
    facts = [entry.fact() for entry in await read_entries(node.database, since=0)]
    assert [fact.at for fact in facts] == [begun, begun]
    await node.change(NODE, ring)
    assert (await read_entries(node.database, since=2))[0].fact().at == clock.now() != begun


async def test_an_error_of_the_work_reaches_its_caller_and_the_next_change_is_taken(node: Node):
    async def refuse(change: Change) -> None:
        change.tell(BellRung(bell="tower"))
        raise Conflict("The bell is away for repair.")

    with pytest.raises(Conflict, match="repair"):
        await node.change(NODE, refuse)
    await node.change(NODE, ring)
    assert [entry.seq for entry in await read_entries(node.database, since=0)] == [1]


async def test_changes_at_the_same_time_keep_their_own_actors(node: Node, operator: Actor, officer: Actor):
    await asyncio.gather(*(node.change(by, ring) for by in (operator, officer) * 10))
    entries = await read_entries(node.database, since=0)
    assert [entry.seq for entry in entries] == list(range(1, 21))
    assert sorted(entry.actor for entry in entries) == ["person:officer"] * 10 + ["person:operator"] * 10
