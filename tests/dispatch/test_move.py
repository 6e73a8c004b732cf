"""What crews say; and two units and an incident that are tried in any order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import every_migration
from fakes.precinct import MARKET, add_patrol, build_town, facts, person
from safecity.adapters.buses.local import LocalBus
from safecity.adapters.stores.files import FileBlobs
from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import (
    Actor,
    BadInput,
    Conflict,
    Node,
    NotAllowed,
    SetClock,
    last_seq,
    read_about,
    read_entries,
)
from safecity.dispatch import (
    NEXT,
    AssignmentMoved,
    Move,
    State,
    UnitAssigned,
    UnitStatus,
    UnitStatusChanged,
    assign,
    assignment,
    assignments,
    move_assignment,
    unit,
    units,
    withdraw,
)
from safecity.incidents import IncidentMoved, declare, incident
from safecity.incidents import Move as IncidentMove
from safecity.incidents import State as IncidentState
from safecity.incidents import move as move_incident

AMINA = person("amina", "officer")


async def sent_out(node: Node, operator: Actor):
    await build_town(node)
    car = await add_patrol(node, "C-1", ("person:amina",))
    declared = await declare(node, operator, kind="fire", place=MARKET)
    return car, declared, await assign(node, operator, declared.id, car.id)


async def test_a_crew_goes_the_whole_way_and_a_person_resolves(node: Node, clock: SetClock, operator: Actor):
    car, declared, sent = await sent_out(node, operator)
    since = await last_seq(node.database)
    for go, status in (
        (Move.ACCEPT, UnitStatus.DISPATCHED),
        (Move.ENROUTE, UnitStatus.EN_ROUTE),
        (Move.ARRIVE, UnitStatus.ON_SCENE),
        (Move.CLEAR, UnitStatus.AVAILABLE),
    ):
        clock.pass_(minutes=1)
        moved = await move_assignment(node, AMINA, sent.id, go)
        assert moved == await assignment(node, sent.id)
        assert await move_assignment(node, AMINA, sent.id, go) == moved, "said twice, counted once"
        assert (await unit(node, car.id)).status is status
    assert await facts(node, since) == [
        "AssignmentMoved",
        "AssignmentMoved",
        "UnitStatusChanged",
        "AssignmentMoved",
        "UnitStatusChanged",
        "IncidentMoved",
        "AssignmentMoved",
        "UnitStatusChanged",
        "UnitStatusChanged",
    ]
    after = await incident(node, declared.id)
    assert after.state is IncidentState.ON_SCENE, "it is for a person to resolve"
    assert after.on_scene_ms == sent.assigned_ms + 180_000


async def test_a_crew_that_cannot_come_leaves_the_incident_waiting(node: Node, operator: Actor):
    car, declared, sent = await sent_out(node, operator)
    await move_assignment(node, AMINA, sent.id, Move.DECLINE, "Flat tyre.")
    after = await incident(node, declared.id)
    assert after.state is IncidentState.DECLARED
    assert [each.text for each in after.notes] == ["Flat tyre."]
    assert (await unit(node, car.id)).assignment is None


async def test_while_another_is_coming_the_incident_stays_under_way(node: Node, operator: Actor):
    _, declared, sent = await sent_out(node, operator)
    second = await add_patrol(node, "C-2", ("person:brian",))
    await assign(node, operator, declared.id, second.id)
    await move_assignment(node, AMINA, sent.id, Move.DECLINE)
    assert (await incident(node, declared.id)).state is IncidentState.DISPATCHED


async def test_what_the_control_room_hears_on_the_radio_is_written_down_as_such(
    node: Node, operator: Actor, desk: Actor
):
    _, _, sent = await sent_out(node, operator)
    since = await last_seq(node.database)
    await move_assignment(node, AMINA, sent.id, Move.ACCEPT)
    await move_assignment(node, desk, sent.id, Move.ENROUTE)
    told = [entry.fact().event for entry in await read_entries(node.database, since)]
    assert [each.by_radio for each in told if isinstance(each, AssignmentMoved)] == [False, True]


async def test_others_do_not_speak_for_a_crew(node: Node, operator: Actor, auditor: Actor):
    _, _, sent = await sent_out(node, operator)
    for by in (person("brian", "officer"), auditor, person("d", "desk", "EAS")):
        with pytest.raises(NotAllowed):
            await move_assignment(node, by, sent.id, Move.ACCEPT)
    with pytest.raises(NotAllowed, match="Only the control room calls a unit off"):
        await move_assignment(node, AMINA, sent.id, Move.WITHDRAW)


async def test_out_of_order_is_refused_and_changes_nothing(node: Node, operator: Actor):
    _, _, sent = await sent_out(node, operator)
    since = await last_seq(node.database)
    for go in (Move.ENROUTE, Move.ARRIVE, Move.CLEAR):
        with pytest.raises(Conflict, match="C-1 has not accepted yet; please accept"):
            await move_assignment(node, AMINA, sent.id, go)
    with pytest.raises(BadInput, match="at most 1000"):
        await move_assignment(node, AMINA, sent.id, Move.ACCEPT, "x" * 1001)
    assert await facts(node, since) == []
    assert await assignment(node, sent.id) == sent


async def test_a_unit_that_comes_after_all_was_resolved_is_on_scene_all_the_same(node: Node, operator: Actor):
    car, declared, sent = await sent_out(node, operator)
    await move_assignment(node, AMINA, sent.id, Move.ACCEPT)
    await move_assignment(node, AMINA, sent.id, Move.ENROUTE)
    await move_incident(node, operator, declared.id, IncidentMove.RESOLVE)
    await move_assignment(node, AMINA, sent.id, Move.ARRIVE)
    assert (await incident(node, declared.id)).state is IncidentState.RESOLVED
    assert (await unit(node, car.id)).status is UnitStatus.ON_SCENE
    await move_incident(node, operator, declared.id, IncidentMove.REOPEN, "It burns again.")
    await move_assignment(node, AMINA, sent.id, Move.CLEAR)
    assert (await incident(node, declared.id)).state is IncidentState.DECLARED


OPERATOR = person("operator", "operator")
Try = tuple[int, Move | IncidentMove | str]
TRIES = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["assign", *Move, IncidentMove.RESOLVE, IncidentMove.CLOSE, IncidentMove.REOPEN]),
    ),
    min_size=5,
    max_size=40,
)


@settings(max_examples=25, deadline=None)
@given(tries=TRIES)
def test_whatever_is_tried_rows_are_the_fold_of_facts(tries: list[Try]):
    with TemporaryDirectory() as folder:
        clock = SetClock()
        database = SqliteDatabase(Path(folder) / "safecity.db")
        database.migrate(every_migration())
        node = Node("hub", clock, database, LocalBus(database), FileBlobs(Path(folder) / "blobs"))
        try:
            asyncio.run(play(node, clock, tries))
        finally:
            database.close()


async def play(node: Node, clock: SetClock, tries: list[Try]) -> None:
    await build_town(node)
    cars = [await add_patrol(node, f"C-{n}", (f"person:c{n}",)) for n in (0, 1)]
    declared = (await declare(node, OPERATOR, kind="fire", place=MARKET)).id
    for number, tried in tries:
        clock.pass_(seconds=1)
        sent = [each for each in await assignments(node, [declared]) if each.unit == cars[number].id]
        since = await last_seq(node.database)
        if tried == "assign":
            refused = await is_refused(assign(node, OPERATOR, declared, cars[number].id))
        elif isinstance(tried, IncidentMove):
            refused = await is_refused(move_incident(node, OPERATOR, declared, tried, "because"))
        elif not sent:
            continue
        elif tried is Move.WITHDRAW:
            refused = await is_refused(withdraw(node, OPERATOR, sent[-1].id))
        else:
            crew = person(f"c{number}", "officer")
            refused = await is_refused(move_assignment(node, crew, sent[-1].id, Move(tried)))
        if refused:
            assert await facts(node, since) == []
        await check(node, declared)


async def is_refused(work: Awaitable[object]) -> bool:
    try:
        await work
    except Conflict as refused:
        return refused.sentence.endswith(".")
    return False


async def check(node: Node, declared: str) -> None:
    """Facts alone give the rows; every step was in a table; nobody is free and bound at once."""
    states: dict[str, State] = {}
    statuses: dict[str, str] = {}
    whole = IncidentState.DECLARED
    subjects = [f"incident:{declared}", *(f"unit:{each.id}" for each in await units(node))]
    for entry in await read_about(node.database, subjects):
        match entry.fact().event:
            case UnitAssigned(assignment=name):
                states[name] = State.ASSIGNED
            case AssignmentMoved(assignment=name, move=move, before=before, state=state):
                assert states[name] == before
                assert NEXT[State(before), Move(move)] == state
                states[name] = State(state)
            case UnitStatusChanged(unit=name, status=status):
                statuses[name] = status
            case IncidentMoved(before=before, state=state):
                assert whole == before
                whole = IncidentState(state)
            case _:
                pass
    assert {each.id: each.state for each in await assignments(node, [declared])} == states
    assert (await incident(node, declared)).state is whole
    for each in await units(node):
        assert each.status == statuses.get(each.id, UnitStatus.AVAILABLE)
        assert (each.assignment is None) == (each.status is UnitStatus.AVAILABLE)
    if whole is IncidentState.DISPATCHED:
        assert any(each.is_active for each in await assignments(node, [declared]))
