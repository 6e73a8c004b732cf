"""Oversight over HTTP: response times, the public's figures, and the public log under the paths of C2SP tlog-tiles."""

from __future__ import annotations

from typing import Annotated

import msgspec
from starlette.responses import Response

from safecity.access import Action, allow
from safecity.base import to_ms
from safecity.oversight import PublicReport, Times, checkpoint, public_report, response_times, tile
from safecity.web.ask import Ask, Who
from safecity.web.doors import Media, get

DAY_MS = 86_400_000
Days = Annotated[int, msgspec.Meta(ge=1, le=366)]


class DaysQuery(msgspec.Struct, forbid_unknown_fields=True):
    """How many days back."""

    days: Days = 7


async def times(ask: Ask, given: DaysQuery) -> Times:
    """Response times, exact, by bureau and priority."""
    allow(ask.by, Action.READ_TIMES)
    return await times_of(ask, given.days)


async def times_of(ask: Ask, days: int) -> Times:
    """The response times of the last days."""
    now_ms = to_ms(ask.house.node.clock.now())
    return await response_times(ask.house.node, from_ms=now_ms - days * DAY_MS, to_ms=now_ms + 1)


async def public(ask: Ask, given: DaysQuery) -> PublicReport:
    """What everyone may know: how fast help came, and how often pictures were looked at."""
    return await report_of(ask, given.days)


async def report_of(ask: Ask, days: int) -> PublicReport:
    """The public report of the last days."""
    now_ms = to_ms(ask.house.node.clock.now())
    return await public_report(ask.house.node, from_ms=now_ms - days * DAY_MS, to_ms=now_ms + 1)


async def show_checkpoint(ask: Ask) -> Response:
    """The newest signed checkpoint of the log."""
    return Response(await checkpoint(ask.house.node), media_type="text/plain; charset=utf-8")


async def show_tile(ask: Ask) -> Response:
    """A tile of the log: hashes, or salted commitments of entries. Full tiles never change."""
    path = str(ask.request.path_params["path"])
    data = await tile(ask.house.node, path)
    kept = "no-cache" if ".p/" in path else "public, max-age=31536000, immutable"
    return Response(data, media_type="application/octet-stream", headers={"cache-control": kept})


DOORS = (
    get("/api/times", times),
    get("/api/public", public, Who.ANYONE),
    get("/log/checkpoint", show_checkpoint, Who.ANYONE, Media.TEXT),
    get("/log/tile/{path:path}", show_tile, Who.ANYONE, Media.BYTES),
)
