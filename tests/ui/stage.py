"""The real site on a real port, and Debian's browser in front of it. A page that reaches for another host fails."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from fakes.website import Town, open_town
from safecity.access import issue_link, redeem_link
from safecity.base import NODE, Node

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-background-networking", "--disable-quic", "--disable-gpu"]
AXE = next((Path(__file__).parent / "vendor").glob("axe-*/axe.min.js"))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
READY_MS = 30_000


@dataclass
class Screen:
    """One page in the browser, and what went wrong in it."""

    page: Page
    base: str
    faults: list[str] = field(default_factory=list[str])

    async def show(self, path: str) -> None:
        """Opens a page of ours and waits until it stands."""
        await self.page.goto(self.base + path)
        if path.split("?", maxsplit=1)[0] in {"/console", "/wall", "/field", "/footage"}:
            await self.page.wait_for_selector("html[data-ready]", state="attached", timeout=READY_MS)

    async def violations(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA."""
        await self.page.evaluate(AXE.read_text())
        found: list[dict[str, Any]] = await self.page.evaluate(
            "async (rules) => (await axe.run(document, {runOnly: rules})).violations", RULES
        )
        return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found]

    def hear(self, message: ConsoleMessage) -> None:
        """An error in the browser's console is a fault, with one exception: refusals that the server meant."""
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(message.text)


@dataclass
class Stage:
    """The town with its site on a port, and the browser."""

    town: Town
    base: str
    browser: Browser

    async def screen(self, role: str | None, width: int = 1440, height: int = 900) -> Screen:
        """A fresh browser window of the person with a role, or of nobody."""
        context = await self.browser.new_context(viewport={"width": width, "height": height})
        screen = Screen(await context.new_page(), self.base)
        screen.page.on("console", screen.hear)
        screen.page.on("pageerror", lambda error: screen.faults.append(str(error)))
        await context.route(lambda url: not url.startswith(self.base), lambda route: _stop(screen, route))
        if role is not None:
            node = self.town.node
            session = await redeem_link(node, await issue_link(node, NODE, self.town.people[role].id))
            await context.add_cookies([{"name": "safecity", "value": session.token, "url": self.base}])
        return screen


async def _stop(screen: Screen, route: Any) -> None:
    screen.faults.append(f"asked another host: {route.request.url}")
    await route.abort()


@asynccontextmanager
async def served(town: Town) -> AsyncGenerator[str]:
    """The town's site on a free port of this machine; yields its address."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            town.site, ws="websockets-sansio", log_level="error", timeout_graceful_shutdown=2
        )
        server = uvicorn.Server(config)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve([door]))
            while not server.started:
                await asyncio.sleep(0.02)
            try:
                yield f"http://127.0.0.1:{door.getsockname()[1]}"
            finally:
                server.should_exit = True


@asynccontextmanager
async def open_stage(node: Node, folder: Path) -> AsyncGenerator[Stage]:
    """The town, its site and the browser, closed again in order."""
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(open_town(node, folder))
        base = await stack.enter_async_context(served(town))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        stack.push_async_callback(browser.close)
        yield Stage(town, base, browser)
