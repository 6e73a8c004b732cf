"""Asks for films of several cameras over a span, masked unless a permit says otherwise; `run_exports` makes them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import msgspec

from safecity.access import TERMS, Action, allow, ask_permit
from safecity.base import Actor, BadInput, Change, Conflict, Node, NotAllowed, uuid7
from safecity.base import to_ms as milliseconds
from safecity.cameras import camera as find_camera
from safecity.evidence.events import ExportAsked, ExportForgotten
from safecity.evidence.model import ExportJob
from safecity.evidence.store import SQL, ExportRow, checked_reason, one_export, with_files
from safecity.footage import Archive

MOST_CAMERAS = 32
LONGEST_MS = 12 * 3600 * 1000
MOST_WAITING = 20
WIDTH = 1280
NARROWEST, WIDEST = 160, 1920


async def ask_export(
    node: Node,
    by: Actor,
    cameras: Sequence[str],
    *,
    from_ms: int,
    to_ms: int,
    reason_code: str,
    reason: str,
    masked: bool = True,
    width: int = WIDTH,
) -> ExportJob:
    """Asks for an export; durable when it returns. `width` is how wide masked pictures are at most.

    One that is not masked asks for the permit too: kind `export`, its subject the job's id; it begins once a second
    person grants it. Raises NotAllowed, NotFound (camera), BadInput, Conflict where too many of one person wait.
    """
    every = tuple(dict.fromkeys(cameras))
    for each in every:
        allow(by, Action.EXPORT, bureau=(await find_camera(node, each)).bureau)
    words = checked_reason(reason)
    _check(every, from_ms, to_ms, now_ms=milliseconds(node.clock.now()), reason_code=reason_code, width=width)
    await _check_queue(node, by)
    name, span = uuid7(node.clock.now()), {"from_ms": from_ms, "to_ms": to_ms}
    if not masked:
        await ask_permit(node, by, "export", name, reason_code, words)

    async def work(change: Change) -> None:
        await change.execute(
            SQL["add_export"],
            id=name,
            asked_by=by.id,
            asked_ms=change.now_ms,
            cameras=msgspec.json.encode(every).decode(),
            **span,
            reason_code=reason_code,
            reason=words,
            masked=int(masked),
            width=width,
        )
        change.tell(ExportAsked(export=name, cameras=every, **span, masked=masked, reason_code=reason_code))

    await node.change(by, work)
    return await one_export(node.database, name)


async def _check_queue(node: Node, by: Actor) -> None:
    waiting = await node.database.fetch(ExportRow, SQL["exports_in"], state="asked")
    if sum(each.asked_by == by.id for each in waiting) >= MOST_WAITING:
        raise Conflict("Too many of your exports wait; drop one, or wait until some are made.")


def _check(
    cameras: tuple[str, ...], from_ms: int, to_ms: int, *, now_ms: int, reason_code: str, width: int
) -> None:
    if not cameras or len(cameras) > MOST_CAMERAS:
        raise BadInput(f"An export takes 1 to {MOST_CAMERAS} cameras.")
    if not from_ms < to_ms or to_ms - from_ms > LONGEST_MS:
        raise BadInput("An export begins before it ends, and spans at most 12 hours.")
    if to_ms > now_ms:
        raise BadInput("An export ends before now; what is still to come cannot be exported.")
    reasons = TERMS["export"].reasons
    if reason_code not in reasons:
        raise BadInput(f"A reason for an export is one of: {', '.join(reasons)}.")
    if not NARROWEST <= width <= WIDEST:
        raise BadInput(f"Pictures of an export are {NARROWEST} to {WIDEST} pixels wide.")


async def exports(node: Node, by: Actor, *, limit: int = 50) -> list[ExportJob]:
    """A person's own exports, newest first, those too whose files are gone."""
    rows = await node.database.fetch(ExportRow, SQL["exports_of"], asked_by=by.id, many=limit)
    return [await with_files(node.database, each) for each in rows]


async def find_export(node: Node, by: Actor, export: str) -> ExportJob:
    """An export by its id. Raises NotFound, NotAllowed for one of somebody else."""
    job = await one_export(node.database, export)
    if job.asked_by != by.id:
        raise NotAllowed("Only whoever asked for an export may see it.")
    return job


async def judge_export(node: Node, by: Actor, export: str) -> ExportJob:
    """What an export asks for, for a second person who decides on its permit. Raises NotFound, NotAllowed."""
    allow(by, Action.GRANT_PERMIT)
    return await one_export(node.database, export)


async def drop_export(node: Node, by: Actor, archive: Archive, export: str) -> ExportJob:
    """Ends an export and deletes its files. Raises NotFound, NotAllowed, Conflict where they are gone, OSError."""
    await find_export(node, by, export)
    await forget(node, by, archive, export)
    return await one_export(node.database, export)


async def forget(node: Node, by: Actor, archive: Archive, export: str) -> None:
    """Deletes an export's files; the row stays. Raises Conflict where they are gone, OSError."""

    async def work(change: Change) -> None:
        if not await change.execute(SQL["drop_export"], id=export):
            raise Conflict("The films of this export are gone already.")
        change.tell(ExportForgotten(export=export))

    await node.change(by, work)
    await asyncio.to_thread(shutil.rmtree, folder_of(archive, export), ignore_errors=True)


def folder_of(archive: Archive, export: str) -> Path:
    """Where an export's films lie."""
    return archive.data / "exports" / export
