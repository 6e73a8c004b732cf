"""Permits over HTTP: asked by one person, decided by another, ended by either. The list is for those who may decide."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from safecity.access import (
    TERMS,
    Action,
    allow,
    ask_permit,
    find_permit,
    grant_permit,
    may,
    permits,
    refuse_permit,
    revoke_permit,
    running_permits,
)
from safecity.base import NotFound
from safecity.cameras import camera
from safecity.web.api.evidence import permit_views
from safecity.web.ask import Ask
from safecity.web.doors import get, post
from safecity.web.given import Id, whole
from safecity.web.views import PermitView

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
Code = Annotated[str, whole("[a-z][a-z0-9_]{0,39}")]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=480)]


class PermitGiven(msgspec.Struct, forbid_unknown_fields=True):
    """What leave is asked for: a hold to `export`, a camera to `unmask`; `reason_code` is from the list of its kind."""

    kind: Literal["export", "unmask"]
    subject: Id
    reason: Reason
    reason_code: Code = "court_order"
    minutes: Minutes | None = None


class PermitsView(msgspec.Struct):
    """Permits that wait for a decision, and those that hold just now."""

    waiting: list[PermitView]
    running: list[PermitView]


class TermsView(msgspec.Struct):
    """The reasons that count for a kind of permit, and its minutes."""

    reasons: list[str]
    usual_minutes: int
    longest_minutes: int


async def terms(ask: Ask) -> dict[str, TermsView]:
    """For what there are permits, for which reasons and for how long."""
    allow(ask.by, Action.ASK_PERMIT)
    return {
        kind: TermsView(list(each.reasons), each.usual_s // 60, each.longest_s // 60)
        for kind, each in TERMS.items()
    }


async def list_permits(ask: Ask) -> PermitsView:
    """Permits that wait for a second person, and those that hold; of everyone."""
    allow(ask.by, Action.GRANT_PERMIT)
    node = ask.house.node
    return PermitsView(
        await permit_views(ask, await permits(node)), await permit_views(ask, await running_permits(node))
    )


async def show_permit(ask: Ask) -> PermitView:
    """One permit as it stands, for whoever asked for it and those who may decide."""
    found = await find_permit(ask.house.node, ask.id())
    if found.asked_by != ask.by.id and not may(ask.by, Action.GRANT_PERMIT):
        raise NotFound("There is no such permit.")
    return (await permit_views(ask, [found]))[0]


async def ask_for_permit(ask: Ask, given: PermitGiven) -> PermitView:
    """Asks leave to hand a hold over, or to see a camera without its mask."""
    if given.kind == "unmask":
        await camera(ask.house.node, given.subject)  # one that is not there is nothing to ask for
    asked = await ask_permit(
        ask.house.node,
        ask.by,
        given.kind,
        given.subject,
        reason_code=given.reason_code,
        reason=given.reason,
        for_s=None if given.minutes is None else given.minutes * 60,
    )
    return (await permit_views(ask, [asked]))[0]


async def grant(ask: Ask) -> PermitView:
    """Grants a permit, as a second person."""
    return (await permit_views(ask, [await grant_permit(ask.house.node, ask.by, ask.id())]))[0]


async def refuse(ask: Ask) -> PermitView:
    """Refuses a permit, as a second person."""
    return (await permit_views(ask, [await refuse_permit(ask.house.node, ask.by, ask.id())]))[0]


async def end(ask: Ask) -> PermitView:
    """Ends a permit at once."""
    return (await permit_views(ask, [await revoke_permit(ask.house.node, ask.by, ask.id())]))[0]


DOORS = (
    get("/api/permits", list_permits),
    get("/api/permits/terms", terms),
    get("/api/permits/{id}", show_permit),
    post("/api/permits", ask_for_permit, status=201),
    post("/api/permits/{id}/grant", grant),
    post("/api/permits/{id}/refuse", refuse),
    post("/api/permits/{id}/end", end),
)
