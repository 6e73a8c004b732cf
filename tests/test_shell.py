"""Verbs for whoever sits at the machine."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from safecity import access, cameras, footage
from safecity.base import Actor, BadInput, Conflict, Node, NotFound, Unreadable
from safecity.settings import Settings
from safecity.shell import (
    add_camera,
    add_unit,
    at_shell,
    import_bureaus,
    link_for,
    rebuild_index,
    treat_camera,
    verify_log,
)

SQUARE = [[19.9, 9.9], [20.1, 9.9], [20.1, 10.1], [19.9, 10.1], [19.9, 9.9]]


async def gate(node: Node, by: Actor, **given: str) -> cameras.Camera:
    words = {"place": "", "bureau": "", "controller": "", **given}
    return await add_camera(
        node, by, Settings(), name="Gate", url="rtsp://127.0.0.1/gate", bearing_deg=0.0, **words
    )


def geojson(*codes: str, kind: str = "Polygon") -> bytes:
    features = [
        {"type": "Feature", "properties": {"code": code, "name": code.title()},
         "geometry": {"type": kind, "coordinates": [SQUARE]}}
        for code in codes
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


async def test_a_newcomer_adds_a_camera_before_there_is_any_bureau(node: Node, administrator: Actor):
    camera = await gate(node, administrator)
    assert [bureau.code for bureau in await access.bureaus(node)] == ["HQ"]
    assert (camera.bureau, camera.place.lat, camera.place.lon) == ("HQ", 10.0, 20.0)


async def test_a_place_that_two_bureaus_might_have_goes_to_the_one_around_it(
    node: Node, administrator: Actor
):
    await import_bureaus(node, administrator, geojson("CEN", "WES"))
    assert (await gate(node, administrator, place="10.0,20.0")).bureau == "CEN"
    with pytest.raises(BadInput, match="--bureau"):
        await add_camera(
            node, administrator, Settings(), name="Far", url="rtsp://127.0.0.1/far", place="50,50", bureau="",
            bearing_deg=0.0, controller="",
        )  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff", geojson("CEN", kind="Point"), b'{"type":"x"}']
)
async def test_what_is_no_geojson_adds_no_bureau(node: Node, administrator: Actor, content: bytes):
    with pytest.raises(Unreadable, match=r"\.$"):
        await import_bureaus(node, administrator, content)
    assert await access.bureaus(node) == []


async def test_a_unit_needs_people_who_are_there(node: Node, administrator: Actor):
    await import_bureaus(node, administrator, geojson("CEN"))
    with pytest.raises(NotFound, match="ada"):
        await add_unit(node, administrator, call_sign="A-1", kind="car", bureau="CEN", crew=["ada"])
    with pytest.raises(BadInput, match="broom"):
        await add_unit(node, administrator, call_sign="A-1", kind="broom", bureau="CEN", crew=[])
    unit = await add_unit(node, administrator, call_sign="A-1", kind="car", bureau="CEN", crew=[])
    assert unit.number == 1


async def test_who_and_what_is_not_there_is_said(node: Node, administrator: Actor):
    with pytest.raises(NotFound, match="nobody"):
        await link_for(node, administrator, "nobody")
    with pytest.raises(NotFound, match="Gate"):
        await treat_camera(node, administrator, "Gate", "remove")


async def test_a_camera_is_removed_by_its_name(node: Node, administrator: Actor):
    await gate(node, administrator)
    await treat_camera(node, administrator, "Gate", "remove")
    assert await cameras.cameras(node) == []


async def test_a_camera_s_empty_scene_is_learned_anew_by_its_name(node: Node, administrator: Actor):
    await gate(node, administrator)
    await treat_camera(node, administrator, "Gate", "retake-plate")
    assert len(await footage.retaken_plates(node)) == 1


async def test_the_shell_acts_as_an_administrator(tmp_path: Path):
    here = replace(Settings(), data=tmp_path)

    async def who(_: Node, by: Actor) -> Actor:
        return by

    by = await at_shell(here, who)
    assert by.id.startswith("shell:")
    assert by.roles == {"administrator"}


async def test_a_log_is_verified_only_where_there_is_one(tmp_path: Path):
    with pytest.raises(NotFound, match="directory"):
        await verify_log(replace(Settings(), data=tmp_path / "none"))


def test_an_index_is_not_made_anew_under_a_running_recorder(tmp_path: Path):
    here = replace(Settings(), data=tmp_path)
    with pytest.raises(NotFound, match="no footage"):
        rebuild_index(here)
    (tmp_path / "footage").mkdir()
    assert rebuild_index(here) == 0
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "recorder-0.pid").write_text("1")
    with pytest.raises(Conflict, match="stop it"):
        rebuild_index(here)
