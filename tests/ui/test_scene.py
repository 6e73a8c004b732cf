"""The page of a camera's empty scene in a real browser: usable by everyone, and the picture is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.scenes import keep_scene
from safecity.base import Node
from ui.stage import CHROMIUM, open_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is the browser"),
]


async def test_the_empty_scene_can_be_seen_approved_and_mended_by_key(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        keep_scene(stage.town.house.archive.data, stage.town.camera)
        screen = await stage.screen("operator", 1280, 900)
        path = f"/cameras/{stage.town.camera.id}/scene"
        async with screen.page.expect_response(f"**/api{path}s/main.png") as answer:
            await screen.show(path)
        assert (await answer.value).status == 200
        assert await screen.violations() == []
        await screen.page.focus("text=Nobody is in it")
        await screen.page.keyboard.press("Enter")
        await screen.page.wait_for_selector("text=was approved by")
        for name, value in (("left", "10"), ("top", "10"), ("width", "20"), ("height", "50")):
            await screen.page.fill(f"[name={name}]", value)
        await screen.page.keyboard.press("Enter")
        await screen.page.wait_for_selector("text=nobody has approved it yet")
        assert await screen.violations() == []
        assert screen.faults == []


async def test_a_person_is_marked_by_drawing_around_them(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        keep_scene(stage.town.house.archive.data, stage.town.camera)
        screen = await stage.screen("operator", 1280, 900)
        await screen.show(f"/cameras/{stage.town.camera.id}/scene")
        await screen.page.wait_for_selector("svg.draws")
        box = await screen.page.locator("svg.scene").bounding_box()
        assert box is not None
        x, y, wide, high = box["x"], box["y"], box["width"], box["height"]
        await screen.page.mouse.move(x + wide * 0.3, y + high * 0.6)
        await screen.page.mouse.down()
        await screen.page.mouse.move(x + wide * 0.1, y + high * 0.1)
        await screen.page.mouse.up()
        given = {
            name: float(await screen.page.input_value(f"[name={name}]"))
            for name in ("left", "top", "width", "height")
        }
        assert given == pytest.approx({"left": 10, "top": 10, "width": 20, "height": 50}, abs=0.3)
        drawn = await screen.page.get_attribute(".drawn", "width")
        assert float(drawn or 0) == pytest.approx(given["width"] * 1.6)
        assert await screen.violations() == []
        await screen.page.keyboard.press("Enter")  # the button has the focus
        await screen.page.wait_for_selector("text=nobody has approved it yet")
        assert screen.faults == []


async def test_a_drawing_ends_at_the_edge_of_the_picture(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        keep_scene(stage.town.house.archive.data, stage.town.camera)
        screen = await stage.screen("operator", 1280, 900)
        await screen.show(f"/cameras/{stage.town.camera.id}/scene")
        await screen.page.wait_for_selector("svg.draws")
        box = await screen.page.locator("svg.scene").bounding_box()
        assert box is not None
        await screen.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await screen.page.mouse.down()
        await screen.page.mouse.move(box["x"] - 50, box["y"] + box["height"] + 50)
        await screen.page.mouse.up()
        given = [
            float(await screen.page.input_value(f"[name={name}]")) for name in ("left", "width", "height")
        ]
        assert given == pytest.approx([0, 50, 50], abs=0.3)
