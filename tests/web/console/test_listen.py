"""The live socket, over a real wire."""

from __future__ import annotations

import asyncio
import json
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from fakes.served import Cut, served
from fakes.website import Browser, open_town
from safecity.access import sign_out
from safecity.alerts import Source, raise_alert
from safecity.base import Node, SetClock, last_seq
from safecity.dispatch import report_position
from safecity.web.line import RESTARTING


def dial(
    host: str, browser: Browser | None, path: str, origin: str | None = None
) -> AbstractAsyncContextManager[ClientConnection]:
    """A browser's WebSocket."""
    headers = {"cookie": f"safecity={browser.session.token}"} if browser and browser.session else {}
    return connect(f"ws://{host}{path}", additional_headers=headers, origin=(origin or f"http://{host}"))  # pyright: ignore


async def next_fact(socket: ClientConnection) -> dict[str, Any]:
    """The next message about a fact."""
    while True:
        said = await asyncio.wait_for(socket.recv(), 10)
        if isinstance(said, str) and "type" in (message := json.loads(said)):
            return message


async def ended(socket: ClientConnection) -> int | None:
    """Waits for the end of a line, and returns its code."""
    with suppress(ConnectionClosed):
        async for _ in socket:
            pass
    return socket.close_code


async def test_a_console_hears_of_an_alert_and_goes_on_after_a_break(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town, served(town.site) as host:
        operator, by = await town.browser("operator"), town.people["operator"].actor
        since = await last_seq(node.database)
        async with dial(host, operator, f"/ws/live?since={since}") as socket:
            beat = json.loads(await socket.recv())
            assert beat["now"] == "2030-01-01T00:00:00.000Z"
            first = await raise_alert(
                node, by, kind="fire", source=Source.CALL, camera=town.camera.id, title="One"
            )
            told = await next_fact(socket)
            assert told["put"]["alert"]["id"] == first.id
        missed = await raise_alert(
            node, by, kind="theft", source=Source.CALL, camera=town.camera.id, title="Two"
        )
        async with dial(host, operator, f"/ws/live?since={told['seq']}") as socket:
            assert (await next_fact(socket))["put"]["alert"]["id"] == missed.id


async def test_a_console_gets_the_places_of_units_at_once(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path) as town, served(town.site) as host:
        crew = town.people["officer"].actor
        await report_position(node, crew, town.house.positions, town.unit.id, town.camera.place)
        async with dial(host, await town.browser("operator"), "/ws/live") as socket:
            while not isinstance(said := await asyncio.wait_for(socket.recv(), 10), bytes):
                clock.pass_(seconds=1)
            assert said[:4] == b"P\x01\x01\x00"


async def test_who_is_not_signed_in_is_told_so(node: Node, tmp_path: Path):
    async with (
        open_town(node, tmp_path) as town,
        served(town.site) as host,
        dial(host, None, "/ws/live?since=0") as socket,
    ):
        assert await ended(socket) == 4401


async def test_a_page_of_another_site_cannot_listen(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town, served(town.site) as host:
        operator = await town.browser("operator")
        with pytest.raises(InvalidStatus) as refused:
            async with dial(host, operator, "/ws/live", origin="http://evil.example"):
                pass
        assert refused.value.response.status_code == 403


async def test_signing_out_ends_the_line(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town, served(town.site) as host:
        operator, other = await town.browser("operator"), await town.browser("operator")
        assert operator.session is not None
        async with dial(host, operator, "/ws/live") as socket, dial(host, other, "/ws/live") as stays:
            for each in (socket, stays):
                await each.recv()
            await sign_out(node, operator.session.token)
            assert await ended(socket) == 4401
            assert stays.close_code is None


async def test_a_number_from_another_life_means_begin_anew(node: Node, tmp_path: Path):
    async with (
        open_town(node, tmp_path) as town,
        served(town.site) as host,
        dial(host, await town.browser("operator"), "/ws/live?since=999999") as socket,
    ):
        assert await ended(socket) == 4409


async def test_a_browser_that_vanishes_amid_facts_is_forgotten_without_a_word(
    node: Node, clock: SetClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_town(node, tmp_path) as town:
        site = Cut(town.site)
        async with served(site, quiet=False) as host:
            for polite in (True, False):
                async with dial(host, await town.browser("operator"), "/ws/live") as socket:
                    await socket.recv()
                    if not polite:
                        socket.transport.abort()
                while not all(line.done() for line in site.lines):
                    clock.pass_(seconds=2)
                    await asyncio.sleep(0)
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


async def test_a_node_that_stops_closes_its_lines(
    node: Node, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_town(node, tmp_path) as town, AsyncExitStack() as serving:
        host = await serving.enter_async_context(served(town.site, quiet=False))
        async with dial(host, await town.browser("operator"), "/ws/live") as socket:
            await socket.recv()
            await serving.aclose()
            assert await ended(socket) == RESTARTING
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


async def test_a_line_that_is_cut_with_the_node_is_closed(
    node: Node, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with open_town(node, tmp_path) as town:
        site = Cut(town.site)
        async with (
            served(site, quiet=False) as host,
            dial(host, await town.browser("operator"), "/ws/live") as socket,
        ):
            await socket.recv()
            site.cut()
            assert await ended(socket) == RESTARTING
    assert not [each for each in caplog.records if each.levelname == "ERROR"]
