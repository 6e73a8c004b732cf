from pathlib import Path

import pytest

from fakes.pretended import open_pretended
from safecity.adapters.buses.local import LocalBus
from safecity.base import Node, RealClock
from safecity.simulator.browser import Browser, Refused, Unreachable
from safecity.simulator.seen import Alert, Console, Field


async def test_a_browser_signs_in_once_and_may_then_change_things(node: Node, tmp_path: Path):
    async with open_pretended(node, tmp_path) as town, Browser(town.base_url, RealClock()) as browser:
        with pytest.raises(Refused) as nobody:
            await browser.get("/api/console", Console)
        assert nobody.value.http_status == 401
        await browser.sign_in(town.tokens["operator-1"], "/api/console")
        place = {"lat": 10.0, "lon": 20.0}
        alert = await browser.post("/api/alerts", {"kind": "fire", "title": "Smoke", "place": place}, Alert)
        assert alert is not None
        assert alert.state == "raised"
        async with Browser(town.base_url, RealClock()) as other:
            with pytest.raises(Refused):
                await other.sign_in(town.tokens["operator-1"], "/api/console")


async def test_a_refusal_is_the_houses_own_sentence(node: Node, tmp_path: Path):
    async with open_pretended(node, tmp_path) as town, Browser(town.base_url, RealClock()) as browser:
        await browser.sign_in(town.tokens["operator-1"], "/api/console")
        with pytest.raises(Refused) as refused:
            await browser.post("/api/alerts", {"kind": "fire", "title": "Smoke", "colour": "red"})
        assert refused.value.http_status == 400
        assert refused.value.sentence.endswith(".")


async def test_the_live_stream_tells_an_officer_of_the_shift(node: Node, tmp_path: Path):
    async with open_pretended(node, tmp_path) as town, Browser(town.base_url, RealClock()) as browser:
        await browser.sign_in(town.tokens[town.plan.units[0].crew[0]], "/api/field")
        begin = await browser.get("/api/field", Field)
        assert begin.unit is not None
        await browser.post(f"/api/units/{begin.unit.id}/shift", {"action": "start"})
        async for message in browser.hear(begin.seq):
            if '"ShiftStarted"' in message:
                break


async def test_where_nobody_answers_it_is_said(node: Node):
    assert isinstance(node.bus, LocalBus)
    async with Browser("http://127.0.0.1:9", RealClock()) as browser:
        with pytest.raises(Unreachable):
            await browser.get("/api/console", Console)
        with pytest.raises(Unreachable):
            async for _ in browser.hear(0):
                pass
