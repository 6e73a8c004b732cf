"""Takes over what an eye has told: its notices become sightings and facts, each once.

The eye writes to its own small database and never waits for us; we read on from where we were. The cursor moves in the
same transaction as the rows, so a crash between repeats nothing and loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from safecity.base import NODE, Actor, Change, Node
from safecity.detection.events import SightingEnded, SightingStarted
from safecity.detection.model import Box, Opened, Over, Sighting, Started
from safecity.detection.ports import Outbox
from safecity.detection.store import SQL, CursorRow, SightingRow, box_json
from safecity.footage import Notice

STARTED, ENDED, EYE_OPENED = "sighting_started", "sighting_ended", "eye_opened"


async def accept(node: Node, by: Actor, *, eye: str, outbox: Outbox) -> int:
    """Takes over the notices of one eye that are new; returns how many there were."""
    rows = await node.database.fetch(CursorRow, SQL["read_cursor"], eye=eye)
    notices = _after(outbox, rows[0].seq if rows else 0)
    if not notices:
        return 0

    async def work(change: Change) -> int:
        for notice in notices:
            await _take(change, eye, notice)
        await change.execute(SQL["set_cursor"], eye=eye, seq=notices[-1].seq)
        return len(notices)

    return await node.change(by, work)


async def keep_accepting(node: Node, outboxes: Mapping[str, Outbox], *, every_s: float = 0.25) -> None:
    """Takes over the notices of all eyes, for ever."""
    while True:
        taken = [await accept(node, NODE, eye=eye, outbox=outbox) for eye, outbox in outboxes.items()]
        if not any(taken):
            await node.clock.sleep(every_s)


def _after(outbox: Outbox, seq: int) -> Sequence[Notice]:
    """The notices after a number. Where the notice of that number is gone, the list was begun anew: read all of it."""
    if seq and not [each for each in outbox.notices(seq - 1, 1) if each.seq == seq]:
        return outbox.notices(0)
    return outbox.notices(seq)


async def _take(change: Change, eye: str, notice: Notice) -> None:
    if notice.kind == STARTED:
        await _start(change, eye, notice.camera, msgspec.json.decode(notice.body, type=Started))
    elif notice.kind == ENDED:
        over = msgspec.json.decode(notice.body, type=Over)
        row = await change.fetch_one(SightingRow, SQL["one"], id=over.sighting)
        if row is not None and row.ended_ms is None:
            await _end(change, row.sighting(), over.ended_ms, over.box, stayed=over.stayed)
    elif notice.kind == EYE_OPENED:
        # An eye that was killed could not end its sightings; it says when it opened again.
        for row in await change.fetch(SightingRow, SQL["open_of_eye"], eye=eye):
            if row.started_ms <= notice.at_ms:
                await _end(change, row.sighting(), notice.at_ms, row.sighting().box, stayed=False)
        words = msgspec.json.decode(notice.body, type=Opened).finders
        await change.execute(SQL["put_finders"], eye=eye, words=words)


async def _start(change: Change, eye: str, camera: str, started: Started) -> None:
    added = await change.execute(
        SQL["add"],
        id=started.sighting,
        eye=eye,
        camera=camera,
        started_ms=started.started_ms,
        box_json=box_json(started.box),
        snapshot=started.snapshot,
    )
    if added:
        change.tell(
            SightingStarted(
                sighting=started.sighting,
                camera=camera,
                started_ms=started.started_ms,
                box=started.box.rounded(),
                snapshot=started.snapshot,
            )
        )


async def _end(change: Change, sighting: Sighting, ended_ms: int, box: Box, *, stayed: bool) -> None:
    ended_ms = max(ended_ms, sighting.started_ms)
    await change.execute(SQL["end"], id=sighting.id, ended_ms=ended_ms, box_json=box_json(box))
    change.tell(
        SightingEnded(
            sighting=sighting.id,
            camera=sighting.camera,
            started_ms=sighting.started_ms,
            ended_ms=ended_ms,
            box=box.rounded(),
            stayed=stayed,
        )
    )
