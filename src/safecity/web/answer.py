"""How we answer: JSON for programs, a page for people, and one boundary where errors become answers.

Every error is `{"error": "<a sentence>"}` with its own status, or a page that says the same.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import msgspec
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from safecity.base import BadInput, NotFound, SafeCityError, TooLarge, TooMany

log = logging.getLogger(__name__)

API_PREFIXES = ("/api/", "/ws/", "/log/checkpoint", "/log/tile/", "/static/")
OUR_FAULT = "Something went wrong here; it has been logged."
_encode = msgspec.json.Encoder(decimal_format="number").encode


class MethodNotAllowed(SafeCityError):
    """This address cannot be used in this way."""

    http_status = 405


class Json(Response):
    """A JSON answer of anything msgspec can write."""

    media_type = "application/json"

    def __init__(self, content: object, status: int = 200) -> None:
        super().__init__(_encode(content), status)


class ErrorView(msgspec.Struct):
    """What every refused request gets."""

    error: str


def is_api(path: str) -> bool:
    """Whether an address is for programs, which want JSON, or a page for people."""
    return path.startswith(API_PREFIXES)


def as_safecity_error(error: Exception) -> SafeCityError | None:
    """Our error for one of the framework's, or None where it is a fault of ours."""
    if isinstance(error, SafeCityError):
        return error
    if isinstance(error, HTTPException):
        if error.status_code == 404:
            return NotFound("There is nothing at this address.")
        if error.status_code == 405:
            return MethodNotAllowed()
        if error.status_code == 413:
            return TooLarge()
        return BadInput("This request cannot be understood.")
    return None


def refuse(scope: Scope, error: SafeCityError) -> ASGIApp:
    """The answer that says no: to a request, JSON or plain text; to a WebSocket, a close before it opens."""
    return _closed(error) if scope["type"] == "websocket" else error_response(error)


def error_response(error: SafeCityError) -> Response:
    """An error as JSON."""
    response = Json(ErrorView(error.sentence), error.http_status)
    if isinstance(error, TooMany):
        response.headers["retry-after"] = "60"
    return response


def _closed(error: SafeCityError) -> ASGIApp:
    """Refuses a WebSocket before it opens: by an HTTP answer with the sentence where the server can, else by a code."""

    async def closed(scope: Scope, _receive: Receive, send: Send) -> None:
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 4000 + error.http_status})
            return
        headers = [(b"content-type", b"application/json")]
        start = "websocket.http.response.start"
        await send({"type": start, "status": error.http_status, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": _encode(ErrorView(error.sentence))})

    return closed


Page = Callable[[Request, SafeCityError], Response]


class Boundary:
    """The error boundary of the site, as Starlette's exception handlers. `page` draws an error for people."""

    def __init__(self, page: Page, seal: Callable[[MutableHeaders], None]) -> None:
        self._page = page
        self._seal = seal

    async def refused(self, connection: HTTPConnection, error: Exception) -> Response:
        """A refusal: the sentence and its status."""
        known = as_safecity_error(error)
        if known is None:
            return await self.broken(connection, error)
        if isinstance(connection, Request) and not is_api(connection.url.path):
            return self._page(connection, known)
        return error_response(known)

    async def broken(self, connection: HTTPConnection, error: Exception) -> Response:
        """A fault of ours: nothing of it is told, all of it is logged (by the server, which gets it raised again)."""
        log.error("%s failed: %s", connection.url.path, type(error).__name__)
        response = await self.refused(connection, SafeCityError(OUR_FAULT))
        self._seal(response.headers)
        return response
