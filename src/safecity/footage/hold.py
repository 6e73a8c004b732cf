"""Holds footage, so that retention does not touch it, and releases it again.

A hold is a file in `holds/`, which recorders read before they delete: it lies on the disk before the fact is told, and
it goes after its release is told. So a crash can only make footage stay too long; `settle_holds` puts that right.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import msgspec

from safecity.base import Actor, BadInput, Change, Node, NotFound, Unreadable, from_ms
from safecity.footage.durable import remove_durably, write_durably
from safecity.footage.events import FootageHeld, FootageHoldReleased
from safecity.footage.model import Hold
from safecity.footage.play import Archive
from safecity.footage.store import SQL, HoldRow

LONGEST_HOLD_MS = 31 * 86_400_000


async def hold(node: Node, by: Actor, *, archive: Archive, hold: Hold) -> Hold:
    """Holds a span of a camera's footage. Durable when it returns. Raises BadInput, OSError.

    Whether `by` may hold is asked by evidence, which knows the incident. The same hold twice is one hold.
    """
    if not 0 <= hold.start_ms < hold.end_ms:
        raise BadInput("A hold begins before it ends.")
    if hold.end_ms - hold.start_ms > LONGEST_HOLD_MS:
        raise BadInput("A hold spans at most 31 days; hold the days that matter.")
    if not hold.id.replace("-", "").isalnum():
        raise BadInput("The id of a hold is made of letters, figures and hyphens.")
    await asyncio.to_thread(write_durably, _file(archive.data, hold.id), msgspec.json.encode(hold))

    async def work(change: Change) -> Hold:
        values = msgspec.to_builtins(hold)
        if await change.execute(SQL["add_hold"], **values, held_ms=change.now_ms):
            change.tell(
                FootageHeld(
                    hold=hold.id, camera=hold.camera, start=from_ms(hold.start_ms), end=from_ms(hold.end_ms)
                )
            )
        return hold

    return await node.change(by, work)


async def release(node: Node, by: Actor, *, archive: Archive, hold: str) -> None:
    """Releases a hold; its footage is kept for as long as any other. Raises NotFound, OSError."""

    async def work(change: Change) -> None:
        row = await change.fetch_one(HoldRow, SQL["hold"], id=hold)
        if row is None:
            raise NotFound("There is no such hold on footage.")
        if await change.execute(SQL["release_hold"], id=hold, released_ms=change.now_ms):
            change.tell(FootageHoldReleased(hold=hold, camera=row.camera))

    await node.change(by, work)
    await asyncio.to_thread(remove_durably, _file(archive.data, hold))


async def holds(node: Node, *, camera: str, from_ms: int, to_ms: int) -> list[Hold]:
    """Holds in force that touch a span of a camera's footage, oldest first."""
    rows = await node.database.fetch(HoldRow, SQL["holds_of"], camera=camera, from_ms=from_ms, to_ms=to_ms)
    return [row.hold() for row in rows]


async def settle_holds(node: Node, *, archive: Archive) -> None:
    """At start: makes the files match the rows, for a crash may have come between the two. Raises OSError."""
    wanted = {row.id: row.hold() for row in await node.database.fetch(HoldRow, SQL["holds_in_force"])}
    folder = archive.data / "holds"
    there = {file.stem for file in folder.glob("*.json")} if folder.is_dir() else set[str]()
    for name in there - wanted.keys():
        await asyncio.to_thread(remove_durably, _file(archive.data, name))
    for name in wanted.keys() - there:
        await asyncio.to_thread(write_durably, _file(archive.data, name), msgspec.json.encode(wanted[name]))


def read_holds(data: Path) -> list[Hold]:
    """What must stay, as a recorder reads it before it deletes. Raises Unreadable: then nothing may be deleted."""
    found: list[Hold] = []
    for file in sorted((data / "holds").glob("*.json")):
        try:
            found.append(msgspec.json.decode(file.read_bytes(), type=Hold))
        except FileNotFoundError:
            continue  # released just now
        except msgspec.DecodeError as error:
            raise Unreadable(
                f"The hold {file.name} cannot be read ({error}), so no footage is deleted."
            ) from error
    return found


def _file(data: Path, hold: str) -> Path:
    return data / "holds" / f"{hold}.json"
