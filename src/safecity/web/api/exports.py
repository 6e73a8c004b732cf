"""Films over HTTP: asking for an export, how far it is, and the download, which goes on where it broke off.

A download has the film's SHA-256 as its strong entity tag and answers ranges (RFC 9110 13.1.5, 14.2): `curl -C -` and a
browser's own "resume" go on with the same bytes, or begin anew where the file is another.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Annotated

import msgspec
from starlette.responses import FileResponse

from safecity.access import Permit, PermitState, names, permits
from safecity.base import NotFound, from_ms, to_ms
from safecity.cameras import cameras
from safecity.evidence import (
    ExportJob,
    ExportState,
    ask_export,
    deliver_export,
    drop_export,
    exports,
    find_export,
    judge_export,
)
from safecity.web.api.footage import check_span
from safecity.web.ask import Ask
from safecity.web.compose import moment, permit_view
from safecity.web.doors import Door, Media, get, post
from safecity.web.given import Id, whole
from safecity.web.views import PermitView

WIDTH = 1280
WORDS = {
    ExportState.ASKED: "It waits for its turn.",
    ExportState.RUNNING: "The films are being made.",
    ExportState.READY: "The films are ready.",
    ExportState.FAILED: "The films could not be made.",
    ExportState.GONE: "The films were deleted.",
}
NEEDS_PERMIT = "It waits until a second person grants the permit."


class ExportGiven(msgspec.Struct, forbid_unknown_fields=True):
    """Cameras and a span; masked unless it says otherwise. `width` is that of masked pictures, in pixels."""

    cameras: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=32)]
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    reason_code: Annotated[str, whole("[a-z][a-z0-9_]{0,39}")] = "investigation"
    masked: bool = True
    width: Annotated[int, msgspec.Meta(ge=160, le=1920)] = WIDTH


class FilmView(msgspec.Struct):
    """A film that was made; `missing` are the spans it lacks."""

    name: str
    camera: str
    camera_name: str
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    bytes: int
    pictures: int
    missing: list[tuple[datetime, datetime]]
    sha256: str
    href: str
    delivered_at: datetime | None


class ExportView(msgspec.Struct):
    """An export. `progress` is the share that is made, 0 to 1; `sentence` says to a person how it stands."""

    id: str
    cameras: list[str]
    camera_names: list[str]
    start: datetime = msgspec.field(name="from")
    end: datetime = msgspec.field(name="to")
    asked_at: datetime
    reason: str
    masked: bool
    state: str
    progress: float
    sentence: str
    kept_until: datetime | None
    permit: PermitView | None
    files: list[FilmView]


class ExportsView(msgspec.Struct):
    """One's own exports, newest first."""

    exports: list[ExportView]


async def list_exports(ask: Ask) -> ExportsView:
    """One's own exports, newest first."""
    return ExportsView(await export_views(ask, await exports(ask.house.node, ask.by)))


async def make_export(ask: Ask, given: ExportGiven) -> ExportView:
    """Asks for films of several cameras; without masks they wait for a second person."""
    check_span(given.start, given.end)
    job = await ask_export(
        ask.house.node,
        ask.by,
        given.cameras,
        from_ms=to_ms(given.start),
        to_ms=to_ms(given.end),
        reason_code=given.reason_code,
        reason=given.reason,
        masked=given.masked,
        width=given.width,
    )
    return (await export_views(ask, [job]))[0]


async def show_export(ask: Ask) -> ExportView:
    """How far an export is, and its films."""
    return (await export_views(ask, [await find_export(ask.house.node, ask.by, ask.id())]))[0]


async def forget_export(ask: Ask) -> ExportView:
    """Ends an export, or deletes its films."""
    job = await drop_export(ask.house.node, ask.by, ask.house.archive, ask.id())
    return (await export_views(ask, [job]))[0]


async def download(ask: Ask) -> FileResponse:
    """A film, whole or a range of it. That it leaves is in the journal before the first byte."""
    name = str(ask.request.path_params["name"])
    film = await deliver_export(ask.house.node, ask.by, ask.house.archive, ask.id(), name)
    headers = {"etag": film.etag, "cache-control": "private, no-cache", "accept-ranges": "bytes"}
    return FileResponse(film.path, media_type=Media.MP4.value, filename=film.name, headers=headers)


async def films_wanted(ask: Ask, waiting: Iterable[PermitView]) -> dict[str, ExportView]:
    """The exports that permits are asked for, by their ids, for whoever may decide on them."""
    jobs: list[ExportJob] = []
    for each in waiting:
        with suppress(NotFound):  # a permit to hand over what is held has another subject
            if each.kind == "export":
                jobs.append(await judge_export(ask.house.node, ask.by, each.subject))
    return {each.id: each for each in await export_views(ask, jobs)}


async def export_views(ask: Ask, found: list[ExportJob]) -> list[ExportView]:
    """Views of exports, with the names of cameras and people."""
    node = ask.house.node
    called = {each.id: each.name for each in await cameras(node)}
    views: list[ExportView] = []
    for job in found:
        leave = (await permits(node, subject=job.id))[-1:] if not job.masked else []
        people = {person for each in leave for person in (each.asked_by, each.decided_by) if person}
        names_ = await names(node, people)
        views.append(
            _view(job, called, permit_view(leave[0], names_) if leave else None, _sentence(job, leave))
        )
    return views


def _sentence(job: ExportJob, leave: list[Permit]) -> str:
    """How an export stands, for a person."""
    if job.state is ExportState.ASKED and leave and leave[0].state is not PermitState.GRANTED:
        refused = leave[0].state is PermitState.REFUSED
        return "The permit was refused, so it will not be made." if refused else NEEDS_PERMIT
    return " ".join(words for words in (WORDS[job.state], job.failure) if words)


def _view(job: ExportJob, called: dict[str, str], leave: PermitView | None, sentence: str) -> ExportView:
    return ExportView(
        id=job.id,
        cameras=list(job.cameras),
        camera_names=[called.get(each, each) for each in job.cameras],
        start=from_ms(job.from_ms),
        end=from_ms(job.to_ms),
        asked_at=from_ms(job.asked_ms),
        reason=job.reason,
        masked=job.masked,
        state=job.state,
        progress=1.0 if job.state is ExportState.READY else job.done,
        sentence=sentence,
        kept_until=moment(job.keep_ms),
        permit=leave,
        files=[
            FilmView(
                name=each.name,
                camera=each.camera,
                camera_name=called.get(each.camera, each.camera),
                start=from_ms(each.from_ms),
                end=from_ms(each.to_ms),
                bytes=each.bytes,
                pictures=each.pictures,
                missing=[(from_ms(first), from_ms(last)) for first, last in each.missing],
                sha256=each.sha256,
                href=f"/api/exports/{job.id}/films/{each.name}",
                delivered_at=moment(each.delivered_ms),
            )
            for each in job.files
            if job.state is ExportState.READY
        ],
    )


DOORS = (
    get("/api/exports", list_exports),
    post("/api/exports", make_export, status=201),
    get("/api/exports/{id}", show_export),
    Door("DELETE", "/api/exports/{id}", forget_export),
    get("/api/exports/{id}/films/{name}", download, media=Media.MP4),
)
