"""Films are asked for with a reason, by those who may, and within bounds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakes.asked import open_desk
from fakes.shelf import Shelf, shelf
from safecity.access import permits
from safecity.base import Actor, BadInput, Conflict, Node, NotAllowed, NotFound
from safecity.evidence import (
    ExportAsked,
    ExportForgotten,
    ExportState,
    drop_export,
    exports,
    find_export,
    judge_export,
)


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelf]:
    made = shelf(tmp_path / "data")
    yield made
    made.index.close()


async def test_who_wants_which_cameras_and_why_is_on_record(node: Node, operator: Actor, shelves: Shelf):
    desk = await open_desk(node, operator, shelves)
    job = await desk.ask()
    assert (job.state, job.masked, job.reason, job.asked_by) == (
        ExportState.ASKED,
        True,
        "Case 7 of the High Court",
        operator.id,
    )
    (fact,) = await desk.told(ExportAsked)
    assert (fact.cameras, fact.masked, fact.reason_code) == (tuple(desk.cameras), True, "court_order")
    assert "Case 7" not in repr(fact), "reasons in words stay in rows"
    assert await exports(node, operator) == [job]
    assert await find_export(node, operator, job.id) == job


async def test_one_that_is_not_masked_asks_for_its_permit_at_once(
    node: Node, operator: Actor, shelves: Shelf
):
    desk = await open_desk(node, operator, shelves)
    job = await desk.ask(masked=False)
    (permit,) = await permits(node, subject=job.id)
    assert (permit.kind, permit.asked_by, permit.reason_code) == ("export", operator.id, "court_order")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"cameras": []}, "1 to 32 cameras"),
        ({"reason": " "}, "Say in a few words why"),
        ({"reason_code": "curiosity"}, "court_order"),
        ({"from_ms": 0}, "at most 12 hours"),
        ({"to_ms": 1 << 42}, "12 hours"),
        ({"width": 20}, "pixels wide"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_words(
    node: Node, operator: Actor, shelves: Shelf, wrong: dict[str, Any], words: str
):
    desk = await open_desk(node, operator, shelves)
    with pytest.raises(BadInput, match=words):
        await desk.ask(**wrong)
    with pytest.raises(BadInput, match="still to come"):
        await desk.ask(to_ms=desk.to_ms + 1)
    with pytest.raises(NotFound):
        await desk.ask(cameras=["nothing"])
    assert await exports(node, operator) == []


async def test_only_those_who_may_hand_evidence_over_ask_for_films(
    node: Node, operator: Actor, auditor: Actor, administrator: Actor, shelves: Shelf
):
    desk = await open_desk(node, operator, shelves)
    elsewhere = Actor(id="person:east", roles=frozenset({"desk"}), bureau="EAS")
    for by in (auditor, administrator, elsewhere):
        with pytest.raises(NotAllowed):
            await desk.ask(by=by)
    job = await desk.ask()
    with pytest.raises(NotAllowed, match="Only whoever asked"):
        await find_export(node, elsewhere, job.id)


async def test_nobody_fills_the_queue(node: Node, operator: Actor, shelves: Shelf):
    desk = await open_desk(node, operator, shelves)
    for _ in range(20):
        await desk.ask()
    with pytest.raises(Conflict, match="Too many of your exports wait"):
        await desk.ask()


async def test_an_export_is_dropped_once(node: Node, operator: Actor, shelves: Shelf):
    desk = await open_desk(node, operator, shelves)
    job = await desk.ask()
    await desk.run()
    assert desk.folder(job).exists()
    dropped = await drop_export(node, operator, shelves.archive, job.id)
    assert dropped.state is ExportState.GONE
    assert len(dropped.files) == 2, "what was made stays known"
    assert not desk.folder(job).exists()
    assert len(await desk.told(ExportForgotten)) == 1
    with pytest.raises(Conflict, match="gone already"):
        await drop_export(node, operator, shelves.archive, job.id)


async def test_a_second_person_sees_what_is_asked_for_before_deciding(
    node: Node, operator: Actor, shelves: Shelf
):
    desk = await open_desk(node, operator, shelves)
    job = await desk.ask(masked=False)
    second = Actor(id="person:second", roles=frozenset({"operator"}))
    assert (await judge_export(node, second, job.id)).cameras == job.cameras
    with pytest.raises(NotAllowed):
        await judge_export(node, Actor(id="person:care", roles=frozenset({"administrator"})), job.id)
