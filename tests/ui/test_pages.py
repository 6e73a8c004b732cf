"""What people see and do, in a real browser before the real site: by key, by tap, in five languages, by everyone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from fakes.running import until
from safecity.base import Node
from safecity.footage import Withheld
from ui.stage import CHROMIUM, Screen, open_stage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is the browser"),
]
PAPER = "map=paper"  # the map without WebGL, which is quick where there is no graphics card
PAGES = {
    "operator": [
        f"/console?{PAPER}&theme=dark", f"/console?{PAPER}&theme=light", "/wall?theme=dark", "/alerts", "/incidents",
        "/cameras", "/times", "/log", "/completeness", "/storage", "/exports", "/permits",
        f"/footage?{PAPER}&theme=dark", f"/footage?{PAPER}&theme=light",
    ],
    "officer": ["/field?theme=dark", "/field?theme=light"],
    "auditor": [f"/footage?{PAPER}"],
    "administrator": ["/people"],
    None: ["/public", "/report", "/signin"],
}  # fmt: skip
LANGUAGES = ("en", "uz", "ru", "sw", "zh")
FIRE = {"kind": "fire", "title": "Smoke at the market", "priority": 1, "place": {"lat": 0.05, "lon": 0.05}}
NOISE = {"kind": "noise", "title": "Noise", "priority": 4, "place": {"lat": 0.06, "lon": 0.06}}


async def text(screen: Screen, selector: str) -> str:
    return (await screen.page.inner_text(selector)).strip()


def shows(screen: Screen, selector: str, words: str) -> Callable[[], Awaitable[bool]]:
    async def asked() -> bool:
        return words in await text(screen, selector)

    return asked


async def test_every_page_is_usable_by_everyone_and_asks_nobody_else(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        operator = await stage.town.browser("operator")
        for body in (FIRE, NOISE):
            assert (await operator.post("/api/alerts", body)).status_code == 201
        found: dict[str, Any] = {}
        for role, paths in PAGES.items():
            width, height = (390, 844) if role == "officer" else (1440, 900)
            screen = await stage.screen(role, width, height)
            for path in paths:
                await screen.show(path)
                if problems := [*await screen.violations(), *screen.faults]:
                    found[path] = problems
                screen.faults.clear()
        assert found == {}


async def test_pages_of_footage_fit_a_phone(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        stage.town.record(minutes=3)
        operator = await stage.town.browser("operator")
        asked = {
            "kind": "unmask", "subject": stage.town.camera.id, "reason_code": "missing_person", "minutes": 10,
            "reason": "A girl of six in a red coat was last seen at this crossing by her mother",
        }  # fmt: skip
        assert (await operator.post("/api/permits", asked)).status_code == 201
        screen = await stage.screen("desk", 390, 844)
        for path in ("/permits", "/exports", "/completeness", "/storage", f"/cameras/{stage.town.camera.id}"):
            await screen.show(path)
            assert await screen.page.evaluate("document.documentElement.scrollWidth") == 390, path
            assert not await screen.violations(), path
        await screen.show("/permits")
        button = await screen.page.locator("button:has-text('Grant to')").bounding_box()
        assert button is not None
        assert button["x"] + button["width"] <= 390, "what is to be decided is in sight"
        assert not screen.faults


async def test_the_console_speaks_five_languages(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        operator = await stage.town.browser("operator")
        assert (await operator.post("/api/alerts", FIRE)).status_code == 201
        screen = await stage.screen("operator")
        titles: set[str] = set()
        for language in LANGUAGES:
            await screen.show(f"/console?{PAPER}&lang={language}")
            assert await screen.page.get_attribute("html", "lang") == language
            assert await screen.violations() == [], language
            titles.add(await text(screen, "#queue-title"))
        assert len(titles) == len(LANGUAGES)
        assert screen.faults == []


async def test_one_key_takes_an_alert_and_two_send_a_unit(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        operator = await stage.town.browser("operator")
        alert = (await operator.post("/api/alerts", FIRE)).json()["id"]
        screen = await stage.screen("operator")
        await screen.show(f"/console?{PAPER}")
        await until(shows(screen, "#detail-title", "Smoke at the market"), 10, "the alert to be lit")

        await screen.page.keyboard.press("a")

        async def acknowledged() -> bool:
            alerts = (await operator.get("/api/alerts")).json()["alerts"]
            return any(each["id"] == alert and each["acknowledged_by"] == "Operator One" for each in alerts)

        await until(acknowledged, 10, "the server to have it acknowledged")
        await until(shows(screen, "#near", "CAR-1"), 10, "the nearest unit")
        await screen.page.keyboard.press("d")
        await until(shows(screen, "#actions", "CAR-1"), 5, "the unit to be aimed")
        await screen.page.keyboard.press("Enter")

        async def sent() -> bool:
            incidents = (await operator.get("/api/incidents")).json()["incidents"]
            return any(unit["call_sign"] == "CAR-1" for each in incidents for unit in each["units"])

        await until(sent, 10, "the unit to be sent")
        await until(shows(screen, "#going", "CAR-1"), 10, "the console to show who goes")
        assert screen.faults == []


async def test_a_new_alert_comes_by_itself_and_never_takes_the_light(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        operator = await stage.town.browser("operator")
        await operator.post("/api/alerts", NOISE)
        screen = await stage.screen("operator")
        await screen.show(f"/console?{PAPER}")
        await until(shows(screen, "#detail-title", "Noise"), 10, "the first alert to be lit")
        await operator.post("/api/alerts", FIRE)
        await until(
            shows(screen, "#list li.inc:nth-child(2)", "Smoke at the market"), 10, "the new one on top"
        )
        assert await text(screen, "#detail-title") == "Noise"


async def test_a_refusal_is_told_in_the_servers_own_words(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        operator = await stage.town.browser("operator")
        alert = (await operator.post("/api/alerts", FIRE)).json()["id"]
        screen = await stage.screen("operator")
        await screen.show(f"/console?{PAPER}")
        await until(shows(screen, "#actions", "Acknowledge"), 10, "the alert to be lit")
        refusal = "The alert is being looked at by somebody else."
        await screen.page.route(
            f"**/api/alerts/{alert}/acknowledge",
            lambda route: route.fulfill(status=409, json={"error": refusal}),
        )
        await screen.page.keyboard.press("a")
        await until(shows(screen, "#toasts", refusal), 10, "the sentence")
        assert await screen.page.get_attribute("#toasts .toast", "role") == "alert"
        await until(shows(screen, "#actions", "Acknowledge"), 5, "the alert to be as before")


async def test_a_tile_says_why_there_is_no_picture(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        reason = "The empty scene is still being learned (6 s)."
        stage.town.eyes.script = (Withheld(reason),)
        screen = await stage.screen("operator")
        await screen.show("/wall")
        await until(shows(screen, "#grid", reason), 10, "the reason in the tile")


async def test_an_officer_goes_there_in_four_taps(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        operator = await stage.town.browser("operator")
        alert = (await operator.post("/api/alerts", FIRE)).json()["id"]
        screen = await stage.screen("officer", 390, 844)
        await screen.show("/field")
        body = {"alerts": [alert], "unit": stage.town.unit.id}
        assert (await operator.post("/api/incidents", body)).status_code == 201
        await until(shows(screen, "#work", "Smoke at the market"), 15, "the errand on the phone")
        for words in ("Accept", "On my way", "I am there", "Clear"):
            await until(shows(screen, "#next", words), 10, words)
            await screen.page.click("#next")
        await screen.page.click("dialog button[type=submit]")

        async def free() -> bool:
            units = (await operator.get("/api/units")).json()["units"]
            return units[0]["status"] == "Available"

        await until(free, 15, "the unit to be free again")
        assert screen.faults == []


async def test_the_panic_button_works_by_keyboard_and_only_when_held(real_node: Node, tmp_path: Path):
    async with open_stage(real_node, tmp_path) as stage:
        operator = await stage.town.browser("operator")
        screen = await stage.screen("officer", 390, 844)
        await screen.show("/field")

        async def calls() -> list[Any]:
            alerts = (await operator.get("/api/alerts")).json()["alerts"]
            return [each for each in alerts if each["source"] == "panic"]

        officer = await stage.town.browser("officer")
        await officer.post(f"/api/units/{stage.town.unit.id}/position", {"lat": 0.05, "lon": 0.05})
        await screen.page.focus("#panic")
        await screen.page.keyboard.press("Enter")
        await screen.page.wait_for_timeout(300)
        assert await calls() == []
        await screen.page.keyboard.down("Enter")
        await screen.page.wait_for_timeout(1800)
        await screen.page.keyboard.up("Enter")
        await until(calls, 10, "the call for help")
