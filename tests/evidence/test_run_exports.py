"""Films that were asked for are made, one export after the other; what breaks is said, and nothing is left behind."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.asked import Desk, open_desk
from fakes.eyes import ScriptedEyes
from fakes.shelf import Shelf, shelf
from safecity.access import grant_permit, permits
from safecity.base import NODE, Actor, Change, Node, SetClock, to_ms
from safecity.cameras import change
from safecity.evidence import (
    ExportDelivered,
    ExportFailed,
    ExportForgotten,
    ExportJob,
    ExportReady,
    ExportState,
    drop_export,
    find_export,
    forget_exports,
    run_exports,
    run_next,
)


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelf]:
    made = shelf(tmp_path / "data")
    yield made
    made.index.close()


async def until(node: Node, by: Actor, job: ExportJob, state: ExportState) -> ExportJob:
    """Waits, within bounds, until an export is in a state."""
    async with asyncio.timeout(20):
        while (found := await find_export(node, by, job.id)).state is not state:
            await asyncio.sleep(0.01)
    return found


async def test_masked_films_are_made_of_what_the_eyes_show(node: Node, operator: Actor, shelves: Shelf):
    desk = await open_desk(node, operator, shelves)
    job = await desk.ask()
    assert await desk.run()
    made = await find_export(node, operator, job.id)
    assert (made.state, made.done, made.permit) == (ExportState.READY, 1, None)
    assert [each.camera for each in made.files] == sorted(desk.cameras)
    for film in made.files:
        content = (desk.folder(job) / film.name).read_bytes()
        assert b"masked" in content
        assert hashlib.sha256(content).hexdigest() == film.sha256
        assert (film.bytes, film.pictures) == (len(content), 10)
    (fact,) = await desk.told(ExportReady)
    assert sorted(fact.sha256) == sorted(each.sha256 for each in made.files)
    assert await desk.told(ExportDelivered) == []
    assert not await desk.run(), "nothing more was asked for"


async def test_the_cameras_own_pictures_take_a_second_person(
    node: Node, operator: Actor, desk: Actor, shelves: Shelf
):
    town = await open_desk(node, operator, shelves)
    job = await town.ask(masked=False)
    assert not await town.run(), "it waits"
    (permit,) = await permits(node, subject=job.id)
    await grant_permit(node, desk, permit.id)
    assert await town.run()
    made = await find_export(node, operator, job.id)
    assert (made.state, made.permit) == (ExportState.READY, permit.id)
    assert [each.pictures for each in made.files] == [150, 150]


async def test_private_areas_are_filled_in_films_that_leave_unmasked_too(
    node: Node, operator: Actor, desk: Actor, administrator: Actor, shelves: Shelf
):
    town = await open_desk(node, operator, shelves)
    private, open_street = town.cameras
    window = ((0.1, 0.1), (0.3, 0.1), (0.3, 0.4))
    await change(node, administrator, private, privacy_areas=(window,))
    job = await town.ask(masked=False)
    (permit,) = await permits(node, subject=job.id)
    granted = await grant_permit(node, desk, permit.id)
    eyes = town.eyes()
    assert await run_next(node, shelves.archive, eyes)
    made = await find_export(node, operator, job.id)
    assert {each.camera: each.pictures for each in made.files} == {private: 10, open_street: 150}
    assert [camera for camera, _, _ in eyes.watched] == [private]
    (leave,) = eyes.unmasked
    assert leave is not None
    assert granted.expires_at is not None
    assert (leave.permit, leave.until_ms) == (permit.id, to_ms(granted.expires_at))
    assert operator.id[-6:] in leave.viewer


async def test_a_failure_is_a_sentence_and_leaves_nothing(node: Node, operator: Actor, shelves: Shelf):
    desk = await open_desk(node, operator, shelves)
    job = await desk.ask(from_ms=desk.from_ms - 60_000, to_ms=desk.from_ms - 50_000)
    assert await run_next(node, shelves.archive, replace(desk.eyes(), script=desk.eyes().script[-1:]))
    failed = await find_export(node, operator, job.id)
    assert failed.state is ExportState.FAILED
    assert failed.failure == "There is no footage of this camera in this span of time."
    assert not desk.folder(job).exists()
    assert len(await desk.told(ExportFailed)) == 1


async def test_an_export_never_takes_the_room_that_recording_needs(
    node: Node, operator: Actor, shelves: Shelf
):
    desk = await open_desk(node, operator, shelves)
    job = await desk.ask()
    await desk.run(free_bytes=1 << 62)
    failed = await find_export(node, operator, job.id)
    assert failed.failure is not None
    assert "no room for this export" in failed.failure


async def test_films_are_deleted_when_their_time_is_over(
    node: Node, operator: Actor, shelves: Shelf, clock: SetClock
):
    desk = await open_desk(node, operator, shelves)
    job = await desk.ask()
    await desk.run(keep_hours=2)
    clock.pass_(minutes=119)
    assert await forget_exports(node, shelves.archive) == 0
    clock.pass_(minutes=2)
    assert await forget_exports(node, shelves.archive) == 1
    assert (await find_export(node, operator, job.id)).state is ExportState.GONE
    assert not desk.folder(job).exists()
    assert len(await desk.told(ExportForgotten)) == 1


async def test_what_was_being_made_when_the_process_ended_is_made_anew(
    node: Node, operator: Actor, shelves: Shelf
):
    desk = await open_desk(node, operator, shelves)
    job = await desk.ask()

    async def begin(change: Change) -> None:
        await change.execute(
            "UPDATE evidence_export SET state = 'running', done = 0.5 WHERE id = :id", id=job.id
        )

    await node.change(NODE, begin)
    half = desk.folder(job) / "half.mp4"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"half a film")
    running = asyncio.get_running_loop().create_task(run_exports(node, shelves.archive, desk.eyes()))
    try:
        await until(node, operator, job, ExportState.READY)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert not half.exists()


async def test_an_export_that_is_dropped_while_it_is_made_stops(node: Node, operator: Actor, shelves: Shelf):
    desk: Desk = await open_desk(node, operator, shelves)
    job = await desk.ask(cameras=desk.cameras[:1])
    waiting = ScriptedEyes(desk.eyes().script[:3])  # shows two pictures, and then nothing
    running = asyncio.get_running_loop().create_task(run_next(node, shelves.archive, waiting))
    await until(node, operator, job, ExportState.RUNNING)
    await drop_export(node, operator, shelves.archive, job.id)
    async with asyncio.timeout(20):
        assert await running
    assert waiting.open_now == 0
    assert not desk.folder(job).exists()
    assert (await find_export(node, operator, job.id)).state is ExportState.GONE
    assert await desk.told(ExportReady) == []
