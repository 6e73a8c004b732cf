"""Plans for eyes: which cameras, what in their pictures, and no address."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.camera_city import found, gate
from safecity.base import Actor, Node, Place, Unreadable
from safecity.cameras import Camera, Regime, cameras
from safecity.detection import (
    EyePlan,
    WatchedCamera,
    eye_of,
    eye_plan_file,
    keep_eyes_planned,
    read_eye_plan,
    write_eye_plans,
)
from safecity.footage import mark_person, recorder_of, retake_plate

ZONE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


def camera(name: str, *, enabled: bool = True) -> Camera:
    return Camera(
        id=name, name=name, url="rtsp://user:secret@10.0.0.1/1", bureau="CEN", place=Place(0, 0),
        controller="City Police", regime=Regime.POLICE, zones=(ZONE,), enabled=enabled,
    )  # fmt: skip


def test_each_camera_is_in_one_eye_with_its_recorder_and_without_its_address(tmp_path: Path):
    write_eye_plans(tmp_path, [camera(f"cam-{n}") for n in range(20)], eyes=2, recorders=3)
    plans = [read_eye_plan(eye_plan_file(tmp_path, eye)) for eye in range(2)]
    assert sorted(each.id for plan in plans for each in plan.cameras) == sorted(f"cam-{n}" for n in range(20))
    for number, plan in enumerate(plans):
        for each in plan.cameras:
            assert each == WatchedCamera(id=each.id, recorder=recorder_of(each.id, 3), zones=(ZONE,))
            assert eye_of(each.id, 2) == number
    assert b"secret" not in eye_plan_file(tmp_path, 0).read_bytes()


def test_an_eye_is_told_of_the_small_stream_of_its_keeping_and_of_a_plate_to_be_taken_anew(tmp_path: Path):
    paired = replace(camera("cam"), sub_url="rtsp://user:secret@10.0.0.1/2", keep_days=3)
    write_eye_plans(tmp_path, [paired], eyes=1, recorders=1, retaken={"cam": 5_000, "other": 1})
    (watched,) = read_eye_plan(eye_plan_file(tmp_path, 0)).cameras
    assert (watched.has_sub, watched.keep_days, watched.plate_from_ms) == (True, 3, 5_000)
    assert b"secret" not in eye_plan_file(tmp_path, 0).read_bytes()


def test_a_camera_that_is_switched_off_is_not_looked_at(tmp_path: Path):
    write_eye_plans(tmp_path, [camera("cam", enabled=False)], eyes=1, recorders=1)
    assert read_eye_plan(eye_plan_file(tmp_path, 0)) == EyePlan()


def test_a_plan_that_did_not_change_is_not_written_again(tmp_path: Path):
    file = eye_plan_file(tmp_path, 0)
    write_eye_plans(tmp_path, [camera("cam")], eyes=1, recorders=1)
    before = file.stat().st_ino
    write_eye_plans(tmp_path, [camera("cam")], eyes=1, recorders=1)
    assert file.stat().st_ino == before


def test_no_plan_is_an_empty_one_and_nonsense_is_said_to_be(tmp_path: Path):
    file = eye_plan_file(tmp_path, 0)
    assert read_eye_plan(file) == EyePlan()
    file.parent.mkdir()
    file.write_text('{"cameras": 5}')
    with pytest.raises(Unreadable, match=r"eye-0\.json"):
        read_eye_plan(file)


async def test_the_plans_are_there_before_anything_changes(node: Node, tmp_path: Path):
    assert await cameras(node) == []
    planning = asyncio.get_running_loop().create_task(keep_eyes_planned(node, tmp_path, eyes=2, recorders=1))
    while not eye_plan_file(tmp_path, 1).exists():
        await asyncio.sleep(0.01)
    planning.cancel()
    assert read_eye_plan(eye_plan_file(tmp_path, 1)) == EyePlan()


async def test_a_plate_that_was_retaken_reaches_the_eye(node: Node, tmp_path: Path, administrator: Actor):
    await found(node)
    added = await gate(node)
    planning = asyncio.get_running_loop().create_task(keep_eyes_planned(node, tmp_path, eyes=1, recorders=1))
    async with asyncio.timeout(20):
        while not eye_plan_file(tmp_path, 0).exists():
            await asyncio.sleep(0.01)
        await retake_plate(node, administrator, added.id)
        while not read_eye_plan(eye_plan_file(tmp_path, 0)).cameras[0].plate_from_ms:
            await asyncio.sleep(0.01)
    planning.cancel()


async def test_a_mark_in_an_empty_scene_reaches_the_eye(node: Node, operator: Actor, tmp_path: Path):
    await found(node)
    added = await gate(node)
    planning = asyncio.get_running_loop().create_task(keep_eyes_planned(node, tmp_path, eyes=1, recorders=1))
    file = eye_plan_file(tmp_path, 0)
    while not file.exists():
        await asyncio.sleep(0.01)
    await mark_person(node, operator, camera=added.id, area=(0.1, 0.2, 0.3, 0.4))
    while not (marks := read_eye_plan(file).cameras[0].marks):
        await asyncio.sleep(0.01)
    planning.cancel()
    assert (marks[0].area, marks[0].nobody_in) == ((0.1, 0.2, 0.3, 0.4), None)
