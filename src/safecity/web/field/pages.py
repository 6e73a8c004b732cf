"""The officer's phone: one page that keeps working when the line is gone."""

from __future__ import annotations

from starlette.responses import Response

from safecity.access import Action, allow
from safecity.web.ask import Ask
from safecity.web.pages import PageDoor, Paint


async def field(ask: Ask, paint: Paint) -> Response:
    """The officer's page."""
    allow(ask.by, Action.READ_FIELD)
    return paint.page("field.html", ask)


PAGES = (PageDoor("GET", "/field", field),)
