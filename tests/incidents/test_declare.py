"""A person decides that something is happening."""

from __future__ import annotations

import asyncio

import pytest

from fakes.precinct import EAST_MARKET, MARKET, add_camera, build_town, facts
from safecity.alerts import Dismissal, Source, alert, dismiss, raise_alert
from safecity.alerts import State as AlertState
from safecity.base import NODE, Actor, BadInput, Conflict, Node, NotAllowed, NotFound, last_seq
from safecity.base import moved as gone
from safecity.incidents import State, declare, incident, incidents


async def test_an_alert_becomes_an_incident_with_its_place_and_cameras(node: Node, operator: Actor):
    town = await build_town(node)
    raised = await raise_alert(
        node, NODE, kind="movement", source=Source.SIGHTING, camera=town.market.id, id="s1"
    )
    since = await last_seq(node.database)
    declared = await declare(node, operator, alerts=[raised.id])
    assert declared == await incident(node, declared.id)
    assert declared.reference == "CEN-0101-0001"
    assert (declared.kind, declared.priority, declared.state) == ("movement", 3, State.DECLARED)
    assert (declared.place, declared.place_name) == (MARKET, "near Market St, east")
    assert declared.cameras == (town.market.id,)
    assert (declared.owner, declared.alerts) == (operator.id, (raised.id,))
    assert await facts(node, since) == ["IncidentDeclared", "AlertAttached"]
    taken = await alert(node, raised.id)
    assert (taken.state, taken.incident) == (AlertState.DECLARED, declared.id)


async def test_the_most_urgent_alert_gives_what_is_not_said(node: Node, operator: Actor):
    await build_town(node)
    small = await raise_alert(node, operator, kind="noise", source=Source.CALL, priority=4, place=EAST_MARKET)
    grave = await raise_alert(
        node, operator, kind="violence", source=Source.CALL, priority=1, place=MARKET, title="Knife"
    )
    both = await declare(node, operator, alerts=[small.id, grave.id, small.id], title="Fight at the market")
    assert (both.kind, both.priority, both.bureau) == ("violence", 1, "CEN")
    assert both.title == "Fight at the market"
    assert both.alerts == (small.id, grave.id)


async def test_without_an_alert_a_kind_and_a_place_are_enough(node: Node, operator: Actor):
    town = await build_town(node)
    near = await add_camera(node, "Corner shop", gone(MARKET, 0, 100))
    declared = await declare(
        node, operator, kind="break_in", priority=2, place=gone(MARKET, 90, 40), place_name="Baker's"
    )
    assert declared.title == "Break in"
    assert declared.bureau == "CEN"
    assert declared.cameras == (town.market.id, near.id), "the one that looks there, then the one near by"
    with pytest.raises(BadInput, match="An incident needs an alert, or a kind and a place"):
        await declare(node, operator, kind="fire")


async def test_two_who_take_the_same_alert_do_not_both_get_it(node: Node, operator: Actor, desk: Actor):
    await build_town(node)
    raised = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    results = await asyncio.gather(
        declare(node, operator, alerts=[raised.id]),
        declare(node, desk, alerts=[raised.id]),
        return_exceptions=True,
    )
    (refused,) = [each for each in results if isinstance(each, Conflict)]
    assert refused.sentence == f"Alert {raised.reference} belongs to another incident already."
    (kept,) = await incidents(node)
    assert kept.reference == "CEN-0101-0001", "what was refused left nothing behind"


async def test_a_dismissed_or_unknown_alert_declares_nothing(node: Node, operator: Actor):
    await build_town(node)
    raised = await raise_alert(node, operator, kind="fire", source=Source.CALL, place=MARKET)
    await dismiss(node, operator, raised.id, Dismissal.TEST, "A drill")
    since = await last_seq(node.database)
    with pytest.raises(Conflict, match="is dismissed and cannot be linked to an incident any more"):
        await declare(node, operator, alerts=[raised.id])
    with pytest.raises(NotFound, match="no such alert"):
        await declare(node, operator, alerts=["nothing"])
    assert await facts(node, since) == []
    assert await incidents(node) == []


async def test_no_machine_declares(node: Node, officer: Actor):
    await build_town(node)
    for by in (NODE, officer):
        with pytest.raises(NotAllowed):
            await declare(node, by, kind="fire", place=MARKET)
