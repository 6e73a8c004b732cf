"""The gate every request passes: whose name was called, from which page, and with which headers we answer.

Checks the Host header against the names we answer to (DNS rebinding), the Origin of everything that can change
something and of every WebSocket, and puts the security headers on each answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from safecity.base import BadInput, NotAllowed, SafeCityError
from safecity.web.answer import refuse
from safecity.web.sentences import shown

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    # Not "no-referrer": with that, browsers send "Origin: null" with every form, and we could not tell who asks.
    "referrer-policy": "same-origin",
    "permissions-policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Gate:
    """An ASGI layer around the whole site. `hosts` are names without a port; "*" answers to any name."""

    app: ASGIApp
    hosts: frozenset[str]
    tls: bool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a connection through or refuses it with a sentence."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        try:
            self.check(scope)
        except SafeCityError as refused:
            await refuse(scope, refused)(scope, receive, self._sealed(send))
            return
        # A WebSocket has no answer that headers could be put on, only messages, of which each would come by here.
        await self.app(scope, receive, self._sealed(send) if scope["type"] == "http" else send)

    def check(self, scope: Scope) -> None:
        """Raises BadInput for a name that is not ours, NotAllowed for another site's page."""
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if "*" not in self.hosts and host_name(host) not in self.hosts:
            raise BadInput(f"This server does not answer to the name {shown(host_name(host))}.")
        if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
            return
        origin = headers.get("origin")
        if origin is None:
            # Browsers name the origin on every POST and WebSocket; programs with a token need not.
            if headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}:
                return
            raise NotAllowed("This request came from another site and was refused.")
        if origin_host(origin) != host.lower():
            raise NotAllowed("This request came from another site and was refused.")

    def _sealed(self, send: Send) -> Send:
        async def sealed(message: Message) -> None:
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                add_headers(MutableHeaders(scope=message), tls=self.tls)
            await send(message)

        return sealed


def add_headers(headers: MutableHeaders, *, tls: bool) -> None:
    """Puts the security headers on an answer, where it has none of its own."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("cache-control", "no-store")
    if tls:
        headers.setdefault("strict-transport-security", "max-age=31536000; includeSubDomains")


def host_name(host: str) -> str:
    """The name in a Host header, without its port, in lower case; an IPv6 address keeps its brackets."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def origin_host(origin: str) -> str:
    """The host and port of an Origin header, as a Host header would say it; empty for none."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""
