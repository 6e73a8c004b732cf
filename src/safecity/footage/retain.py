"""Says for how long footage is kept: classes, the rules that stand, and shorter ones that wait for a second person.

People change a camera, a class or the city's setting; `settle_retention` compares that with what stands. What keeps
less than before waits a day and for a permit of the kind `shorten_retention` (see `keeping`); nothing is deleted by it
until then, because recorders are only told of rules that stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import msgspec

from safecity.access import Action, allow, require_permit
from safecity.base import NODE, Actor, Change, Conflict, Node, NotFound, to_ms
from safecity.cameras import cameras
from safecity.footage.events import (
    RetentionChanged,
    RetentionClassSet,
    RetentionShorteningAgreed,
    RetentionShorteningAsked,
)
from safecity.footage.keeping import (
    CITY,
    STANDARD,
    Keep,
    Keeping,
    RetentionClass,
    RuleBook,
    check_class,
    rule_book,
    settled,
)
from safecity.footage.store import SQL

PERMIT = "shorten_retention"
WIDTHS = (CITY, "class", "camera")


@dataclass(frozen=True)
class _Row:
    body: str


async def set_class(
    node: Node, by: Actor, *, name: str, keep_days: float | None = None, keep_bytes: int | None = None
) -> RetentionClass:
    """Makes or changes a class. Raises NotAllowed, BadInput. What would keep less waits for a second person."""
    allow(by, Action.MANAGE_CAMERAS)
    new = RetentionClass(name=name, keep_days=keep_days, keep_bytes=keep_bytes)
    check_class(new)

    async def work(change: Change) -> RetentionClass:
        await change.execute(SQL["set_class"], name=name, keep_days=keep_days, keep_bytes=keep_bytes)
        change.tell(RetentionClassSet(retention_class=name, keep_days=keep_days, keep_bytes=keep_bytes))
        return new

    return await node.change(by, work)


async def classes(node: Node) -> list[RetentionClass]:
    """The classes as people want them, by name; `standard` keeps footage as the city does, unless it is set too."""
    found = await node.database.fetch(RetentionClass, SQL["classes"])
    return found if any(each.name == STANDARD for each in found) else [RetentionClass(name=STANDARD), *found]


async def retention(node: Node) -> list[Keeping]:
    """What stands for each subject, and what waits."""
    rows = await node.database.fetch(_Row, SQL["keepings"])
    return [msgspec.json.decode(row.body, type=Keeping) for row in rows]


async def agree_shortening(node: Node, by: Actor, subject: str) -> Keeping:
    """Takes the word of two persons that a shorter rule may hold once its day is over.

    `by` asked for the permit, a second person granted it. Raises NotAllowed, NotFound, Conflict if nothing waits.
    """
    permit = await require_permit(node, by, PERMIT, subject)

    async def work(change: Change) -> Keeping:
        row = await change.fetch_one(_Row, SQL["keeping"], subject=subject)
        if row is None:
            raise NotFound("There is no such rule of retention.")
        known = msgspec.json.decode(row.body, type=Keeping)
        if known.waiting is None:
            raise Conflict("No shorter rule waits here.")
        agreed = permit.granted_by or ""
        now = replace(known, waiting=replace(known.waiting, agreed_by=agreed))
        await _put(change, now)
        change.tell(
            RetentionShorteningAgreed(retention=subject, permit=permit.id, due_ms=known.waiting.due_ms)
        )
        return now

    return await node.change(by, work)


async def settle_retention(node: Node, city: Keep) -> RuleBook:
    """Brings what stands up to what people want, as far as it may; returns the rules that stand."""
    known = {each.subject: each for each in await retention(node)}
    wanted = await _wanted(node, city)
    for name in known.keys() - wanted.keys():  # a camera that left, whose footage is still here
        wanted[name] = Keep(of=STANDARD) if name.startswith("camera:") else Keep()
    now_ms = to_ms(node.clock.now())
    standing = dict(known)
    for subject in sorted(wanted, key=_width):
        book = rule_book(standing)
        standing[subject] = settled(known.get(subject), subject, wanted[subject], book, now_ms, by=NODE.id)
    changed = [each for subject, each in standing.items() if each != known.get(subject)]
    if changed:
        await node.change(NODE, lambda change: _record(change, changed, known))
    return rule_book(standing)


async def _wanted(node: Node, city: Keep) -> dict[str, Keep]:
    wanted = {CITY: city}
    for each in await classes(node):
        wanted[f"class:{each.name}"] = Keep(days=each.keep_days, bytes=each.keep_bytes)
    for each in await cameras(node):
        wanted[f"camera:{each.id}"] = Keep(days=each.keep_days, bytes=each.keep_bytes, of=each.retention)
    return wanted


def _width(subject: str) -> tuple[int, str]:
    """Wider rules first, for narrower ones lean on them."""
    return WIDTHS.index(subject.partition(":")[0]), subject


async def _record(change: Change, changed: list[Keeping], known: Mapping[str, Keeping]) -> None:
    for each in changed:
        await _put(change, each)
        before = known.get(each.subject)
        if before is not None and before.keep != each.keep:
            change.tell(
                RetentionChanged(
                    retention=each.subject,
                    keep_days=each.keep.days,
                    keep_bytes=each.keep.bytes,
                    of=each.keep.of,
                )
            )
        if each.waiting is not None and (before is None or before.waiting != each.waiting):
            change.tell(
                RetentionShorteningAsked(
                    retention=each.subject,
                    keep_days=each.waiting.keep.days,
                    keep_bytes=each.waiting.keep.bytes,
                    of=each.waiting.keep.of,
                    due_ms=each.waiting.due_ms,
                )
            )


async def _put(change: Change, keeping: Keeping) -> None:
    await change.execute(
        SQL["set_keeping"], subject=keeping.subject, body=msgspec.json.encode(keeping).decode()
    )
