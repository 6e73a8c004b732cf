"""The pages of exports: one's own, what waits for a second person, and one export with its films."""

from __future__ import annotations

from typing import Literal

import msgspec
from starlette.responses import Response

from safecity.access import Action, allow, find_permit, grant_permit, may, permits, refuse_permit
from safecity.base import NotFound
from safecity.evidence import drop_export, exports, find_export
from safecity.web.api.evidence import permit_views
from safecity.web.api.exports import export_views, films_wanted
from safecity.web.ask import Ask
from safecity.web.pages import PageDoor, Paint, back
from safecity.web.views import PermitView

KIND = "export"


class DecisionForm(msgspec.Struct):
    """What a second person says."""

    decision: Literal["grant", "refuse"]


async def exports_page(ask: Ask, paint: Paint) -> Response:
    """One's own exports, and what waits for one's word."""
    allow(ask.by, Action.READ_CAMERAS)
    mine = await export_views(ask, await exports(ask.house.node, ask.by))
    asked = await waiting(ask)
    films = await films_wanted(ask, asked)
    return paint.page("exports.html", ask, exports=mine, waiting=asked, films=films)


async def waiting(ask: Ask) -> list[PermitView]:
    """Permits to hand footage over that others asked for, for those who may grant them."""
    if not may(ask.by, Action.GRANT_PERMIT):
        return []
    asked = await permits(ask.house.node)
    return await permit_views(
        ask, [each for each in asked if each.kind == KIND and each.asked_by != ask.by.id]
    )


async def export_page(ask: Ask, paint: Paint) -> Response:
    """One export: how far it is, and its films."""
    (view,) = await export_views(ask, [await find_export(ask.house.node, ask.by, ask.id())])
    return paint.page("export.html", ask, export=view)


async def drop_it(ask: Ask) -> Response:
    """Ends an export, or deletes its films."""
    await drop_export(ask.house.node, ask.by, ask.house.archive, ask.id())
    return back("/exports")


async def decide(ask: Ask, given: DecisionForm) -> Response:
    """Grants or refuses a permit to hand footage over, as a second person."""
    node = ask.house.node
    if (await find_permit(node, ask.id())).kind != KIND:
        raise NotFound("There is no such permit to hand footage over.")
    verb = grant_permit if given.decision == "grant" else refuse_permit
    await verb(node, ask.by, ask.id())
    return back("/exports")


PAGES = (
    PageDoor("GET", "/exports", exports_page),
    PageDoor("GET", "/exports/{id}", export_page),
    PageDoor("POST", "/exports/{id}/drop", drop_it),
    PageDoor("POST", "/exports/permits/{id}", decide),
)
