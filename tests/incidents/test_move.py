"""Moves: by hand, again, refused; and a machine that tries everything in any order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import every_migration
from fakes.precinct import MARKET, build_town, facts
from safecity.adapters.buses.local import LocalBus
from safecity.adapters.stores.files import FileBlobs
from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import (
    Actor,
    BadInput,
    Conflict,
    Entry,
    Node,
    NotAllowed,
    SetClock,
    last_seq,
    read_about,
    read_entries,
)
from safecity.incidents import (
    NEXT,
    Incident,
    IncidentMoved,
    Move,
    State,
    declare,
    incident,
    merge,
    move,
)
from safecity.incidents.rules import is_fulfilled, moved


async def test_an_incident_is_resolved_closed_and_reopened(node: Node, clock: SetClock, operator: Actor):
    await build_town(node)
    declared = await declare(node, operator, kind="fire", place=MARKET)
    assert declared.moves == (Move.RESOLVE,)
    since = await last_seq(node.database)
    clock.pass_(minutes=1)
    resolved = await move(node, operator, declared.id, Move.RESOLVE, "Put out by the owner.")
    assert resolved.moves == (Move.CLOSE, Move.REOPEN)
    assert resolved.resolved_ms == declared.declared_ms + 60_000
    assert await move(node, operator, declared.id, Move.RESOLVE) == resolved
    closed = await move(node, operator, declared.id, Move.CLOSE)
    assert (closed.state, closed.moves) == (State.CLOSED, (Move.REOPEN,))
    with pytest.raises(BadInput, match="The reason is empty"):
        await move(node, operator, declared.id, Move.REOPEN)
    again = await move(node, operator, declared.id, Move.REOPEN, "Smoke again.")
    assert (again.state, again.reopened) == (State.DECLARED, 1)
    assert await move(node, operator, declared.id, Move.REOPEN, "Smoke again.") == again
    assert await facts(node, since) == ["IncidentMoved"] * 3
    assert [each.text for each in again.notes] == ["Put out by the owner.", "Smoke again."]
    assert "owner" not in "".join(entry.body for entry in await read_entries(node.database, since))


async def test_a_refused_move_changes_nothing(node: Node, operator: Actor, officer: Actor):
    await build_town(node)
    declared = await declare(node, operator, kind="fire", place=MARKET)
    since = await last_seq(node.database)
    with pytest.raises(Conflict, match="resolve it before closing it"):
        await move(node, operator, declared.id, Move.CLOSE, "Done")
    with pytest.raises(BadInput, match="which incident it is to be merged into"):
        await move(node, operator, declared.id, Move.MERGE)
    with pytest.raises(NotAllowed):
        await move(node, officer, declared.id, Move.RESOLVE)
    assert await facts(node, since) == []
    assert await incident(node, declared.id) == declared


def folded(start: Incident, entries: list[Entry]) -> Incident:
    """The incident as its facts alone tell it."""
    for entry in entries:
        event = entry.fact().event
        if isinstance(event, IncidentMoved):
            assert NEXT[State(event.before), Move(event.move)] == event.state
            start = moved(start, Move(event.move), entry.at_ms)
    return start


OPERATOR = Actor(id="person:operator", roles=frozenset({"operator"}), bureau="CEN")
Step = tuple[str, Move | None, int]
STEPS = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.sampled_from([*Move, None]), st.integers(0, 90)),
    min_size=4,
    max_size=30,
)


@settings(max_examples=25, deadline=None)
@given(steps=STEPS)
def test_whatever_people_try_rows_are_the_fold_of_facts(steps: list[Step]):
    """Two incidents, any moves in any order, and merges of one into the other."""
    with TemporaryDirectory() as folder:
        clock = SetClock()
        database = SqliteDatabase(Path(folder) / "safecity.db")
        database.migrate(every_migration())
        node = Node("hub", clock, database, LocalBus(database), FileBlobs(Path(folder) / "blobs"))
        try:
            asyncio.run(play(node, clock, steps))
        finally:
            database.close()


async def play(node: Node, clock: SetClock, steps: list[Step]) -> None:
    start = {name: await declare(node, OPERATOR, kind="fire", place=MARKET) for name in ("a", "b")}
    for name, tried, seconds in steps:
        clock.pass_(seconds=seconds)
        mine, other = start[name].id, start["b" if name == "a" else "a"].id
        before = await incident(node, mine)
        since = await last_seq(node.database)
        told = await attempt(node, mine, other, tried, before)
        assert len(await facts(node, since)) == told
    for name, declared in start.items():
        found = await incident(node, declared.id)
        entries = await read_about(node.database, [f"incident:{declared.id}"])
        bare = replace(found, alerts=(), cameras=(), notes=(), merged_into=None)
        assert bare == replace(folded(declared, entries), alerts=(), cameras=(), notes=()), name


async def attempt(node: Node, mine: str, other: str, tried: Move | None, before: Incident) -> int:
    """Tries a move and returns how many facts it must have told; None and MERGE both stand for a merge."""
    if tried is None or tried is Move.MERGE:
        into = await incident(node, other)
        refused = await refusal(merge(node, OPERATOR, mine, into=other))
        possible = before.state is State.DECLARED and into.is_live
        again = before.state is State.MERGED and before.merged_into == other
        assert (refused is None) == (possible or again)
        return 2 if possible else 0
    refused = await refusal(move(node, OPERATOR, mine, tried, "because"))
    if refused is None:
        return 0 if is_fulfilled(before, tried) else 1
    with pytest.raises(Conflict) as foretold:
        moved(before, tried, 0)
    assert refused == foretold.value.sentence
    return 0


async def refusal(work: Awaitable[object]) -> str | None:
    try:
        await work
    except Conflict as refused:
        return refused.sentence
    return None
