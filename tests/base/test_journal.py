"""The journal: facts and rows become durable together, or not at all."""

from dataclasses import dataclass
from typing import ClassVar

import pytest

from safecity.base import (
    NODE,
    Actor,
    Change,
    Conflict,
    Event,
    Node,
    SetClock,
    UnknownFact,
    last_seq,
    read_about,
    read_entries,
)


@dataclass(frozen=True, kw_only=True)
class LampLit(Event):
    """Somebody lit a lamp. Heard by: nobody but these tests."""

    about: ClassVar[str] = "lamp"

    lamp: str
    watts: int


async def light(node: Node, by: Actor, *watts: int) -> None:
    async def work(change: Change) -> None:
        for each in watts:
            change.tell(LampLit(lamp="harbour", watts=each))

    await node.change(by, work)


async def test_facts_are_numbered_without_a_hole_and_read_back_whole(
    node: Node, operator: Actor, clock: SetClock
):
    await light(node, operator.for_purpose("test"), 40, 60)
    clock.pass_(seconds=1)
    await light(node, NODE, 100)
    facts = [entry.fact() for entry in await read_entries(node.database, since=0)]
    assert [(fact.seq, fact.event, fact.actor, fact.purpose) for fact in facts] == [
        (1, LampLit(lamp="harbour", watts=40), "person:operator", "test"),
        (2, LampLit(lamp="harbour", watts=60), "person:operator", "test"),
        (3, LampLit(lamp="harbour", watts=100), "node", "operation"),
    ]
    assert {fact.subject for fact in facts} == {"lamp:harbour"}
    assert facts[2].at == clock.now()
    assert await last_seq(node.database) == 3


async def test_a_verb_that_fails_leaves_neither_row_nor_fact(node: Node, operator: Actor):
    async def work(change: Change) -> None:
        change.tell(LampLit(lamp="harbour", watts=40))
        await change.execute("INSERT INTO cursor (listener, seq) VALUES ('x', 1)")
        raise Conflict("The lamp is broken.")

    with pytest.raises(Conflict, match="broken"):
        await node.change(operator, work)
    assert await read_entries(node.database, since=0) == []


async def test_each_entry_fits_its_commitment_until_it_is_changed(node: Node, operator: Actor):
    await light(node, operator, 40)

    async def tamper(change: Change) -> None:
        await change.execute("UPDATE journal SET body = replace(body, '40', '41')")

    entry = (await read_entries(node.database, since=0))[0]
    assert entry.expected_commitment() == entry.commitment
    await node.change(NODE, tamper)
    entry = (await read_entries(node.database, since=0))[0]
    assert entry.expected_commitment() != entry.commitment


async def test_the_history_of_one_subject_is_found(node: Node, operator: Actor):
    await light(node, operator, 40)
    assert len(await read_about(node.database, ["lamp:harbour", "lamp:old"])) == 1
    assert await read_about(node.database, ["lamp:old"]) == []


async def test_a_fact_of_a_later_version_says_so(node: Node, operator: Actor):
    await light(node, operator, 40)

    async def from_the_future(change: Change) -> None:
        await change.execute("UPDATE journal SET type = 'LampLit/9'")

    await node.change(NODE, from_the_future)
    with pytest.raises(UnknownFact, match="LampLit/9"):
        (await read_entries(node.database, since=0))[0].fact()
