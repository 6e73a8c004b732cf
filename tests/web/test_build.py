"""The whole site: nobody anonymous gets in, every answer is sealed, the cookie is strict, the lifespan works."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from fakes.website import HOST, open_town
from safecity.access import issue_link
from safecity.base import NODE, Node
from safecity.oversight import append_new
from safecity.web.ask import Who
from safecity.web.build import api_doors, page_doors
from safecity.web.gate import HEADERS

ID = "01938f6e-3c4a-7d2e-8f10-0123456789ab"


def filled(path: str) -> str:
    """An address with something in place of its names."""
    return path.replace("{id}", ID).replace("{sighting}", ID).replace("{path:path}", "0/000").replace(
        "{token}", "x"
    ).replace("{reference}", "x")  # fmt: skip


async def test_nobody_anonymous_sees_or_does_anything_but_what_is_public(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        before = await town.entries()
        anonymous = town.anonymous()
        doors = [
            *api_doors(town.house, town.vouch, town.reports, town.counting),
            *page_doors(town.house, town.vouch, town.reports, town.counting),
        ]  # fmt: skip
        closed = [door for door in doors if door.who is not Who.ANYONE]
        assert len(closed) > 60
        for door in closed:
            answer = await anonymous.send(door.method, filled(door.path))
            if door.path.startswith("/api/"):
                assert answer.status_code == 401, door.path
                assert answer.json()["error"].endswith(".")
            elif door.method == "GET":
                assert (answer.status_code, answer.headers["location"][:8]) == (303, "/signin?"), door.path
            else:
                assert answer.status_code == 401, door.path
        open_now = {door.path for door in doors if door.who is Who.ANYONE}
        assert open_now == {
            "/", "/api/public", "/api/reports", "/log/checkpoint", "/log/tile/{path:path}", "/public", "/report",
            "/report/{reference}", "/signin", "/signin/link/{token}", "/signout",
        }  # fmt: skip
        assert await town.entries() == before


async def test_every_kind_of_answer_carries_the_security_headers(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        browser = await town.browser("operator")
        paths = (
            "/public",
            "/api/console",
            "/nothing",
            "/api/nothing",
            "/static/css/pages.css",
            "/signin",
            "/",
        )
        for path in paths:
            answer = await browser.get(path)
            for name, value in HEADERS.items():
                assert answer.headers[name] == value, path
        assert (await browser.get("/api/console")).headers["cache-control"] == "no-store"


async def test_a_page_of_another_site_cannot_post_with_our_cookie(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        browser = await town.browser("operator")
        before = await town.entries()
        body = {"kind": "fire", "title": "Smoke", "camera": town.camera.id}
        refused = await browser.post("/api/alerts", body, origin="http://evil.example")
        assert refused.status_code == 403
        assert (await browser.get("/api/alerts", host="evil.example")).status_code == 400
        assert await town.entries() == before


@pytest.mark.parametrize("tls", [False, True])
async def test_the_cookie_is_strict(node: Node, tmp_path: Path, tls: bool):
    async with open_town(node, tmp_path, tls=tls) as town:
        token = await issue_link(node, NODE, town.people["operator"].id)
        answer = await town.anonymous().get(f"/signin/link/{token}")
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith("safecity=")
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert ("secure" in cookie) is tls
        assert "path=/" in cookie
        assert ("strict-transport-security" in answer.headers) is tls


async def test_the_lifespan_checks_the_log_and_ends_its_tasks(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        browser = await town.browser("operator")
        await append_new(node, town.keys)
        async with town.site.router.lifespan_context(town.site):
            while (await browser.get("/api/console")).json()["verified"] is None:
                await asyncio.sleep(0)
        assert (await browser.get("/api/console")).json()["verified"]["ok"] is True


async def test_a_fault_inside_is_hidden_outside(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:

        async def broken():
            raise RuntimeError("secret")

        object.__setattr__(town.house, "verify", broken)
        browser = await town.browser("auditor")
        answer = await browser.submit("/log/verify")
        assert answer.status_code == 500
        assert "Something went wrong here; it has been logged." in answer.text
        assert "secret" not in answer.text
        assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
        assert browser.client.base_url.host == HOST.removeprefix("http://")
