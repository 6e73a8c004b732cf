"""The page of an empty scene, by plain forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.scenes import LAMP, LEARNED_MS, keep_scene
from fakes.website import open_town
from safecity.base import BadInput, Node
from safecity.footage import scene_marks
from safecity.web.console.camera_scene import block_of

WHICH = {"stream": "main", "learned_ms": str(LEARNED_MS)}


async def test_an_operator_approves_and_everyone_reads_by_whom(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, path = await town.browser("operator"), f"/cameras/{town.camera.id}"
        assert "The empty scene is not learned yet." in (await operator.get(path)).text
        keep_scene(town.house.archive.data, town.camera)
        assert "nobody has approved it yet" in (await operator.get(path)).text
        page = (await operator.get(f"{path}/scene")).text
        assert f'href="/api{path}/scenes/main.png"' in page
        assert "No. 1 hides nobody" in page
        assert (await operator.submit(f"{path}/scene/approve", **WHICH)).status_code == 303
        said = f"The empty scene was approved by {town.people['operator'].name} on "
        assert said in (await operator.get(f"{path}/scene")).text
        assert said in (await operator.get(path)).text
        assert said in (await (await town.browser("administrator")).get(f"{path}/settings")).text


async def test_a_rectangle_in_per_cent_is_hidden(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, path = await town.browser("operator"), f"/cameras/{town.camera.id}/scene/person"
        rectangle = {"left": "10", "top": "20.5", "width": "5", "height": "30"}
        assert (await operator.submit(path, **{**rectangle, "left": "x"})).status_code == 400
        assert (await operator.submit(path, **{**rectangle, "width": "0"})).status_code == 400
        assert (await operator.submit(path, **rectangle)).status_code == 303
        (mark,) = (await scene_marks(node))[town.camera.id]
        assert mark.area == (0.1, 0.205, 0.05, 0.3)


async def test_a_block_is_spared_with_leave_only(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        keep_scene(town.house.archive.data, town.camera)
        operator, path = await town.browser("operator"), f"/cameras/{town.camera.id}/scene/nobody"
        fields = {**WHICH, "block": ",".join(map(str, LAMP))}
        assert (await operator.submit(path, **fields)).status_code == 403
        asked = {
            "kind": "unmask",
            "subject": town.camera.id,
            "reason": "A lamp is hidden",
            "reason_code": "maintenance",
        }
        permit = (await operator.post("/api/permits", asked)).json()["id"]
        await (await town.browser("desk")).post(f"/api/permits/{permit}/grant")
        assert (await operator.submit(path, **fields)).status_code == 303
        page = (await operator.get(f"/cameras/{town.camera.id}/scene")).text
        assert "hides nobody" not in page


async def test_who_sees_no_pictures_has_no_such_page(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        for role in ("administrator", "auditor", "officer"):
            browser = await town.browser(role)
            assert (await browser.get(f"/cameras/{town.camera.id}/scene")).status_code == 403
            assert (
                await browser.submit(f"/cameras/{town.camera.id}/scene/approve", **WHICH)
            ).status_code == 403


def test_a_block_is_four_shares():
    assert block_of("0.5,0.25,0.25,0.5") == LAMP


@pytest.mark.parametrize("text", ["", "1,2,3", "a,b,c,d", "1,2,3,4,5"])
def test_any_other_text_is_refused_in_words(text: str):
    with pytest.raises(BadInput, match="four shares"):
        block_of(text)
