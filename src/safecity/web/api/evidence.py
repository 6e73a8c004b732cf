"""Evidence over HTTP: holding footage, and handing it over as a zip file."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec
from starlette.background import BackgroundTask
from starlette.responses import FileResponse

from safecity.access import Action, Permit, allow, names
from safecity.base import BadInput, from_ms, to_ms
from safecity.evidence import Hold, export, hold, holds, release
from safecity.web.ask import Ask
from safecity.web.compose import moment, permit_view
from safecity.web.doors import Media, get, post
from safecity.web.given import Id
from safecity.web.views import HoldView, PermitView

Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]


class HoldGiven(msgspec.Struct, forbid_unknown_fields=True):
    """A span of a camera's footage to keep for an incident."""

    incident: Id
    camera: Id
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    reason: Reason


class HoldsQuery(msgspec.Struct, forbid_unknown_fields=True):
    """Of which incident."""

    incident: Id


class HoldsView(msgspec.Struct):
    """What is held."""

    holds: list[HoldView]


class Release(msgspec.Struct, forbid_unknown_fields=True):
    """Why it need not be kept any more."""

    reason: Reason


class Export(msgspec.Struct, forbid_unknown_fields=True):
    """The permit that a second person granted."""

    permit: Id


async def hold_footage(ask: Ask, given: HoldGiven) -> HoldView:
    """Holds footage as evidence."""
    if given.start.tzinfo is None or given.end.tzinfo is None:
        raise BadInput("Please give times with their zone, such as 2026-11-22T21:47:06Z.")
    kept = await hold(
        ask.house.node,
        ask.by,
        ask.house.archive,
        incident=given.incident,
        camera=given.camera,
        from_ms=to_ms(given.start),
        to_ms=to_ms(given.end),
        reason=given.reason,
    )
    return (await hold_views(ask, [kept]))[0]


async def list_holds(ask: Ask, given: HoldsQuery) -> HoldsView:
    """What is held for an incident."""
    allow(ask.by, Action.READ_HISTORY)
    return HoldsView(await hold_views(ask, await holds(ask.house.node, given.incident)))


async def release_hold(ask: Ask, given: Release) -> HoldView:
    """Releases held footage; it is kept for as long as any other."""
    done = await release(ask.house.node, ask.by, ask.house.archive, ask.id(), given.reason)
    return (await hold_views(ask, [done]))[0]


async def export_hold(ask: Ask, given: Export) -> FileResponse:
    """Hands a hold over: a zip file with the camera's own bytes, the facts, and proofs that nothing was changed."""
    return await exported(ask, ask.id(), given.permit)


async def exported(ask: Ask, hold_id: str, permit: str) -> FileResponse:
    """The zip file as a download; it is deleted here once it was sent."""
    path = await export(ask.house.node, ask.by, ask.house.archive, hold_id, permit, ask.house.keys)
    return FileResponse(
        path,
        media_type=Media.ZIP.value,
        filename=path.name,
        headers={"cache-control": "no-store"},
        background=BackgroundTask(path.unlink, missing_ok=True),
    )


async def hold_views(ask: Ask, found: list[Hold]) -> list[HoldView]:
    """Views of holds."""
    called = await names(ask.house.node, {each.held_by for each in found})
    return [
        HoldView(
            id=each.id,
            incident=each.incident,
            camera=each.camera,
            start=from_ms(each.from_ms),
            end=from_ms(each.to_ms),
            reason=each.reason,
            held_at=from_ms(each.held_ms),
            held_by=called[each.held_by],
            segments=each.segments,
            bytes=each.bytes,
            released_at=moment(each.released_ms),
        )
        for each in found
    ]


async def permit_views(ask: Ask, found: list[Permit]) -> list[PermitView]:
    """Views of permits, with names."""
    people = {each.asked_by for each in found} | {each.granted_by for each in found if each.granted_by}
    called = await names(ask.house.node, people)
    return [permit_view(each, called) for each in found]


DOORS = (
    get("/api/holds", list_holds),
    post("/api/holds", hold_footage, status=201),
    post("/api/holds/{id}/release", release_hold),
    post("/api/holds/{id}/export", export_hold, media=Media.ZIP),
)
