"""Errors become answers: a status, a sentence, and nothing of what is inside."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message

from safecity.base import Conflict, NotSignedIn, SafeCityError, TooMany
from safecity.web.answer import OUR_FAULT, Boundary, Json, as_safecity_error, is_api, refuse


def drawn(_: Request, error: SafeCityError) -> Response:
    return PlainTextResponse(f"page: {error.sentence}", error.http_status)


def sealed(headers: MutableHeaders) -> None:
    headers["x-sealed"] = "yes"


async def ask(path: str, error: Exception) -> httpx.Response:
    async def fails(_: Request) -> Response:
        raise error

    boundary = Boundary(drawn, sealed)
    site = Starlette(
        routes=[Route(path, fails)],
        exception_handlers={
            SafeCityError: boundary.refused,
            HTTPException: boundary.refused,
            Exception: boundary.broken,
        },
    )
    transport = httpx.ASGITransport(site, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.get(path)


async def test_a_refusal_is_json_for_programs_and_a_page_for_people():
    refused = await ask("/api/x", Conflict("The unit is busy; choose another."))
    assert refused.status_code == 409
    assert refused.json() == {"error": "The unit is busy; choose another."}
    page = await ask("/x", Conflict("The unit is busy; choose another."))
    assert (page.status_code, page.text) == (409, "page: The unit is busy; choose another.")


async def test_a_fault_of_ours_is_told_without_its_inside():
    for path, shown in (("/api/x", OUR_FAULT), ("/x", f"page: {OUR_FAULT}")):
        broken = await ask(path, RuntimeError("password=secret at line 7"))
        assert broken.status_code == 500
        assert shown in broken.text
        assert "secret" not in broken.text
        assert "RuntimeError" not in broken.text
        assert broken.headers["x-sealed"] == "yes"


async def test_who_asks_too_often_is_told_how_long_to_wait():
    assert (await ask("/api/x", TooMany())).headers["retry-after"] == "60"


@pytest.mark.parametrize(("status", "ours"), [(404, 404), (405, 405), (413, 413), (400, 400), (418, 400)])
def test_the_frameworks_errors_become_ours(status: int, ours: int):
    error = as_safecity_error(HTTPException(status))
    assert error is not None
    assert error.http_status == ours
    assert error.sentence.endswith(".")


def test_an_unknown_error_is_not_explained():
    assert as_safecity_error(KeyError("x")) is None


def test_json_is_written_in_one_way():
    assert Json({"a": [1, None]}, 201).body == b'{"a":[1,null]}'
    assert is_api("/api/x")
    assert is_api("/log/tile/0/000")
    assert not is_api("/log")


async def sent_by(extensions: dict[str, Any]) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "extensions": extensions}
    await refuse(scope, NotSignedIn())(scope, receive, send)
    return sent


async def test_a_websocket_is_refused_before_it_opens():
    assert await sent_by({}) == [{"type": "websocket.close", "code": 4401}]
    start, body = await sent_by({"websocket.http.response": {}})
    assert start["status"] == 401
    assert body["body"] == b'{"error":"Please sign in first."}'
