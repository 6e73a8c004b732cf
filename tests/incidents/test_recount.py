"""What happened, in sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pytest

from fakes.precinct import MARKET, add_patrol, build_town
from safecity.access import add_person
from safecity.alerts import Source, acknowledge, raise_alert
from safecity.base import NODE, Actor, Change, Event, Node, NotFound, SetClock
from safecity.dispatch import Move as Go
from safecity.dispatch import assign, move_assignment
from safecity.incidents import Move, declare, history, link_alert, link_camera, move, note


@dataclass(frozen=True, kw_only=True)
class FootageKept(Event):
    """Footage was kept for the incident. Heard by: this story."""

    about: ClassVar[str] = "incident"
    incident: str


async def test_the_history_reads_as_a_story(node: Node, clock: SetClock):
    town = await build_town(node)
    amina = await someone(node, "Amina Otieno", "operator")
    brian = await someone(node, "Brian Mwangi", "officer")
    for name in ("s1", "s2", "s3"):
        raised = await raise_alert(
            node, NODE, kind="movement", source=Source.SIGHTING, camera=town.market.id, id=name
        )
    clock.pass_(seconds=20)
    await acknowledge(node, amina, raised.id)
    declared = await declare(node, amina, alerts=[raised.id], kind="break_in", priority=2)
    car = await add_patrol(node, "C-12", (brian.id,))
    sent = await assign(node, amina, declared.id, car.id)
    for go in (Go.ACCEPT, Go.ENROUTE):
        await move_assignment(node, brian, sent.id, go)
    await move_assignment(node, amina, sent.id, Go.ARRIVE)
    await link_camera(node, amina, declared.id, town.station.id)
    other = await raise_alert(node, amina, kind="noise", source=Source.CALL, place=declared.place)
    await link_alert(node, amina, declared.id, other.id)
    await note(node, amina, declared.id, "Shop window broken.")
    await move_assignment(node, brian, sent.id, Go.CLEAR, "Owner has the keys.")
    await move(node, amina, declared.id, Move.RESOLVE)
    steps = await history(node, declared.id)
    assert [step.text for step in steps] == [
        "The system raised alert A-CEN-0101-0001 (movement, P3): Market St, east.",
        "The system gave another sign of alert A-CEN-0101-0001, now 3 in all: Market St, east.",
        "Amina Otieno acknowledged alert A-CEN-0101-0001.",
        "Amina Otieno declared incident CEN-0101-0001 (break in, P2).",
        "A unit was sent to incident CEN-0101-0001.",
        "Amina Otieno sent C-12.",
        "C-12 accepted.",
        "C-12 is on the way.",
        "C-12 is on scene (radio word, entered by Amina Otieno).",
        "The first unit reached incident CEN-0101-0001.",
        "Amina Otieno linked a camera: Station Rd, gate.",
        "Amina Otieno raised alert A-CEN-0101-0002 (noise, P2).",
        "Amina Otieno linked alert A-CEN-0101-0002.",
        "Amina Otieno wrote a note: Shop window broken.",
        "C-12 cleared: Owner has the keys.",
        "Amina Otieno resolved incident CEN-0101-0001.",
    ]
    assert [step.seq for step in steps] == sorted(step.seq for step in steps)
    assert steps[2].actor == "Amina Otieno"
    assert steps[2].type == "AlertAcknowledged"
    assert (steps[2].at - steps[0].at).total_seconds() == 20


async def someone(node: Node, name: str, role: str) -> Actor:
    person = await add_person(
        node, NODE, name=name, sign_in=name.split(maxsplit=1)[0].lower(), roles=[role], bureau="CEN"
    )
    return person.actor


async def test_a_fact_that_writes_no_sentence_says_what_it_is(node: Node, operator: Actor):
    await build_town(node)
    declared = await declare(node, operator, kind="fire", place=MARKET)

    async def work(change: Change) -> None:
        change.tell(FootageKept(incident=declared.id))

    await node.change(operator, work)
    assert (await history(node, declared.id))[-1].text == "Footage was kept for the incident."


async def test_an_erased_entry_leaves_its_line(node: Node, operator: Actor):
    await build_town(node)
    declared = await declare(node, operator, kind="fire", place=MARKET)

    async def work(change: Change) -> None:
        await change.execute(
            "UPDATE journal SET body = '' WHERE subject = :subject", subject=f"incident:{declared.id}"
        )

    await node.change(operator, work)
    assert [step.text for step in await history(node, declared.id)] == ["This entry was erased."]


async def test_there_is_no_history_of_nothing(node: Node):
    with pytest.raises(NotFound, match="no such incident"):
        await history(node, "nothing")
