"""A browser's manners without its pages: signs in by a one-time link, keeps the cookie, sends the CSRF token.

Errors: Refused carries the house's own sentence; Unreachable when nobody answers.
"""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import TypeVar

import httpx
import msgspec
import websockets
from websockets.asyncio.client import connect

from safecity.base import Clock, SafeCityError, Unavailable
from safecity.simulator.seen import Me

T = TypeVar("T")
logging.getLogger("httpx").setLevel(logging.WARNING)  # its log of requests would tell one-time links
ANSWER_S = 10.0
PATIENCE_S = 60.0  # how long a sign-in waits where too many sign in at once


class Refused(SafeCityError):
    """The house refused it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.http_status = status


class Unreachable(Unavailable):
    """The house does not answer."""


class _Me(msgspec.Struct):
    me: Me


class Browser:
    """One person's window, or that of somebody who never signed in. Use it as `async with`."""

    def __init__(self, base_url: str, clock: Clock) -> None:
        self._base = base_url.rstrip("/")
        self._clock = clock
        self._csrf = ""
        self._client = httpx.AsyncClient(base_url=self._base, timeout=ANSWER_S, trust_env=False)

    async def __aenter__(self) -> Browser:
        """Opens the window."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes it."""
        await self._client.aclose()

    async def sign_in(self, token: str, home: str | None = None) -> None:
        """Opens a one-time link and, where anything is to be changed, reads the CSRF token at `home`, an API address.

        Raises Refused, Unreachable.
        """
        begun_s = self._clock.monotonic()
        while True:
            answer = await self._request("GET", f"/signin/link/{token}")
            if answer.status_code != 429 or self._clock.monotonic() - begun_s > PATIENCE_S:
                break
            await self._clock.sleep(3)
        if answer.status_code >= 400 or not self._client.cookies:
            raise Refused(answer.status_code, "The one-time link did not sign in.")
        if home is not None:
            self._csrf = (await self.get(home, _Me)).me.csrf

    async def get(self, path: str, kind: type[T], **query: str) -> T:
        """Asks for something. Raises Refused, Unreachable."""
        return msgspec.json.decode(
            self._good(await self._request("GET", path, query=query)).content, type=kind
        )

    async def text(self, path: str) -> str:
        """Asks for something that is text. Raises Refused, Unreachable."""
        return self._good(await self._request("GET", path)).text

    async def post(self, path: str, body: Mapping[str, object], kind: type[T] | None = None) -> T | None:
        """Changes something. Raises Refused, Unreachable."""
        answer = self._good(await self._request("POST", path, body=body))
        return msgspec.json.decode(answer.content, type=kind) if kind is not None else None

    async def hear(self, since: int) -> AsyncIterator[str]:
        """The live stream's messages after a number, until the connection ends. Raises Unreachable."""
        address = self._base.replace("http", "ws", 1) + f"/ws/live?since={since}"
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._client.cookies.jar)
        try:
            async with connect(
                address,
                origin=websockets.Origin(self._base),
                additional_headers={"Cookie": cookies},
                proxy=None,
            ) as line:
                async for message in line:
                    if isinstance(message, str):
                        yield message
        except (OSError, websockets.WebSocketException) as error:
            raise Unreachable("The live stream does not answer.") from error

    async def _request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> httpx.Response:
        headers = {"X-CSRF": self._csrf, "Origin": self._base} if method == "POST" else {}
        try:
            return await self._client.request(method, path, params=query, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise Unreachable(f"{self._base} does not answer.") from error

    def _good(self, answer: httpx.Response) -> httpx.Response:
        if answer.is_success:
            return answer
        try:
            sentence = str(json.loads(answer.content)["error"])
        except (ValueError, KeyError, TypeError):
            sentence = f"The house answered with status {answer.status_code}."
        raise Refused(answer.status_code, sentence)
