"""Makes the films that were asked for, one export after the other, and deletes them when their time is over."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from safecity.access import Permit, names, require_permit
from safecity.base import NODE, Actor, Change, Node, NotAllowed, NotFound, SafeCityError, Unavailable, to_ms
from safecity.cameras import cameras
from safecity.evidence.ask_export import folder_of, forget
from safecity.evidence.events import ExportFailed, ExportReady
from safecity.evidence.model import ExportJob
from safecity.evidence.store import SQL, ExportRow, one_export
from safecity.footage import Archive, Eyes, Film, Unmasked, export_shown, segments
from safecity.footage import export as export_films

EVERY_S = 1.0
KEEP_HOURS = 24.0
MASKED_BYTES_S = 500_000  # a masked film of 1280 pixels has fewer bytes a second
FREE_BYTES = 1 << 30
log = logging.getLogger(__name__)


async def run_exports(
    node: Node, archive: Archive, eyes: Eyes, *, keep_hours: float = KEEP_HOURS, free_bytes: int = FREE_BYTES
) -> None:
    """Makes what is asked for, for ever. What was being made when the process ended is made anew."""
    for each in await _in_state(node, "running"):
        await node.change(NODE, lambda change, name=each.id: _move(change, name, "running", "asked"))
    while True:
        await forget_exports(node, archive)
        if not await run_next(node, archive, eyes, keep_hours=keep_hours, free_bytes=free_bytes):
            await node.clock.sleep(EVERY_S)


async def run_next(
    node: Node, archive: Archive, eyes: Eyes, *, keep_hours: float = KEEP_HOURS, free_bytes: int = FREE_BYTES
) -> bool:
    """Makes the films of the export that has waited for longest, if one may be made; whether there was one."""
    for job in await _in_state(node, "asked"):
        permit = None
        if not job.masked:
            try:
                permit = await require_permit(node, Actor(id=job.asked_by), "export", job.id)
            except NotAllowed:
                continue  # it waits for its permit
        name, leave = job.id, permit.id if permit else None
        if await node.change(NODE, lambda change, name=name, leave=leave: _begin(change, name, leave)):
            unmasked = await _leave(node, permit) if permit else None
            await _run(node, archive, eyes, job, unmasked, keep_hours, free_bytes)
            return True
    return False


async def forget_exports(node: Node, archive: Archive) -> int:
    """Deletes the films whose time is over; returns of how many exports."""
    now_ms = to_ms(node.clock.now())
    over = [
        each for each in await _in_state(node, "ready") if each.keep_ms is not None and each.keep_ms <= now_ms
    ]
    for each in over:
        await forget(node, NODE, archive, each.id)
    return len(over)


async def _in_state(node: Node, state: str) -> list[ExportJob]:
    return [row.job() for row in await node.database.fetch(ExportRow, SQL["exports_in"], state=state)]


async def _move(change: Change, export: str, was: str, state: str) -> None:
    await change.execute(SQL["move_export"], id=export, was=was, state=state)


async def _begin(change: Change, export: str, permit: str | None) -> bool:
    return bool(await change.execute(SQL["begin_export"], id=export, permit=permit))


async def _leave(node: Node, permit: Permit) -> Unmasked:
    """Leave to see unmasked by a permit, under the mark of who asked for it."""
    assert permit.expires_at is not None  # a permit that holds was granted until some moment
    called = await names(node, {permit.asked_by})
    return Unmasked(permit.id, f"{called[permit.asked_by]} {permit.asked_by[-6:]}", to_ms(permit.expires_at))


async def _run(  # noqa: PLR0917  as `run_exports`, and the job
    node: Node,
    archive: Archive,
    eyes: Eyes,
    job: ExportJob,
    unmasked: Unmasked | None,
    keep_hours: float,
    free_bytes: int,
) -> None:
    into = folder_of(archive, job.id)
    share = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal share
        share = done / total if total else 0.0

    try:
        await asyncio.to_thread(_make_room, into)
        _check_space(archive, job, free_bytes)
        films = await _watched(
            node, job, lambda: _make(node, archive, eyes, job, unmasked, into, progress), lambda: share
        )
        if films is not None:
            await _finish(node, job, films, to_ms(node.clock.now()) + int(keep_hours * 3_600_000))
            return
    except (SafeCityError, OSError) as error:
        log.warning("The export %s failed.", job.id, exc_info=True)
        words = (
            error.sentence if isinstance(error, SafeCityError) else f"The disk refuses to write ({error})."
        )
        await node.change(NODE, lambda change: _fail(change, job.id, words))
    await asyncio.to_thread(shutil.rmtree, into, ignore_errors=True)


async def _make(  # noqa: PLR0917  as `_run`, and where to and who hears how far it is
    node: Node,
    archive: Archive,
    eyes: Eyes,
    job: ExportJob,
    unmasked: Unmasked | None,
    into: Path,
    progress: Callable[[int, int], None],
) -> list[tuple[Film, str]]:
    """Bytes leave as they are only of cameras without private areas; of the others the areas are filled."""
    private = {each.id for each in await cameras(node) if each.privacy_areas}
    shown = [each for each in job.cameras if unmasked is None or each in private]
    plain = [each for each in job.cameras if each not in shown]
    span, every = (job.from_ms, job.to_ms), len(job.cameras)
    films: list[Film] = []
    nothing: NotFound | None = None
    try:
        if plain:
            films += await export_films(
                archive,
                plain,
                *span,
                into,
                progress=lambda done, all_: progress(done * len(plain), all_ * every),
            )
    except NotFound as error:
        nothing = error
    try:
        if shown:
            films += await export_shown(
                eyes, shown, *span, into, width=job.width, unmasked=unmasked,
                progress=lambda done, all_: progress(all_ * len(plain) + done * len(shown), all_ * every),
            )  # fmt: skip
    except NotFound as error:
        nothing = error
    if nothing is not None and not films:
        raise nothing
    return [(film, await asyncio.to_thread(_sha256, Path(film.path))) for film in films]


async def _watched(
    node: Node,
    job: ExportJob,
    make: Callable[[], Awaitable[list[tuple[Film, str]]]],
    share: Callable[[], float],
) -> list[tuple[Film, str]] | None:
    """What `make` makes, while the row says how far it is; None where somebody dropped the export meanwhile."""
    async with asyncio.TaskGroup() as group:
        making = group.create_task(_kept(make))
        while not making.done():
            await asyncio.wait({making}, timeout=EVERY_S)
            if not await node.change(NODE, lambda change: _told(change, job.id, share())):
                making.cancel()
                break
    if making.cancelled():
        return None
    done = making.result()
    if isinstance(done, BaseException):
        raise done
    return done


async def _kept(
    make: Callable[[], Awaitable[list[tuple[Film, str]]]],
) -> list[tuple[Film, str]] | SafeCityError | OSError:
    """What was made, or why it was not: a task group would wrap an error that is meant for a person."""
    try:
        return await make()
    except (SafeCityError, OSError) as error:
        return error


async def _told(change: Change, export: str, share: float) -> bool:
    return bool(await change.execute(SQL["export_done"], id=export, done=share))


async def _finish(node: Node, job: ExportJob, films: list[tuple[Film, str]], keep_ms: int) -> None:
    async def work(change: Change) -> None:
        if not await change.execute(SQL["finish_export"], id=job.id, keep_ms=keep_ms):
            return
        for film, digest in films:
            await change.execute(
                SQL["add_export_file"],
                export=job.id,
                name=Path(film.path).name,
                camera=film.camera,
                from_ms=film.start_ms,
                to_ms=film.end_ms,
                bytes=film.bytes,
                pictures=film.pictures,
                missing=msgspec.json.encode(film.missing).decode(),
                sha256=digest,
            )
        change.tell(ExportReady(export=job.id, sha256=tuple(digest for _, digest in films)))

    await node.change(NODE, work)
    if (await one_export(node.database, job.id)).state != "ready":  # it was dropped in the last moment
        await asyncio.to_thread(shutil.rmtree, Path(films[0][0].path).parent, ignore_errors=True)


async def _fail(change: Change, export: str, words: str) -> None:
    if await change.execute(SQL["fail_export"], id=export, failure=words):
        change.tell(ExportFailed(export=export))


def _make_room(into: Path) -> None:
    """An empty folder; what a crash left in it goes."""
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(mode=0o750, parents=True)


def _check_space(archive: Archive, job: ExportJob, free_bytes: int) -> None:
    """An export never takes the room that recording needs. Raises Unavailable, IndexAway."""
    if job.masked:
        needed = len(job.cameras) * (job.to_ms - job.from_ms) // 1000 * MASKED_BYTES_S
    else:
        found = (segments(archive, each, job.from_ms, job.to_ms) for each in job.cameras)
        needed = sum(each.bytes for some in found for each in some)
    free = shutil.disk_usage(archive.data).free
    if free - needed < free_bytes:
        raise Unavailable(
            f"The disk has no room for this export: it takes up to {needed / 1e9:.1f} GB, and "
            f"{max(0, free - free_bytes) / 1e9:.1f} GB are free. Export less, or make room."
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
