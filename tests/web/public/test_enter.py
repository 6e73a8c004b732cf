"""Signing in and out."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.website import HOST, Town, open_town
from safecity.access import issue_link, set_password
from safecity.base import NODE, Node

PASSWORD = "a long enough password"


async def with_password(town: Town) -> None:
    """Gives the operator a password."""
    await set_password(town.node, town.chief, town.people["operator"].id, PASSWORD)


async def test_a_person_signs_in_by_name_and_password_and_out_again(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        await with_password(town)
        browser = town.anonymous()
        form = (await browser.get("/signin?next=/incidents")).text
        assert 'name="next" value="/incidents"' in form
        fields = {"sign_in": "operator.one", "password": PASSWORD, "next": "/incidents"}
        answer = await browser.submit("/signin", **fields)
        assert (answer.status_code, answer.headers["location"]) == (303, "/incidents")
        console = await browser.get("/api/console")
        assert console.status_code == 200
        assert (await browser.get("/signin")).headers["location"] == "/console"
        stranger = await browser.client.post("/signout", data={}, headers={"origin": HOST})
        assert stranger.status_code == 403, "another page cannot sign someone out"
        csrf = console.json()["me"]["csrf"]
        left = await browser.client.post("/signout", data={"csrf": csrf}, headers={"origin": HOST})
        assert left.headers["location"] == "/signin"
        assert (await browser.get("/api/console")).status_code == 401


async def test_the_console_signs_out_by_header(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        browser = await town.browser("operator")
        assert (await browser.post("/signout")).status_code == 303
        assert (await browser.get("/api/console")).status_code == 401


async def test_a_wrong_password_says_no_more_than_a_wrong_name(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        await with_password(town)
        browser = town.anonymous()
        answers = [
            await browser.submit("/signin", sign_in=name, password="wrong password")
            for name in ("operator.one", "nobody")
        ]
        assert [each.status_code for each in answers] == [401, 401]
        texts = [each.text.replace("operator.one", "NAME").replace("nobody", "NAME") for each in answers]
        assert texts[0] == texts[1]
        assert "wrong password" not in texts[0]
        assert "set-cookie" not in answers[0].headers


async def test_many_tries_from_one_address_are_slowed_down(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path, sign_in_burst=2) as town:
        browser = town.anonymous()
        answers = [await browser.submit("/signin", sign_in=f"n{n}", password="x") for n in range(3)]
        assert [each.status_code for each in answers] == [401, 401, 429]
        assert "too many tries" in answers[-1].text


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_signing_in_leads_nowhere_else(node: Node, tmp_path: Path, where: str):
    async with open_town(node, tmp_path) as town:
        await with_password(town)
        fields = {"sign_in": "operator.one", "password": PASSWORD, "next": where}
        assert (await town.anonymous().submit("/signin", **fields)).headers["location"] == "/console"


async def test_a_link_signs_in_once(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        token = await issue_link(node, NODE, town.people["officer"].id)
        phone, other = town.anonymous(), town.anonymous()
        assert (await phone.get(f"/signin/link/{token}")).headers["location"] == "/field"
        assert (await phone.get("/field")).status_code == 200
        again = await other.get(f"/signin/link/{token}")
        assert again.status_code in {401, 303}
        assert "set-cookie" not in again.headers


async def test_looking_ahead_does_not_use_a_link_up(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        token = await issue_link(node, NODE, town.people["officer"].id)
        browser, path = town.anonymous(), f"/signin/link/{token}"
        before = await town.entries()
        assert (await browser.get(path, **{"sec-purpose": "prefetch;prerender"})).status_code == 204
        assert (await browser.client.head(path)).status_code == 204
        asked = await browser.get(path, **{"sec-fetch-site": "cross-site"})
        assert asked.status_code == 200
        assert "<button" in asked.text
        assert await town.entries() == before
        assert (await browser.submit(path)).headers["location"] == "/field"
