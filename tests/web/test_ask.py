"""Who asks: sessions, devices, nobody, and the token that guards every change."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.types import Message, Scope

from fakes.website import open_town
from safecity.access import Limits, sign_out
from safecity.base import Node, SetClock, TooLarge
from safecity.web.ask import read_body


async def test_nobody_is_let_in_without_a_session(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        anonymous = town.anonymous()
        refused = await anonymous.get("/api/console")
        assert refused.status_code == 401
        assert refused.json() == {"error": "Please sign in first."}
        anonymous.client.cookies.set("safecity", "guessed", domain="localhost.local")
        assert (await anonymous.get("/api/console")).status_code == 401


async def test_a_session_ends_when_its_person_signs_out_or_sleeps(
    node: Node, clock: SetClock, tmp_path: Path
):
    async with open_town(node, tmp_path, limits=Limits(idle_s=60)) as town:
        browser = await town.browser("operator")
        assert (await browser.get("/api/console")).status_code == 200
        clock.pass_(seconds=61)
        assert (await browser.get("/api/console")).status_code == 401
        other = await town.browser("operator")
        assert other.session is not None
        await sign_out(node, other.session.token)
        assert (await other.get("/api/console")).status_code == 401


@pytest.mark.parametrize("token", ["", "wrong", "ü"])
async def test_a_change_needs_the_sessions_own_token(node: Node, tmp_path: Path, token: str):
    async with open_town(node, tmp_path) as town:
        browser = await town.browser("operator")
        before = await town.entries()
        body = {"kind": "fire", "title": "Smoke", "camera": town.camera.id}
        headers = [(b"x-csrf", token.encode()), (b"origin", b"http://localhost")]
        refused = await browser.client.post("/api/alerts", json=body, headers=headers)
        assert refused.status_code == 403
        assert "load it again" in refused.json()["error"]
        assert await town.entries() == before


async def test_a_form_brings_the_token_as_a_field(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        browser = await town.browser("operator")
        bare = await browser.client.post("/log/verify", data={}, headers={"origin": "http://localhost"})
        assert bare.status_code == 403
        assert (await browser.submit("/log/verify")).status_code == 303


async def test_a_device_speaks_with_a_token_and_only_where_devices_may(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        device = await town.device()
        sign = {"alerts": [{"kind": "smoke", "camera": town.camera.id}]}
        assert (await device.post("/api/intake", sign)).status_code == 202
        assert (await device.get("/api/console")).status_code == 401, "a token opens no page"
        device.client.headers["authorization"] = "Bearer wrong"
        refused = await device.post("/api/intake", sign)
        assert refused.status_code == 401
        assert "token" in refused.json()["error"]
        person = await town.browser("operator")
        assert (await person.post("/api/intake", sign)).status_code == 403, "only devices send batches"


async def test_an_id_that_is_none_is_not_looked_up(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        browser = await town.browser("operator")
        for name in ("..%2f..%2fetc%2fpasswd", "1", "%00", "x" * 300, town.camera.id.upper()):
            assert (await browser.get(f"/api/cameras/{name}")).status_code == 404


async def test_a_body_is_refused_as_soon_as_it_is_too_large():
    pieces = [b"x" * 600, b"x" * 600]

    async def receive() -> Message:
        return {"type": "http.request", "body": pieces.pop(), "more_body": bool(pieces)}

    silent: Scope = {"type": "http", "method": "POST", "headers": []}
    with pytest.raises(TooLarge):
        await read_body(Request(silent, receive), 1000)
    announced: Scope = {"type": "http", "method": "POST", "headers": [(b"content-length", b"1001")]}
    with pytest.raises(TooLarge):
        await read_body(Request(announced, receive), 1000)
