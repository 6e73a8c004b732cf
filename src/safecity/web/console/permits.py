"""The page of permits: what waits for a second person, and what holds just now, each to be decided with one click."""

from __future__ import annotations

from typing import Literal

import msgspec
from starlette.responses import Response

from safecity.access import (
    TERMS,
    Action,
    allow,
    grant_permit,
    permits,
    refuse_permit,
    revoke_permit,
    running_permits,
)
from safecity.cameras import cameras
from safecity.web.api.evidence import permit_views
from safecity.web.api.exports import films_wanted
from safecity.web.ask import Ask
from safecity.web.pages import PageDoor, Paint, back

VERBS = {"grant": grant_permit, "refuse": refuse_permit, "end": revoke_permit}


class AnswerForm(msgspec.Struct):
    """What a second person decides, or that a permit ends."""

    answer: Literal["grant", "refuse", "end"]


async def permits_page(ask: Ask, paint: Paint) -> Response:
    """Who waits for leave to do what, and who has it."""
    allow(ask.by, Action.GRANT_PERMIT)
    node = ask.house.node
    waiting, running = await permits(node), await running_permits(node)
    asked, holding = await permit_views(ask, waiting), await permit_views(ask, running)
    return paint.page(
        "permits.html",
        ask,
        waiting=asked,
        running=holding,
        films=await films_wanted(ask, (*asked, *holding)),
        mine={each.id for each in (*waiting, *running) if each.asked_by == ask.by.id},
        cameras={each.id: each.name for each in await cameras(node)},
        words={kind: each.words for kind, each in TERMS.items()},
    )


async def answer_it(ask: Ask, given: AnswerForm) -> Response:
    """Grants, refuses or ends a permit."""
    await VERBS[given.answer](ask.house.node, ask.by, ask.id())
    return back("/permits")


PAGES = (
    PageDoor("GET", "/permits", permits_page),
    PageDoor("POST", "/permits/{id}/answer", answer_it),
)
