"""Takes the pictures of the documents from the demo city itself: console, wall, footage, phone and public page.

    .venv/bin/python tools/screenshots.py [--out docs] [--data DIR]

Starts `safecity demo`, signs in by its links, lets units go to a few incidents, and takes each picture when what it
should show is really there: pictures that move, units that are on scene. Needs Debian's chromium.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from playwright.async_api import Browser, BrowserContext, Geolocation, Page, ViewportSize, async_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-quic"]
LINK = re.compile(r"^\s*(\w+)\s+(http://\S+)$")
UP_S = 180
WAIT_MS = 300_000
PLAYING = """count => [...document.querySelectorAll('video')]
    .filter(v => v.currentTime > 0 && v.readyState >= 2).length >= count"""
MAIN_SOURCE = "() => document.querySelector('#spot video')?.src ?? ''"
MAIN_PLAYING = """before => { const video = document.querySelector('#spot video');
    return video?.src && video.src !== before && video.currentTime > 0 && video.readyState >= 2; }"""
BEAT: Geolocation = {"latitude": 10.0, "longitude": 19.98, "accuracy": 6}
LINES = 0.04  # the share of a map's pixels that are edges once its roads are drawn (0.015 before, 0.1 after)


@dataclass
class Demo:
    """The running demo: a link for each role."""

    links: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def base(self) -> str:
        """Where it is served."""
        return self.links["public"].removesuffix("/public")


@asynccontextmanager
async def running_demo(data: Path) -> AsyncGenerator[Demo]:
    """Starts the demo and waits for its links; ends it with SIGTERM."""
    command = ["-m", "safecity", "demo", f"--data={data}"]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    demo = Demo()
    try:
        async with asyncio.timeout(UP_S):
            while "public" not in demo.links:
                line = (await process.stdout.readline()).decode()
                if not line:
                    raise SystemExit("The demo ended before it was up; see what it said above.")
                if match := LINK.match(line):
                    demo.links[match[1]] = match[2]
        yield demo
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


class Person:
    """Somebody in a browser window of their own, who can also press the API's buttons."""

    def __init__(self, context: BrowserContext, page: Page, base: str) -> None:
        self.context, self.page, self._base = context, page, base
        self._csrf = ""

    @classmethod
    async def of(
        cls, browser: Browser, demo: Demo, role: str | None, size: ViewportSize, scale: float = 1
    ) -> Person:
        """Opens the window and signs in by the role's link."""
        context = await browser.new_context(
            viewport=size,
            device_scale_factor=scale,
            geolocation=BEAT,
            permissions=["geolocation"],
            locale="en-GB",
        )
        person = cls(context, await context.new_page(), demo.base)
        if role is not None:
            await person.page.goto(demo.links[role])
        return person

    async def get(self, path: str) -> Any:
        """Reads from the API; remembers the CSRF token where there is one."""
        answer = await (await self.context.request.get(self._base + path)).json()
        self._csrf = answer.get("me", {}).get("csrf", self._csrf)
        return answer

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """Changes something; a refusal is told, since it would spoil the picture."""
        answer = await self.context.request.post(
            self._base + path, data=body, headers={"X-CSRF": self._csrf, "Origin": self._base}
        )
        if not answer.ok:
            print(f"{path}: {await answer.text()}", file=sys.stderr)
            return None
        return await answer.json()

    async def show(self, path: str) -> None:
        """Opens a page and waits until it stands."""
        await self.page.goto(self._base + path)
        await self.page.wait_for_selector("html[data-ready]", state="attached", timeout=WAIT_MS)

    async def playing(self, count: int) -> None:
        """Waits until so many pictures move."""
        await self.page.wait_for_function(PLAYING, arg=count, timeout=WAIT_MS)

    async def map_drawn(self) -> None:
        """Waits until the map shows roads, not only ground."""
        async with asyncio.timeout(WAIT_MS / 1000):
            while True:
                seen = np.frombuffer(await self.page.locator("#map").screenshot(), np.uint8)
                grey = np.asarray(cv2.imdecode(seen, cv2.IMREAD_GRAYSCALE), np.uint8)
                if float((cv2.Canny(grey, 12, 36) > 0).mean()) > LINES:
                    return

    async def take(self, file: Path, *, whole: bool = False) -> None:
        """Takes the picture."""
        await self.page.screenshot(path=file, full_page=whole)
        print(file)


async def until(what: str, ask: Any) -> Any:
    """Asks each second until there is an answer."""
    async with asyncio.timeout(WAIT_MS / 1000):
        while True:
            if (answer := await ask()) is not None:
                return answer
            await asyncio.sleep(1)
    raise SystemExit(f"It did not happen: {what}.")


async def send_units(operator: Person, mine: str) -> str:
    """Declares the first reports and sends units; the first goes to the unit with call sign `mine`. Its incident."""

    async def reported() -> list[dict[str, Any]] | None:
        alerts = (await operator.get("/api/console"))["alerts"]
        wanted = [each for each in alerts if each["state"] == "raised" and each["source"] == "report"]
        return wanted if wanted else None

    first = ""
    for alert in (await until("a citizen reports something", reported))[:2]:
        await operator.post(f"/api/alerts/{alert['id']}/acknowledge", {})
        incident = await operator.post("/api/incidents", {"alerts": [alert["id"]]})
        near = (await operator.get(f"/api/incidents/{incident['id']}/units"))["units"]
        units = (await operator.get("/api/units"))["units"]
        unit = (
            next(each["id"] for each in units if each["call_sign"] == mine)
            if not first
            else near[0]["unit"]["id"]
        )
        await operator.post(f"/api/incidents/{incident['id']}/assign", {"unit": unit})
        first = first or incident["id"]
    return first


async def declare_sightings(operator: Person, count: int) -> None:
    """Makes incidents of so many sightings, sends the nearest units, and waits until one has arrived."""

    async def seen() -> list[dict[str, Any]] | None:
        alerts = (await operator.get("/api/console"))["alerts"]
        wanted = [each for each in alerts if each["state"] == "raised" and each["source"] == "sighting"]
        return wanted[:count] if len(wanted) > count + 1 else None

    for alert in await until("cameras see somebody", seen):
        await operator.post(f"/api/alerts/{alert['id']}/acknowledge", {})
        incident = await operator.post("/api/incidents", {"alerts": [alert["id"]]})
        near = (await operator.get(f"/api/incidents/{incident['id']}/units"))["units"]
        await operator.post(f"/api/incidents/{incident['id']}/assign", {"unit": near[0]["unit"]["id"]})

    async def arrived() -> bool | None:
        states = [each["state"] for each in (await operator.get("/api/console"))["incidents"]]
        return True if "on_scene" in states else None

    await until("a unit arrives", arrived)


async def watch_somebody(operator: Person) -> None:
    """Selects the alert of a camera that sees somebody right now, and waits until its picture moves."""

    async def seen_now() -> str | None:
        console = await operator.get("/api/console")
        now = datetime.fromisoformat(console["now"])
        for alert in console["alerts"]:
            age = now - datetime.fromisoformat(alert["last_at"])
            if alert["source"] == "sighting" and alert["incident"] is None and age < timedelta(seconds=3):
                return alert["id"]
        return None

    alert = await until("a camera sees somebody", seen_now)
    before = await operator.page.evaluate(MAIN_SOURCE)
    await operator.page.locator(f"#list [data-key*='{alert}']").click()
    await operator.page.wait_for_function(MAIN_PLAYING, arg=before, timeout=WAIT_MS)
    await operator.playing(3)


async def help_called(operator: Person) -> bool | None:
    """Whether an officer has pressed the panic button: then the queue has something of each priority."""
    alerts = (await operator.get("/api/console"))["alerts"]
    return True if any(alert["priority"] == 1 for alert in alerts) else None


async def seen_cameras(operator: Person) -> tuple[str, str] | None:
    """Four cameras, those first that saw somebody, and the moment of the newest sighting; as the page's address."""
    console = await operator.get("/api/console")
    now = datetime.fromisoformat(console["now"])
    live = [each["id"] for each in console["cameras"] if each["state"] == "live"]
    seen = sorted(
        (datetime.fromisoformat(each["raised_at"]), each["camera"])
        for each in console["alerts"]
        if each["source"] == "sighting" and each["camera"] in live
    )
    old = [each for each in seen if now - each[0] > timedelta(seconds=20)]
    if not old:
        return None
    cameras = list(dict.fromkeys([each[1] for each in old[::-1]] + live))[:4]
    at = old[-1][0] + timedelta(seconds=3)
    return ",".join(cameras), at.strftime("%Y-%m-%dT%H:%M:%SZ")


async def take_footage(operator: Person, file: Path) -> None:
    """The footage page at the moment of a sighting, with a picture in each tile."""
    cameras, at = await until("a camera has seen somebody", lambda: seen_cameras(operator))
    await operator.show(f"/footage?cams={cameras}&at={at}&span=600&theme=dark")
    stills = "() => document.querySelectorAll('#grid .still:not([hidden])').length >= 3"
    await operator.page.wait_for_function(stills, timeout=WAIT_MS)
    await operator.map_drawn()
    await operator.take(file)


async def take_all(browser: Browser, demo: Demo, out: Path) -> None:
    """The six pictures, in the order in which they become possible."""
    officer = await Person.of(browser, demo, "officer", {"width": 390, "height": 844}, 2)
    field_view = await officer.get("/api/field")
    await officer.post(f"/api/units/{field_view['unit']['id']}/shift", {"action": "start"})
    operator = await Person.of(browser, demo, "operator", {"width": 1920, "height": 1080})
    await send_units(operator, field_view["unit"]["call_sign"])
    await officer.show("/field?theme=dark")
    await officer.page.wait_for_selector("#work:not([hidden])", timeout=WAIT_MS)
    await officer.map_drawn()
    await officer.take(out / "phone.png")
    await declare_sightings(operator, 3)
    await until("an officer calls for help", lambda: help_called(operator))
    for theme in ("dark", "light"):
        await operator.show(f"/console?theme={theme}")
        await operator.page.wait_for_selector("#list > li", timeout=WAIT_MS)
        await operator.map_drawn()
        await watch_somebody(operator)
        await operator.take(out / f"console-{theme}.png")
    await take_footage(operator, out / "footage.png")
    await operator.show("/wall?theme=dark")
    await operator.page.select_option("#size", "16")
    await operator.playing(14)
    await operator.take(out / "wall.png")
    public = await Person.of(browser, demo, None, {"width": 1280, "height": 900})
    await public.page.goto(demo.links["public"])
    await public.take(out / "public.png", whole=True)


async def main(out: Path, data: Path) -> None:
    """Runs the demo and the browser side by side."""
    async with running_demo(data) as demo, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            await take_all(browser, demo, out)
        finally:
            await browser.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=Path("docs"), help="where the pictures go")
    parser.add_argument("--data", type=Path, help="the demo's data folder (a temporary one otherwise)")
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="safecity-pictures-") as folder:
        asyncio.run(main(given.out, given.data or Path(folder)))
