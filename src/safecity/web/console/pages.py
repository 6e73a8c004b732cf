"""The console, the wall, and where everyone's work begins."""

from __future__ import annotations

from starlette.responses import Response

from safecity.access import Action, allow
from safecity.web.ask import Ask, Who
from safecity.web.pages import PageDoor, Paint, back, start_page


async def start(ask: Ask) -> Response:
    """Leads everyone to their own first page, and the public to the public one."""
    return back(start_page(ask.by))


async def console(ask: Ask, paint: Paint) -> Response:
    """The console; it fetches everything by itself."""
    allow(ask.by, Action.READ_CONSOLE)
    return paint.page("console.html", ask)


async def wall(ask: Ask, paint: Paint) -> Response:
    """The video wall."""
    allow(ask.by, Action.LOOK)
    return paint.page("wall.html", ask)


async def footage(ask: Ask, paint: Paint) -> Response:
    """Footage of several cameras at one shared time; auditors and administrators see timelines without pictures."""
    allow(ask.by, Action.READ_CAMERAS)
    return paint.page("footage.html", ask)


PAGES = (
    PageDoor("GET", "/", start, Who.ANYONE),
    PageDoor("GET", "/console", console),
    PageDoor("GET", "/wall", wall),
    PageDoor("GET", "/footage", footage),
)
