"""The gate: whose name was called, from whose page, and with which headers we answer."""

from __future__ import annotations

import httpx
import pytest
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse

from safecity.web.gate import CSP, HEADERS, Gate, add_headers, host_name

HOSTS = frozenset({"city.example", "localhost"})


async def ask(method: str = "GET", *, tls: bool = False, **headers: str) -> httpx.Response:
    gate = Gate(PlainTextResponse("in"), HOSTS, tls)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(gate), base_url="http://city.example"
    ) as client:
        return await client.request(
            method, "/", headers={name.replace("_", "-"): v for name, v in headers.items()}
        )


async def test_it_answers_to_its_own_names_only():
    assert (await ask()).text == "in"
    assert (await ask(host="CITY.example:8080")).text == "in"
    refused = await ask(host="evil.example")
    assert refused.status_code == 400
    assert refused.json() == {"error": "This server does not answer to the name “evil.example”."}


async def test_another_site_cannot_make_a_browser_change_anything():
    assert (await ask("POST", origin="http://city.example")).text == "in"
    for origin in (
        "http://evil.example",
        "null",
        "http://city.example.evil.example",
        "http://city.example:81",
    ):
        refused = await ask("POST", origin=origin)
        assert refused.status_code == 403
        assert refused.json()["error"] == "This request came from another site and was refused."


async def test_a_program_without_an_origin_may_ask_and_a_browser_that_says_cross_site_may_not():
    assert (await ask("POST")).text == "in"
    assert (await ask("POST", sec_fetch_site="cross-site")).status_code == 403
    assert (await ask("POST", sec_fetch_site="same-site")).status_code == 403


async def test_reading_is_not_stopped_by_an_origin():
    assert (await ask("GET", origin="http://evil.example")).text == "in"


@pytest.mark.parametrize("host", ["city.example", "evil.example"])
async def test_every_answer_carries_the_security_headers(host: str):
    answer = await ask(host=host)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in CSP
    assert answer.headers["cache-control"] == "no-store"
    assert "strict-transport-security" not in answer.headers


async def test_a_promise_of_tls_is_made_only_where_there_is_tls():
    assert (await ask(tls=True)).headers["strict-transport-security"].startswith("max-age=31536000")


def test_an_answer_keeps_headers_of_its_own():
    headers = MutableHeaders({"cache-control": "public, max-age=60"})
    add_headers(headers, tls=False)
    assert headers["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize(
    ("host", "name"), [("a:80", "a"), ("A", "a"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("", "")]
)
def test_a_name_is_told_from_its_port(host: str, name: str):
    assert host_name(host) == name
