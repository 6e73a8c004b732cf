"""The page of a camera's empty scene in a real browser: usable by everyone, and the picture is there."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Page

from fakes.scenes import keep_scene
from safecity.base import Node
from ui.stage import CHROMIUM, open_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(120),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is the browser"),
]
SIDES = ("left", "top", "width", "height")
Form = dict[str, float]


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


@asynccontextmanager
async def drawn(node: Node, folder: Path, *corners: tuple[float, float]) -> AsyncGenerator[tuple[Page, Form]]:
    """The page of the scene after the pointer was drawn from corner to corner (shares of the picture); its form."""
    async with open_stage(node, folder) as stage:
        keep_scene(stage.town.house.archive.data, stage.town.camera)
        screen = await stage.screen("operator", 1280, 900)
        await screen.show(f"/cameras/{stage.town.camera.id}/scene")
        await screen.page.wait_for_selector("svg.draws")
        box = await screen.page.locator("svg.scene").bounding_box()
        assert box is not None
        (x, y), (other_x, other_y) = (
            (box["x"] + box["width"] * right, box["y"] + box["height"] * down) for right, down in corners
        )
        await screen.page.mouse.move(x, y)
        await screen.page.mouse.down()
        await screen.page.mouse.move(other_x, other_y)
        await screen.page.mouse.up()
        yield screen.page, {name: float(await screen.page.input_value(f"[name={name}]")) for name in SIDES}
        assert await screen.violations() == []
        assert screen.faults == []


async def test_a_person_is_marked_by_drawing_around_them(real_node: Node, tmp_path: Path):
    async with drawn(real_node, tmp_path, (0.3, 0.6), (0.1, 0.1)) as (page, given):
        assert given == pytest.approx({"left": 10, "top": 10, "width": 20, "height": 50}, abs=0.3)
        width = await page.get_attribute(".drawn", "width")
        assert float(width or 0) == pytest.approx(given["width"] * 1.6)
        await page.keyboard.press("Enter")  # the button has the focus
        await page.wait_for_selector("text=nobody has approved it yet")


async def test_a_drawing_ends_at_the_edge_of_the_picture(real_node: Node, tmp_path: Path):
    async with drawn(real_node, tmp_path, (0.5, 0.5), (-0.05, 1.1)) as (_, given):
        assert given == pytest.approx({"left": 0, "top": 50, "width": 50, "height": 50}, abs=0.3)
