"""Footage in a real browser: cameras chosen by key, gaps that say why, one look for a scrub, an hour handed on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from fakes.running import until
from safecity.base import NODE, Node, from_ms, read_entries, to_ms
from safecity.cameras import Camera, Regime, add
from safecity.footage import PictureLooked, Withheld
from safecity.web.compose import iso
from ui.stage import CHROMIUM, Screen, Stage, open_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is the browser"),
]
GREY = np.full((90, 160, 3), 104, np.uint8)
WHY = "Nothing answers at the camera's address."


async def two_cameras(stage: Stage) -> tuple[Camera, Camera]:
    """Ten minutes of the market's camera; of the harbour's the same, but for a gap from six to four minutes ago."""
    town = stage.town
    harbour = await add(
        town.node, NODE, name="Harbour", url="rtsp://10.0.0.8/1", bureau="EST", place=town.camera.place,
        controller="City police", regime=Regime.CITY,
    )  # fmt: skip
    now_ms = to_ms(town.node.clock.now())
    for minute in range(10, 0, -1):
        town.shelf.put(town.camera.id, now_ms - minute * 60_000, b"x")
        if minute not in {6, 5}:
            town.shelf.put(harbour.id, now_ms - minute * 60_000, b"x")
    town.shelf.lack(harbour.id, now_ms - 360_000, now_ms - 240_000)
    town.eyes.jpeg = cv2.imencode(".jpg", GREY)[1].tobytes()  # one that a browser can show
    return town.camera, harbour


def at(stage: Stage, minutes_ago: float) -> str:
    return iso(from_ms(to_ms(stage.town.node.clock.now()) - int(minutes_ago * 60_000)))


def says(screen: Screen, selector: str, words: str) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return words in (await screen.page.inner_text(selector)).strip()

    return asked


async def looks(stage: Stage) -> list[tuple[str, str]]:
    facts = [entry.fact().event for entry in await read_entries(stage.town.node.database, 0)]
    return [(each.camera, each.form.value) for each in facts if isinstance(each, PictureLooked)]


async def test_cameras_are_chosen_and_gaps_are_found_by_keys_alone(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        await two_cameras(stage)
        screen = await stage.screen("operator")
        await screen.show(f"/footage?map=paper&at={at(stage, 8)}&span=3600")
        keyboard = screen.page.keyboard
        await keyboard.press("c")
        await keyboard.type("harb")
        await keyboard.press("Tab")
        await keyboard.press("Space")
        await keyboard.press("Enter")
        await until(says(screen, "#names", "Harbour"), 10, "the lane")
        await screen.page.wait_for_selector("html[data-lanes='1']", state="attached")
        await screen.page.locator("#grid .still:not([hidden])").wait_for()
        await screen.page.focus("#lanes")
        await keyboard.press("g")
        await until(says(screen, "#grid", WHY), 10, "the tile to say why")
        assert "Footage goes on at" in await screen.page.inner_text("#grid")
        assert "No footage: Harbour" in str(await screen.page.get_attribute("#lanes", "aria-valuetext"))
        await keyboard.press("Home")
        before = await screen.page.inner_text("#then-clock")
        await keyboard.press("ArrowRight")
        assert await screen.page.inner_text("#then-clock") != before
        assert screen.faults == []


async def test_one_camera_has_a_gap_and_the_others_go_on(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        market, harbour = await two_cameras(stage)
        stage.town.eyes.script = (Withheld("The empty scene of that hour is not known."),)
        screen = await stage.screen("operator")
        await screen.show(f"/footage?map=paper&cams={market.id},{harbour.id}&at={at(stage, 5)}&span=3600")
        await until(says(screen, "#grid figure:nth-child(2)", WHY), 10, "the gap's reason")
        await screen.page.click("#play")
        await until(says(screen, "#grid figure:nth-child(1)", "of that hour"), 10, "the other to play")
        watched = [camera for camera, at_ms, width in stage.town.eyes.watched if at_ms and width == 640]
        assert harbour.id not in watched
        await until(says(screen, "#mode", "Playing"), 10, "the clock to go")
        assert screen.faults == []


async def test_scrubbing_is_one_look_a_camera(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        market, _ = await two_cameras(stage)
        screen = await stage.screen("operator")
        await screen.show(f"/footage?map=paper&cams={market.id}&at={at(stage, 2)}&span=600")
        await screen.page.locator("#grid .still:not([hidden])").wait_for()
        box = await screen.page.locator("#lanes").bounding_box()
        assert box is not None
        for share in (0.2, 0.25, 0.3, 0.35):
            await screen.page.mouse.move(box["x"] + box["width"] * share, box["y"] + 52)
            await screen.page.locator("#tip-image:not([hidden])").wait_for()
        assert len({at_ms for _, at_ms, _ in stage.town.eyes.watched}) >= 3
        assert len(await looks(stage)) <= 2  # two, where a quarter of a day begins in between
        assert set(await looks(stage)) == {(market.id, "scrub")}
        assert screen.faults == []


async def test_an_auditor_sees_the_timeline_without_pictures(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        _, harbour = await two_cameras(stage)
        screen = await stage.screen("auditor")
        await screen.show(f"/footage?map=paper&cams={harbour.id}&at={at(stage, 8)}&span=3600")
        await until(says(screen, "#grid", "Your role sees the timeline"), 10, "the reason")
        await screen.page.wait_for_selector("html[data-lanes='1']", state="attached")
        await screen.page.click("#list")
        await until(says(screen, ".gaplist", WHY), 5, "the gap in the list")
        assert await screen.violations() == []
        assert (await looks(stage), stage.town.eyes.watched, screen.faults) == ([], [], [])
