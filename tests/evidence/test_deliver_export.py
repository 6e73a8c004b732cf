"""A film leaves after the journal said so, and only to whoever asked for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.asked import open_desk
from fakes.shelf import Shelf, shelf
from safecity.access import grant_permit, permits, revoke_permit
from safecity.base import Actor, Conflict, Node, NotAllowed, NotFound, SetClock
from safecity.evidence import ExportDelivered, deliver_export, find_export


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelf]:
    made = shelf(tmp_path / "data")
    yield made
    made.index.close()


async def test_the_fact_comes_first_and_once_an_hour(
    node: Node, operator: Actor, shelves: Shelf, clock: SetClock
):
    desk = await open_desk(node, operator, shelves)
    job = await desk.ask()
    with pytest.raises(Conflict, match="is asked"):
        await deliver_export(node, operator, shelves.archive, job.id, "x.mp4")
    await desk.run()
    (film, _) = (await find_export(node, operator, job.id)).files
    delivery = await deliver_export(node, operator, shelves.archive, job.id, film.name)
    content = Path(delivery.path).read_bytes()
    assert delivery.etag == f'"{hashlib.sha256(content).hexdigest()}"'
    assert delivery.bytes == len(content)
    await deliver_export(node, operator, shelves.archive, job.id, film.name)
    (fact,) = await desk.told(ExportDelivered)
    assert (fact.camera, fact.masked, fact.permit, fact.sha256) == (film.camera, True, None, film.sha256)
    clock.pass_(minutes=61)
    await deliver_export(node, operator, shelves.archive, job.id, film.name)
    assert len(await desk.told(ExportDelivered)) == 2


async def test_nobody_else_fetches_it_and_nothing_else_is_fetched(
    node: Node, operator: Actor, desk: Actor, shelves: Shelf
):
    town = await open_desk(node, operator, shelves)
    job = await town.ask()
    await town.run()
    (film, _) = (await find_export(node, operator, job.id)).files
    with pytest.raises(NotAllowed, match="Only whoever asked"):
        await deliver_export(node, desk, shelves.archive, job.id, film.name)
    for name in ("../../safecity.db", "", "other.mp4"):
        with pytest.raises(NotFound):
            await deliver_export(node, operator, shelves.archive, job.id, name)
    (town.folder(job) / film.name).unlink()
    with pytest.raises(NotFound, match="not there any more"):
        await deliver_export(node, operator, shelves.archive, job.id, film.name)
    assert await town.told(ExportDelivered) == []


async def test_without_a_mask_it_leaves_only_while_the_permit_holds(
    node: Node, operator: Actor, desk: Actor, shelves: Shelf
):
    town = await open_desk(node, operator, shelves)
    job = await town.ask(masked=False)
    (permit,) = await permits(node, subject=job.id)
    await grant_permit(node, desk, permit.id)
    await town.run()
    (film, _) = (await find_export(node, operator, job.id)).files
    await deliver_export(node, operator, shelves.archive, job.id, film.name)
    (fact,) = await town.told(ExportDelivered)
    assert (fact.masked, fact.permit) == (False, permit.id)
    await revoke_permit(node, desk, permit.id)
    with pytest.raises(NotAllowed, match="was ended"):
        await deliver_export(node, operator, shelves.archive, job.id, film.name)
