"""Signing in and out.

A one-time link signs in at the first GET, in one click, when the browser opened it directly (typed, scanned, or from
another program). The price: a program that opens links ahead of a person, such as a chat's preview, uses the link up.
So links are shown on a screen or printed, not sent; a request that says it is a prefetch redeems nothing; and a link
that another site's page leads to asks for one more click, so that no page can sign someone in behind their back.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from safecity.access import Session, redeem_link, sign_in, sign_out
from safecity.base import BadInput, NotSignedIn, TooMany
from safecity.web.ask import COOKIE, Ask, Who, check_csrf, given_csrf
from safecity.web.house import House
from safecity.web.pages import PageDoor, Paint, back, own_path, start_page
from safecity.web.throttle import Throttle

Line = Annotated[str, msgspec.Meta(max_length=300)]


class SignIn(msgspec.Struct):
    """The form."""

    sign_in: Line = ""
    password: Line = ""
    next: Line = ""


class SignInQuery(msgspec.Struct):
    """Where to go afterwards."""

    next: Line = ""


class Enter:
    """The pages of signing in and out, with the limit on how often one address may try."""

    def __init__(self, house: House) -> None:
        settings = house.settings
        self._throttle = Throttle(
            burst=settings.sign_in_burst,
            per_minute=settings.sign_ins_per_minute,
            sentence="There were too many tries from your address; please wait a minute.",
        )

    async def form(self, ask: Ask, paint: Paint, given: SignInQuery) -> Response:
        """The form; whoever is signed in is led on."""
        if ask.session is not None:
            return back(own_path(given.next, start_page(ask.by)))
        return paint.page("signin.html", ask, problem="", sign_in="", next=own_path(given.next, ""))

    async def enter(self, ask: Ask, paint: Paint, given: SignIn) -> Response:
        """Takes name and password."""
        node = ask.house.node
        try:
            self._throttle.take(ask.address, node.clock.monotonic())
            session = await sign_in(
                node,
                sign_in=given.sign_in,
                password=given.password,
                limits=ask.house.settings.limits,
            )
        except (NotSignedIn, TooMany, BadInput) as refused:
            shown = {"problem": refused.sentence, "sign_in": given.sign_in, "next": own_path(given.next, "")}
            return paint.page("signin.html", None, status=refused.http_status, **shown)
        return signed_in(ask.house, session, own_path(given.next, ""))

    async def link(self, ask: Ask, paint: Paint) -> Response:
        """A one-time link, opened."""
        headers = ask.request.headers
        token = str(ask.request.path_params["token"])
        if "prefetch" in headers.get("sec-purpose", "") or ask.request.scope["method"] == "HEAD":
            return Response(status_code=204)
        if headers.get("sec-fetch-site") in {"cross-site", "same-site"}:
            return paint.page("link.html", None, token=token)
        return await self.redeem(ask)

    async def redeem(self, ask: Ask) -> Response:
        """A one-time link, used. Not counted as a try: nobody guesses 256 bits, and a shift signs in all at once."""
        session = await redeem_link(ask.house.node, str(ask.request.path_params["token"]))
        return signed_in(ask.house, session, "")

    async def leave(self, ask: Ask) -> Response:
        """Signs out, here and in every window of this browser."""
        if ask.session is not None and isinstance(ask.request, Request):
            check_csrf(ask, await given_csrf(ask.request))
            await sign_out(ask.house.node, ask.session.token)
        response = back("/signin")
        response.delete_cookie(
            COOKIE, path="/", secure=ask.house.settings.tls, httponly=True, samesite="strict"
        )
        return response

    def pages(self) -> tuple[PageDoor, ...]:
        """The doors."""
        return (
            PageDoor("GET", "/signin", self.form, Who.ANYONE),
            PageDoor("POST", "/signin", self.enter, Who.ANYONE),
            PageDoor("GET", "/signin/link/{token}", self.link, Who.ANYONE),
            PageDoor("POST", "/signin/link/{token}", self.redeem, Who.ANYONE),
            PageDoor("POST", "/signout", self.leave, Who.ANYONE),
        )


def signed_in(house: House, session: Session, then: str) -> RedirectResponse:
    """Leads on with the session's cookie: hidden from scripts and other sites, and over TLS only where there is TLS."""
    response = back(then or start_page(session.person.actor))
    response.set_cookie(
        COOKIE, session.token, path="/", secure=house.settings.tls, httponly=True, samesite="strict"
    )
    return response
