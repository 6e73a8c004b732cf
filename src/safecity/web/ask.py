"""Who is asking: the session behind a cookie, the device behind a token, or nobody.

Everything but GET needs, for people, the session's CSRF token: as the header `X-CSRF` or the form field `csrf`.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from enum import Enum

from starlette.requests import HTTPConnection, Request

from safecity.access import Person, Session, device_of, session
from safecity.base import PUBLIC, Actor, NotAllowed, NotFound, NotSignedIn, TooLarge, is_id
from safecity.web.gate import SAFE_METHODS
from safecity.web.house import House
from safecity.web.sentences import shown

COOKIE = "safecity"


class Who(Enum):
    """Who may knock at a door; what they may do then is the policy's matter."""

    ANYONE = "anyone"
    PEOPLE = "people"
    DEVICES = "devices"
    PEOPLE_OR_DEVICES = "people or devices"


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request and who makes it."""

    house: House
    request: HTTPConnection
    by: Actor
    session: Session | None = None

    @property
    def person(self) -> Person:
        """The person who is signed in. Raises NotSignedIn."""
        if self.session is None:
            raise NotSignedIn
        return self.session.person

    @property
    def csrf(self) -> str:
        """The token that the person's own pages send along; empty for others."""
        return self.session.csrf if self.session else ""

    def id(self, name: str = "id") -> str:
        """The id in the address. Raises NotFound where it is none, before anyone looks it up."""
        text = str(self.request.path_params[name])
        if not is_id(text):
            raise NotFound(f"There is nothing here under {shown(text)}.")
        return text

    @property
    def address(self) -> str:
        """Where the request came from."""
        return self.request.client.host if self.request.client else "unknown"


async def ask_of(house: House, request: HTTPConnection, who: Who) -> Ask:
    """Finds out who asks. Raises NotSignedIn, NotAllowed."""
    if who in {Who.DEVICES, Who.PEOPLE_OR_DEVICES} and "authorization" in request.headers:
        return Ask(house=house, request=request, by=await device_asking(house, request))
    found = await session_asking(house, request)
    if found is None:
        if who is Who.ANYONE:
            return Ask(house=house, request=request, by=PUBLIC)
        raise NotSignedIn
    if who is Who.DEVICES:
        raise NotAllowed("Only a device with a token may do this.")
    ask = Ask(house=house, request=request, by=found.person.actor, session=found)
    if isinstance(request, Request) and request.method not in SAFE_METHODS and who is not Who.ANYONE:
        check_csrf(ask, await given_csrf(request))
    return ask


async def session_asking(house: House, request: HTTPConnection) -> Session | None:
    """The session of the cookie, if it is still good."""
    token = request.cookies.get(COOKIE, "")
    return await session(house.node, token, limits=house.settings.limits) if token else None


async def device_asking(house: House, request: HTTPConnection) -> Actor:
    """The device whose token stands in the Authorization header. Raises NotSignedIn."""
    scheme, _, token = request.headers["authorization"].partition(" ")
    device = await device_of(house.node, token.strip()) if scheme.lower() == "bearer" else None
    if device is None:
        raise NotSignedIn("This token is not known here, or it was withdrawn.")
    return device


async def given_csrf(request: Request) -> str:
    """The CSRF token a request brings."""
    if "x-csrf" in request.headers:
        return request.headers["x-csrf"]
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return str((await request.form(max_files=0, max_fields=50)).get("csrf", ""))
    return ""


def check_csrf(ask: Ask, token: str) -> None:
    """Raises NotAllowed where the token is not the session's."""
    if not ask.csrf or not hmac.compare_digest(ask.csrf.encode(), token.encode()):
        raise NotAllowed("This page is out of date; please load it again and repeat what you did.")


async def read_body(request: Request, limit_bytes: int) -> bytes:
    """The body of a request. Raises TooLarge as soon as more than the limit is announced or has come."""
    sentence = f"What was sent is too large: at most {limit_bytes // (1024 * 1024)} MiB are taken here."
    announced = request.headers.get("content-length", "0")
    if announced.isdigit() and int(announced) > limit_bytes:
        raise TooLarge(sentence)
    pieces: list[bytes] = []
    size = 0
    async for piece in request.stream():
        size += len(piece)
        if size > limit_bytes:
            raise TooLarge(sentence)
        pieces.append(piece)
    return b"".join(pieces)
