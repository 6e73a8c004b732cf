"""Two incidents are one and the same."""

from __future__ import annotations

import pytest

from fakes.precinct import MARKET, build_town, facts
from safecity.alerts import Source, raise_alert
from safecity.base import NODE, Actor, Conflict, Node, SetClock, last_seq
from safecity.incidents import Move, State, declare, history, incident, incidents, merge, move, note


async def test_what_belonged_to_the_merged_one_is_shown_in_the_other(
    node: Node, clock: SetClock, operator: Actor
):
    town = await build_town(node)
    first = await declare(node, operator, kind="fire", place=MARKET)
    clock.pass_(minutes=1)
    raised = await raise_alert(
        node, NODE, kind="movement", source=Source.SIGHTING, camera=town.station.id, id="s1"
    )
    second = await declare(node, operator, alerts=[raised.id])
    await note(node, operator, second.id, "Same fire.")
    clock.pass_(minutes=1)
    since = await last_seq(node.database)
    whole = await merge(node, operator, second.id, into=first.id)
    assert await facts(node, since) == ["IncidentMoved", "IncidentAbsorbed"]
    assert whole.alerts == (raised.id,)
    assert whole.cameras == (town.market.id, town.station.id)
    assert [each.text for each in whole.notes] == ["Same fire."]
    gone = await incident(node, second.id)
    assert (gone.state, gone.merged_into, gone.alerts) == (State.MERGED, first.id, (raised.id,))
    assert await incidents(node) == [whole]
    assert await merge(node, operator, second.id, into=first.id) == whole
    third = await declare(node, operator, kind="fire", place=MARKET)
    assert (await merge(node, operator, first.id, into=third.id)).notes == whole.notes, "and on from there"
    texts = [step.text for step in await history(node, third.id)]
    assert f"Someone declared incident {second.reference} (movement, P3)." in texts
    assert f"Someone merged incident {first.reference} into this one." in texts


async def test_one_with_units_sent_is_not_merged_away(node: Node, operator: Actor):
    await build_town(node)
    first = await declare(node, operator, kind="fire", place=MARKET)
    second = await declare(node, operator, kind="fire", place=MARKET)
    await move(node, operator, second.id, Move.DISPATCH, "Fire brigade, by telephone")
    with pytest.raises(Conflict, match="call it off, or merge the other incident into this one"):
        await merge(node, operator, second.id, into=first.id)
    assert (await merge(node, operator, first.id, into=second.id)).state is State.DISPATCHED


async def test_two_incidents_do_not_go_round_in_a_circle(node: Node, operator: Actor):
    await build_town(node)
    first = await declare(node, operator, kind="fire", place=MARKET)
    second = await declare(node, operator, kind="fire", place=MARKET)
    await merge(node, operator, second.id, into=first.id)
    for one, other in ((first, second), (first, first)):
        with pytest.raises(Conflict):
            await merge(node, operator, one.id, into=other.id)
