"""Tells what recorders have noted: their notices become facts in the journal, each once, and cameras' health.

Recorders write to their own small databases and never wait for us; we read on from where we were. The cursor moves in
the same transaction as the facts, so a crash between repeats no fact and loses none.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import msgspec

from safecity.base import NODE, Actor, Change, Event, Node, NotFound, from_ms
from safecity.cameras import Signal, report_health
from safecity.footage.clock import take_clock
from safecity.footage.events import (
    FootageForgotten,
    GapClosed,
    GapOpened,
    RecorderStarted,
    StorageTrouble,
    StorageWell,
)
from safecity.footage.model import (
    ClockNotice,
    ForgottenNotice,
    GapNotice,
    HealthNotice,
    Notice,
    StorageNotice,
)
from safecity.footage.ports import Index, IndexAway
from safecity.footage.recorder import BORN
from safecity.footage.store import SQL, CursorRow

log = logging.getLogger(__name__)


async def tell(node: Node, by: Actor, *, recorder: str, index: Index) -> int:
    """Takes over the notices of one recorder that are new, a few hundred at a time; returns how many there were."""
    born = index.mark(BORN)
    if born is None:
        return 0  # it has not started yet
    rows = await node.database.fetch(CursorRow, SQL["notice_cursor"], recorder=recorder)
    notices = index.notices(rows[0].seq if rows and rows[0].born == born else 0)
    if not notices:
        return 0
    for notice in _latest_health(notices):
        body = msgspec.json.decode(notice.body, type=HealthNotice)
        try:
            await report_health(node, by, notice.camera, Signal(body.signal), body.reason)
        except NotFound:
            log.info("Camera %s left before its health was told.", notice.camera)

    async def work(change: Change) -> None:
        for notice in notices:
            fact = await _clock_fact(change, notice) if notice.kind == "clock" else _fact(recorder, notice)
            if fact is not None:
                change.tell(fact)
        await change.execute(SQL["move_notice_cursor"], recorder=recorder, born=born, seq=notices[-1].seq)

    await node.change(by, work)
    return len(notices)


async def keep_telling(node: Node, indexes: Mapping[str, Index], *, every_s: float = 0.5) -> None:
    """Takes over the notices of all recorders, for ever. An index that is away is asked again."""
    while True:
        taken = 0
        for recorder, index in indexes.items():
            try:
                taken += await tell(node, NODE, recorder=recorder, index=index)
            except IndexAway as error:
                log.warning("%s: %s", recorder, error)
        if not taken:
            await node.clock.sleep(every_s)


def _latest_health(notices: Sequence[Notice]) -> list[Notice]:
    """The last word about each camera: what it was meanwhile helps nobody any more."""
    return list({notice.camera: notice for notice in notices if notice.kind == "health"}.values())


async def _clock_fact(change: Change, notice: Notice) -> Event | None:
    seen = msgspec.json.decode(notice.body, type=ClockNotice)
    return await take_clock(change, notice.camera, seen, notice.at_ms)


def _fact(recorder: str, notice: Notice) -> Event | None:
    """The fact that a notice is. Health has facts of its own, told by the cameras' room."""
    if notice.kind == "recorder_started":
        return RecorderStarted(recorder=recorder)
    if notice.kind == "forgotten":
        gone = msgspec.json.decode(notice.body, type=ForgottenNotice)
        return FootageForgotten(
            recorder=recorder, segments=gone.segments, bytes=gone.bytes, until=from_ms(gone.until_ms)
        )
    if notice.kind == "storage":
        seen = msgspec.json.decode(notice.body, type=StorageNotice)
        if not seen.words:
            return StorageWell(recorder=recorder, store=seen.store)
        return StorageTrouble(recorder=recorder, store=seen.store, words=seen.words, goes_on=seen.goes_on)
    if notice.kind not in {"gap_opened", "gap_closed"}:
        return None
    gap = msgspec.json.decode(notice.body, type=GapNotice)
    start = from_ms(gap.start_ms)
    if gap.end_ms is not None:
        return GapClosed(camera=notice.camera, start=start, end=from_ms(gap.end_ms))
    if gap.cause is None:
        return None
    return GapOpened(camera=notice.camera, start=start, cause=gap.cause, words=gap.words)
