"""Empty scenes over HTTP: seen after a fact, approved, marked, spared with leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.camera_city import told
from fakes.scenes import LAMP, LEARNED_MS, keep_scene
from fakes.website import open_town
from safecity.base import Node
from safecity.footage import PersonMarkedInScene, PictureLooked, SceneApproved, SceneBlockSpared

WHICH = {"stream": "main", "learned_ms": LEARNED_MS}


async def test_an_operator_sees_the_scene_and_approves_it(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, address = await town.browser("operator"), f"/api/cameras/{town.camera.id}/scenes"
        (view,) = (await operator.get(address)).json()["scenes"]
        assert view["learned_ms"] is None
        assert (await operator.get(f"{address}/main.png")).status_code == 404
        keep_scene(town.house.archive.data, town.camera)
        picture = await operator.get(f"{address}/main.png")
        assert picture.content.startswith(b"\x89PNG")
        assert picture.headers["cache-control"] == "no-store"
        assert len(await told(node, PictureLooked)) == 2
        assert (await operator.post(f"{address}/approve", WHICH)).status_code == 204
        (view,) = (await operator.get(address)).json()["scenes"]
        assert view["approved_by"] == town.people["operator"].name
        assert (await operator.post(f"{address}/approve", {**WHICH, "learned_ms": 1})).status_code == 409
        assert len(await told(node, SceneApproved)) == 1


async def test_a_person_is_marked_and_a_block_is_spared_with_leave_only(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        keep_scene(town.house.archive.data, town.camera)
        operator, address = await town.browser("operator"), f"/api/cameras/{town.camera.id}/scenes"
        assert (await operator.post(f"{address}/person", {"area": [0.1, 0.1, 0.1, 0.2]})).status_code == 204
        block = {**WHICH, "block": list(LAMP)}
        assert (await operator.post(f"{address}/nobody", block)).status_code == 403
        asked = {
            "kind": "unmask",
            "subject": town.camera.id,
            "reason": "A lamp is hidden",
            "reason_code": "maintenance",
        }
        permit = (await operator.post("/api/permits", asked)).json()["id"]
        await (await town.browser("desk")).post(f"/api/permits/{permit}/grant")
        assert (await operator.post(f"{address}/nobody", block)).status_code == 204
        assert len(await told(node, PersonMarkedInScene, SceneBlockSpared)) == 2


@pytest.mark.parametrize("role", ["auditor", "administrator", "officer"])
async def test_who_sees_no_pictures_sees_no_scene(node: Node, tmp_path: Path, role: str):
    async with open_town(node, tmp_path) as town:
        keep_scene(town.house.archive.data, town.camera)
        browser, address = await town.browser(role), f"/api/cameras/{town.camera.id}/scenes"
        assert (await browser.get(f"{address}/main.png")).status_code == 403
        assert (await browser.post(f"{address}/approve", WHICH)).status_code == 403
        assert (await browser.post(f"{address}/person", {"area": [0, 0, 1, 1]})).status_code == 403
        assert await told(node, PictureLooked) == []


@pytest.mark.parametrize("picture", ["other.png", "..%2Fmain.png", "main.jpg"])
async def test_there_are_two_pictures_and_no_others(node: Node, tmp_path: Path, picture: str):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        assert (await operator.get(f"/api/cameras/{town.camera.id}/scenes/{picture}")).status_code == 404
