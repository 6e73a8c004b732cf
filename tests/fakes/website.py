"""A town on real rooms and browsers that sign in to its site: a camera, a unit, one person of each role."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette

from fakes.eyes import ScriptedEyes
from fakes.shelf import MINUTE_MS, Shelf, shelf
from safecity.access import (
    Person,
    Session,
    add_bureau,
    add_person,
    issue_device_token,
    issue_link,
    redeem_link,
)
from safecity.base import NODE, Actor, Node, Place, last_seq, to_ms
from safecity.cameras import Camera, Regime, add
from safecity.dispatch import Positions, Unit, UnitKind, add_unit, set_crew, start_shift
from safecity.oversight import Keys, load_keys, verify
from safecity.web import City, House, Site, build
from safecity.web.api.reports import Reports
from safecity.web.count import Counting
from safecity.web.vouch import Vouch

HOST = "http://localhost"
MARKET = Place(0.05, 0.05)
HARBOUR = Place(0.05, 0.15)
ROLES = ("operator", "desk", "officer", "auditor", "administrator")


@dataclass
class Browser:
    """A person's browser: keeps the cookie, sends the CSRF token and the origin as a page of ours would."""

    client: httpx.AsyncClient
    session: Session | None = None

    @property
    def csrf(self) -> str:
        """The token of the session."""
        return self.session.csrf if self.session else ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """Asks for an address."""
        return await self.client.get(path, headers=headers)

    async def send(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Sends JSON as the console does."""
        sent = {"x-csrf": self.csrf, "origin": HOST, "content-type": "application/json"} | headers
        content = body if isinstance(body, bytes) else None
        return await self.client.request(
            method, path, json=({} if body is None else body) if content is None else None, content=content,
            headers=sent,
        )  # fmt: skip

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Posts JSON as the console does."""
        return await self.send("POST", path, body, **headers)

    async def submit(self, path: str, **fields: str) -> httpx.Response:
        """Sends a form as a page without scripts does."""
        return await self.client.post(path, data={"csrf": self.csrf, **fields}, headers={"origin": HOST})


@dataclass
class Town:
    """The town and everything a test may want to know of it."""

    node: Node
    house: House
    site: Starlette
    eyes: ScriptedEyes
    keys: Keys
    people: dict[str, Person]
    camera: Camera
    unit: Unit
    shelf: Shelf
    _clients: list[httpx.AsyncClient] = field(default_factory=list[httpx.AsyncClient])

    @property
    def vouch(self) -> Vouch:
        """What says whether the log verifies; another one than the site's own."""
        return Vouch(self.house)

    @property
    def counting(self) -> Counting:
        """What counts how complete footage is; another one than the site's own."""
        return Counting(self.node, self.house.archive)

    @property
    def reports(self) -> Reports:
        """What takes reports; another one than the site's own."""
        return Reports(self.house)

    def anonymous(self) -> Browser:
        """Someone who is not signed in."""
        transport = httpx.ASGITransport(self.site, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url=HOST)
        self._clients.append(client)
        return Browser(client)

    async def browser(self, role: str) -> Browser:
        """The browser of the person with a role, signed in."""
        browser = self.anonymous()
        session = await redeem_link(self.node, await issue_link(self.node, NODE, self.people[role].id))
        browser.client.cookies.set("safecity", session.token, domain="localhost.local")
        browser.session = session
        return browser

    async def device(self) -> Browser:
        """A device that speaks with a token."""
        browser = self.anonymous()
        token = await issue_device_token(self.node, NODE, "button-1")
        browser.client.headers["authorization"] = f"Bearer {token}"
        return browser

    @property
    def chief(self) -> Actor:
        """Who sets things up."""
        return self.people["administrator"].actor

    def record(self, minutes: int = 3) -> None:
        """The last minutes of the camera, on disk."""
        now_ms = to_ms(self.node.clock.now())
        for minute in range(minutes, 0, -1):
            self.shelf.put(self.camera.id, now_ms - minute * MINUTE_MS, bytes([minute]) * 5000)

    async def leave_unit(self) -> None:
        """The officer is in no unit any more."""
        await set_crew(self.node, self.chief, self.unit.id, [])

    async def until_told(
        self,
        listen: Callable[[Node], Awaitable[None]],
        told: Callable[[str], bool],
        browser: Browser,
        path: str,
    ) -> None:
        """Runs a listener until a page shows what it tells."""
        listening = asyncio.get_running_loop().create_task(as_coroutine(listen(self.node)))
        try:
            while not told((await browser.get(path)).text):
                assert not listening.done(), listening.exception()
                await asyncio.sleep(0.01)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def entries(self) -> int:
        """How many facts the journal holds."""
        return await last_seq(self.node.database)

    async def close(self) -> None:
        """Closes all browsers."""
        for client in self._clients:
            await client.aclose()


async def as_coroutine(work: Awaitable[None]) -> None:
    """Any awaitable as something a task can run."""
    await work


def square(lon: float) -> list[Place]:
    """A bureau's ground, eleven kilometres wide."""
    return [Place(0, lon), Place(0, lon + 0.1), Place(0.1, lon + 0.1), Place(0.1, lon)]


@asynccontextmanager
async def open_town(node: Node, folder: Path, **settings: Any) -> AsyncGenerator[Town]:
    """Sets the town up. The site's background tasks do not run; see `live` in the tests that need them."""
    await add_bureau(node, NODE, code="CEN", name="Central", polygon=square(0.0))
    await add_bureau(node, NODE, code="EST", name="East", polygon=square(0.1))
    people = {
        role: await add_person(
            node, NODE, name=f"{role.capitalize()} One", sign_in=f"{role}.one", roles=[role], bureau="CEN"
        )
        for role in ROLES
    }
    camera = await add(
        node,
        NODE,
        name="Market / Main",
        url="rtsp://viewer:secret@10.0.0.9/1",
        bureau="CEN",
        place=MARKET,
        controller="City police",
        regime=Regime.POLICE,
    )
    crew = [people["officer"].actor.id]
    unit = await add_unit(node, NODE, call_sign="CAR-1", kind=UnitKind.CAR, bureau="CEN", crew=crew)
    unit = await start_shift(node, people["operator"].actor, unit.id)
    keys, eyes = load_keys(folder / "log.key", node.name), ScriptedEyes()
    footage = shelf(folder / "data")
    house = House(
        node=node,
        archive=footage.archive,
        eyes=eyes,
        positions=Positions(),
        keys=keys,
        verify=lambda: verify(node.database, keys.public),
        city=City(name="Testville", center=(0.05, 0.05), places={"Harbour bridge": HARBOUR}),
        settings=Site(**settings),
    )
    site = build(house)
    town = Town(node, house, site, eyes, keys, people, camera, unit, footage)
    try:
        yield town
    finally:
        await town.close()
        footage.index.close()
