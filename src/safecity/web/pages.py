"""Pages for people: Jinja2 templates, always escaped, in the city's time; forms that work without JavaScript."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast, get_type_hints
from urllib.parse import quote
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from safecity.access import Action, Role, may
from safecity.base import Actor, BadInput, NotSignedIn, SafeCityError
from safecity.web.ask import Ask, Who, ask_of
from safecity.web.compose import iso
from safecity.web.house import House
from safecity.web.sentences import validation_sentence

PageHandler = Callable[..., Awaitable[Response]]

NAVIGATION = (
    ("Console", "/console", Action.READ_CONSOLE),
    ("Alerts", "/alerts", Action.READ_CONSOLE),
    ("Incidents", "/incidents", Action.READ_HISTORY),
    ("Cameras", "/cameras", Action.READ_CAMERAS),
    ("Wall", "/wall", Action.LOOK),
    ("Footage", "/footage", Action.READ_CAMERAS),
    ("Exports", "/exports", Action.ASK_PERMIT),
    ("Permits", "/permits", Action.GRANT_PERMIT),
    ("Field", "/field", Action.READ_FIELD),
    ("Completeness", "/completeness", Action.READ_CAMERAS),
    ("Storage", "/storage", Action.READ_CAMERAS),
    ("Times", "/times", Action.READ_TIMES),
    ("Log", "/log", Action.READ_LOG),
    ("People", "/people", Action.MANAGE_PEOPLE),
)

STARTS = (
    (Role.OPERATOR, "/console"),
    (Role.DESK, "/console"),
    (Role.OFFICER, "/field"),
    (Role.AUDITOR, "/log"),
    (Role.ADMINISTRATOR, "/cameras"),
)


class Paint:
    """Draws templates for one house."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._zone = ZoneInfo(house.city.timezone)
        self._environment = Environment(
            loader=PackageLoader("safecity.web", "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        filters = cast("dict[str, Any]", self._environment.filters)
        filters.update(moment=self.moment, clock=self.clock, iso=iso, spell=spell, size=size_words)

    def page(self, template: str, ask: Ask | None, /, *, status: int = 200, **values: object) -> HTMLResponse:
        """A page. `ask` is None where nobody is known to be signed in."""
        by = ask.by if ask and ask.session else None
        links = [(name, link) for name, link, action in NAVIGATION if by and may(by, action)]

        def can(action: str, bureau: str | None = None) -> bool:
            return by is not None and may(by, Action(action), bureau=bureau)

        text = self._environment.get_template(template).render(
            city=self._house.city,
            person=ask.session.person if ask and ask.session else None,
            csrf=ask.csrf if ask else "",
            links=links,
            path=ask.request.url.path if ask else "",
            now=self._house.node.clock.now(),
            can=can,
            **values,
        )
        return HTMLResponse(text, status)

    def error(self, request: Request, error: SafeCityError) -> Response:
        """A refusal as a page; one who is not signed in and only wanted to see is sent to sign in."""
        if isinstance(error, NotSignedIn) and request.method == "GET":
            return RedirectResponse(f"/signin?next={quote(request.url.path)}", 303)
        return self.page("error.html", None, status=error.http_status, sentence=error.sentence)

    def moment(self, at: datetime | None) -> str:
        """Day and time of day in the city."""
        return at.astimezone(self._zone).strftime("%d %b %Y, %H:%M:%S") if at else "–"

    def clock(self, at: datetime | None) -> str:
        """The time of day in the city."""
        return at.astimezone(self._zone).strftime("%H:%M:%S") if at else "–"


def spell(seconds: float | None) -> str:
    """A duration as people say it: "42 s", "3 min 05 s", "2 h 10 min"."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def size_words(count: int) -> str:
    """So many bytes, in the unit that suits."""
    size = float(count)
    for unit in ("B", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


@dataclass(frozen=True)
class PageDoor:
    """One page or form.

    The handler takes `ask`, and by name what it needs: `paint` to draw, `given` a struct of the form's fields.
    """

    method: str
    path: str
    handler: PageHandler
    who: Who = Who.PEOPLE

    def route(self, house: House, paint: Paint) -> Route:
        """The page as a route of the site."""
        hints = get_type_hints(self.handler)
        always = {"paint": paint} if "paint" in hints else {}
        shape = hints.get("given")

        async def endpoint(request: Request) -> Response:
            ask = await ask_of(house, request, self.who)
            given = {"given": await read_fields(request, shape)} if shape else {}
            return await self.handler(ask, **always, **given)

        return Route(self.path, endpoint, methods=[self.method], name=f"{self.method} {self.path}")


async def read_fields(request: Request, as_: type[msgspec.Struct]) -> msgspec.Struct:
    """The checked fields of a form or, for a GET, of the query. Raises BadInput with a sentence."""
    if request.method == "GET":
        fields = dict(request.query_params)
    else:
        async with request.form(max_files=0, max_fields=50, max_part_size=64 * 1024) as form:
            fields = {name: str(value) for name, value in form.items() if name != "csrf"}
    try:
        return msgspec.convert(fields, as_, strict=False)
    except msgspec.ValidationError as error:
        raise BadInput(validation_sentence(str(error))) from None


def back(path: str) -> RedirectResponse:
    """After a form was handled: go and see."""
    return RedirectResponse(path, 303)


def own_path(text: str, otherwise: str = "/") -> str:
    """A path on this site to go on to; anything that could lead elsewhere becomes `otherwise`."""
    return text if text.startswith("/") and not text.startswith("//") and "\\" not in text else otherwise


def start_page(by: Actor) -> str:
    """Where someone's work begins."""
    return next((path for role, path in STARTS if str(role) in by.roles), "/public")
