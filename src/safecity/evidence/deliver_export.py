"""Lets a film of an export leave: to whoever asked for it, once the journal says so."""

from __future__ import annotations

from safecity.access import require_permit
from safecity.base import Actor, Change, Conflict, Node, NotFound
from safecity.evidence.ask_export import find_export, folder_of
from safecity.evidence.events import ExportDelivered
from safecity.evidence.model import Delivery, ExportState
from safecity.evidence.store import SQL
from safecity.footage import Archive

TOLD_AGAIN_MS = 3_600_000  # a download that goes on after a break is the same leaving


async def deliver_export(node: Node, by: Actor, archive: Archive, export: str, name: str) -> Delivery:
    """The film's file, which may be sent now, whole or in parts (HTTP Range); the fact is durable when it returns.

    Call it for every request. A film that is not masked leaves only while its permit holds. Raises NotFound,
    NotAllowed, Conflict where it is not ready.
    """
    job = await find_export(node, by, export)
    found = next((each for each in job.files if each.name == name), None)
    if job.state is not ExportState.READY:
        raise Conflict(f"This export is {job.state}; there is nothing to fetch.")
    if found is None:
        raise NotFound("There is no such film in this export.")
    permit = None if job.masked else (await require_permit(node, by, "export", job.id)).id
    path = folder_of(archive, export) / name
    if not path.is_file():
        raise NotFound("The film is not there any more; ask for the export again.")

    async def work(change: Change) -> None:
        again = {"now_ms": change.now_ms, "before_ms": change.now_ms - TOLD_AGAIN_MS}
        if await change.execute(SQL["export_delivered"], export=export, name=name, **again):
            change.tell(
                ExportDelivered(
                    export=export, camera=found.camera, sha256=found.sha256, masked=job.masked, permit=permit
                )
            )

    await node.change(by, work)
    return Delivery(path=str(path), name=name, bytes=found.bytes, etag=f'"{found.sha256}"')
