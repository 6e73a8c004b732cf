"""A person sends a unit."""

from __future__ import annotations

import asyncio

import pytest

from fakes.precinct import EAST_MARKET, MARKET, add_patrol, build_town, facts, person
from safecity.alerts import Dismissal, Source, acknowledge, dismiss, raise_alert
from safecity.base import NODE, Actor, Conflict, Node, NotAllowed, NotFound, SetClock, last_seq
from safecity.dispatch import (
    Move,
    State,
    UnitStatus,
    assign,
    assignments,
    move_assignment,
    send_message,
    unit,
    withdraw,
)
from safecity.incidents import Move as IncidentMove
from safecity.incidents import State as IncidentState
from safecity.incidents import declare, incident, merge, move

AMINA = person("amina", "officer")


async def test_one_order_moves_assignment_unit_and_incident_together(
    node: Node, clock: SetClock, operator: Actor
):
    await build_town(node)
    car = await add_patrol(node, "C-1", ("person:amina",))
    declared = await declare(node, operator, kind="fire", place=MARKET)
    clock.pass_(seconds=9)
    since = await last_seq(node.database)
    sent = await assign(node, operator, declared.id, car.id)
    assert (sent.state, sent.assigned_by, sent.call_sign) == (State.ASSIGNED, operator.id, "C-1")
    bound = await unit(node, car.id)
    assert (bound.status, bound.assignment, bound.incident) == (UnitStatus.DISPATCHED, sent.id, declared.id)
    after = await incident(node, declared.id)
    assert (after.state, after.dispatched_ms) == (IncidentState.DISPATCHED, declared.declared_ms + 9000)
    assert await assign(node, operator, declared.id, car.id) == sent
    assert await facts(node, since) == ["IncidentMoved", "UnitAssigned", "UnitStatusChanged"]


async def test_a_second_unit_joins_the_first(node: Node, operator: Actor):
    await build_town(node)
    cars = [await add_patrol(node, f"C-{n}", (f"person:{n}",)) for n in (1, 2)]
    declared = await declare(node, operator, kind="fire", place=MARKET)
    await assign(node, operator, declared.id, cars[0].id)
    since = await last_seq(node.database)
    await assign(node, operator, declared.id, cars[1].id)
    assert await facts(node, since) == ["UnitAssigned", "UnitStatusChanged"]
    assert [each.call_sign for each in await assignments(node, [declared.id])] == ["C-1", "C-2"]


async def test_two_operators_do_not_send_one_unit_to_two_places(node: Node, operator: Actor):
    await build_town(node)
    car = await add_patrol(node, "C-1", ("person:amina",))
    both = [await declare(node, operator, kind="fire", place=MARKET) for _ in range(2)]
    results = await asyncio.gather(
        *(assign(node, operator, each.id, car.id) for each in both), return_exceptions=True
    )
    (refused,) = [each for each in results if isinstance(each, Conflict)]
    assert refused.sentence == (
        "C-1 is sent at incident CEN-0101-0001; choose another unit, or call it off first."
    )
    states = [(await incident(node, each.id)).state for each in both]
    assert sorted(states) == [IncidentState.DECLARED, IncidentState.DISPATCHED]


async def test_nobody_is_sent_to_what_is_over(node: Node, operator: Actor):
    await build_town(node)
    car = await add_patrol(node, "C-1", ("person:amina",))
    declared = await declare(node, operator, kind="fire", place=MARKET)
    await move(node, operator, declared.id, IncidentMove.RESOLVE)
    with pytest.raises(Conflict, match="CEN-0101-0001 is resolved; reopen it before sending a unit"):
        await assign(node, operator, declared.id, car.id)
    await move(node, operator, declared.id, IncidentMove.CLOSE)
    since = await last_seq(node.database)
    with pytest.raises(Conflict, match="CEN-0101-0001 is closed; reopen it before sending a unit"):
        await assign(node, operator, declared.id, car.id)
    assert await facts(node, since) == []
    assert (await unit(node, car.id)).status is UnitStatus.AVAILABLE


async def test_a_desk_officer_sends_the_own_bureaus_units_on_own_ground(node: Node, desk: Actor):
    await build_town(node)
    own = await add_patrol(node, "C-1", ("person:1",))
    foreign = await add_patrol(node, "E-1", ("person:2",), bureau="EAS")
    here = await declare(node, desk, kind="fire", place=MARKET)
    there = await declare(node, desk, kind="fire", place=EAST_MARKET)
    for where, car in ((here, foreign), (there, own)):
        with pytest.raises(NotAllowed, match=r"only in their own bureau \(CEN\); an operator may"):
            await assign(node, desk, where.id, car.id)
    assert (await assign(node, desk, here.id, own.id)).state is State.ASSIGNED


async def test_no_machine_and_no_officer_sends_a_unit(node: Node, operator: Actor, auditor: Actor):
    await build_town(node)
    car = await add_patrol(node, "C-1", ("person:amina",))
    declared = await declare(node, operator, kind="fire", place=MARKET)
    for by in (NODE, AMINA, auditor):
        with pytest.raises(NotAllowed):
            await assign(node, by, declared.id, car.id)
    with pytest.raises(NotFound, match="no such unit"):
        await assign(node, operator, declared.id, "nothing")
    with pytest.raises(NotFound, match="no such incident"):
        await assign(node, operator, "nothing", car.id)


async def test_a_unit_is_called_off_and_the_incident_waits_again(node: Node, operator: Actor):
    await build_town(node)
    car = await add_patrol(node, "C-1", ("person:amina",))
    declared = await declare(node, operator, kind="fire", place=MARKET)
    sent = await assign(node, operator, declared.id, car.id)
    await move_assignment(node, AMINA, sent.id, Move.ACCEPT)
    since = await last_seq(node.database)
    for _ in range(2):
        gone = await withdraw(node, operator, sent.id, "Needed elsewhere.")
        assert gone.state is State.WITHDRAWN
    assert await facts(node, since) == ["AssignmentMoved", "UnitStatusChanged", "IncidentMoved"]
    after = await incident(node, declared.id)
    assert (after.state, after.dispatched_ms) == (IncidentState.DECLARED, None)
    assert [each.text for each in after.notes] == ["Needed elsewhere."]
    assert (await unit(node, car.id)).status is UnitStatus.AVAILABLE
    with pytest.raises(Conflict, match="C-1 was called off"):
        await move_assignment(node, AMINA, sent.id, Move.ENROUTE)
    again = await assign(node, operator, declared.id, car.id)
    assert again.id != sent.id
    with pytest.raises(NotAllowed):
        await withdraw(node, person("d", "desk", "EAS"), again.id)


async def test_a_machine_may_ask_a_person_to_look_and_nothing_else(node: Node, operator: Actor):
    await build_town(node)
    car = await add_patrol(node, "C-1", ("person:amina",))
    raised = await raise_alert(node, NODE, kind="fire", source=Source.SENSOR, place=MARKET)
    declared = await declare(node, operator, kind="fire", place=MARKET)
    sent = await assign(node, operator, declared.id, car.id)
    since = await last_seq(node.database)
    for machine in (NODE, Actor(id="device:gate", roles=frozenset({"device"}))):
        tries = (
            acknowledge(node, machine, raised.id),
            dismiss(node, machine, raised.id, Dismissal.FALSE_ALARM, "I am sure"),
            declare(node, machine, alerts=[raised.id]),
            move(node, machine, declared.id, IncidentMove.RESOLVE),
            merge(node, machine, declared.id, into=declared.id),
            assign(node, machine, declared.id, car.id),
            withdraw(node, machine, sent.id),
            move_assignment(node, machine, sent.id, Move.ACCEPT),
            send_message(node, machine, car.id, "Go"),
        )
        for tried in tries:
            with pytest.raises(NotAllowed):
                await tried
    assert await facts(node, since) == []
