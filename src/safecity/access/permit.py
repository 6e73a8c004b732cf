"""Permits: what takes two persons. One asks and says why; a second one agrees; then it holds until a set time.

For what there are permits, for which reasons and for how long, is in the table `TERMS`.
"""

from __future__ import annotations

from safecity.access.allow import allow, may
from safecity.access.events import PermitAsked, PermitGranted, PermitRefused, PermitRevoked
from safecity.access.model import TERMS, Action, Permit, PermitState, Terms
from safecity.access.store import SQL, PermitRow
from safecity.base import Actor, BadInput, Change, Conflict, Node, NotAllowed, NotFound, to_ms

SHORTEST_S = 60


async def ask_permit(  # noqa: PLR0917
    node: Node,
    by: Actor,
    kind: str,
    subject: str,
    reason_code: str,
    reason: str,
    *,
    for_s: int | None = None,
) -> Permit:
    """Asks leave to do `kind` with `subject` (an id), to hold for so many seconds once it is granted.

    Raises NotAllowed, and BadInput without a reason that counts or for a time that is too long.
    """
    allow(by, Action.ASK_PERMIT)
    for_s = _checked(kind, reason_code, reason, for_s)

    async def work(change: Change) -> Permit:
        row = PermitRow(
            change.new_id(),
            kind,
            subject,
            reason_code,
            reason,
            PermitState.ASKED,
            by.id,
            change.now_ms,
            None,
            None,
            for_s,
        )
        await change.execute(
            SQL["add_permit"],
            id=row.id,
            kind=kind,
            subject=subject,
            reason_code=reason_code,
            reason=reason,
            state=str(row.state),
            asked_by=by.id,
            asked_ms=change.now_ms,
            for_s=for_s,
        )
        change.tell(PermitAsked(permit=row.id, what=kind, target=subject, reason_code=reason_code))
        return row.permit(change.now)

    return await node.change(by, work)


def _checked(kind: str, reason_code: str, reason: str, for_s: int | None) -> int:
    """How long it is to hold. Raises BadInput."""
    terms = TERMS.get(kind)
    if terms is None:
        raise BadInput(f"There are permits for: {', '.join(sorted(TERMS))}.")
    if reason_code not in terms.reasons:
        raise BadInput(f"A reason to {terms.words} is one of: {', '.join(terms.reasons)}.")
    if not reason.strip():
        raise BadInput("A permit needs a reason: choose a code and say it in words.")
    if len(reason) > 2000:
        raise BadInput("A reason has at most 2,000 characters.")
    return _time(terms, for_s)


def _time(terms: Terms, for_s: int | None) -> int:
    if for_s is None:
        return terms.usual_s
    if not SHORTEST_S <= for_s <= terms.longest_s:
        raise BadInput(f"A permit to {terms.words} holds for 1 to {terms.longest_s // 60} minutes.")
    return for_s


async def grant_permit(node: Node, by: Actor, permit: str) -> Permit:
    """Grants a permit, as a second person. Raises NotAllowed for whoever asked, Conflict where it is decided."""
    return await _decide(node, by, permit, PermitState.GRANTED)


async def refuse_permit(node: Node, by: Actor, permit: str) -> Permit:
    """Refuses a permit. Raises NotAllowed for whoever asked, Conflict where it is decided."""
    return await _decide(node, by, permit, PermitState.REFUSED)


async def revoke_permit(node: Node, by: Actor, permit: str) -> Permit:
    """Ends a permit at once: whoever has it may, and anyone who may grant. Who asked may also stop waiting for it.

    Raises NotAllowed, Conflict.
    """

    async def work(change: Change) -> Permit:
        row = await change.fetch_one(PermitRow, SQL["permit"], id=permit)
        if row is None:
            raise NotFound("There is no such permit.")
        if row.asked_by != by.id:
            allow(by, Action.GRANT_PERMIT)
        if not await change.execute(SQL["revoke_permit"], id=permit, by=by.id, now_ms=change.now_ms):
            raise Conflict("This permit does not hold just now, so there is nothing to end.")
        change.tell(PermitRevoked(permit=permit, what=row.kind, target=row.subject, asked_by=row.asked_by))
        ended = await change.fetch(PermitRow, SQL["permit"], id=permit)
        return ended[0].permit(change.now)

    if not may(by, Action.GRANT_PERMIT):
        allow(by, Action.ASK_PERMIT)
    return await node.change(by, work)


async def find_permit(node: Node, permit: str) -> Permit:
    """A permit as it stands now. Raises NotFound."""
    rows = await node.database.fetch(PermitRow, SQL["permit"], id=permit)
    if not rows:
        raise NotFound("There is no such permit.")
    return rows[0].permit(node.clock.now())


async def permits(node: Node, *, subject: str | None = None) -> list[Permit]:
    """All permits about a subject, or else all that wait for a decision; oldest first."""
    if subject is None:
        rows = await node.database.fetch(PermitRow, SQL["permits_open"])
    else:
        rows = await node.database.fetch(PermitRow, SQL["permits_about"], subject=subject)
    return [row.permit(node.clock.now()) for row in rows]


async def running_permits(node: Node) -> list[Permit]:
    """All permits that hold just now, of everyone; oldest first."""
    now = node.clock.now()
    rows = await node.database.fetch(PermitRow, SQL["permits_running"], now_ms=to_ms(now))
    return [row.permit(now) for row in rows]


async def require_permit(
    node: Node, by: Actor, kind: str, subject: str, *, permit: str | None = None
) -> Permit:
    """The valid permit by which `by` may do `kind` with `subject`; a certain one where `permit` names it.

    Raises NotAllowed with what is missing.
    """
    found = [
        each
        for each in await permits(node, subject=subject)
        if each.kind == kind and each.asked_by == by.id and permit in {None, each.id}
    ]
    for each in found:
        if each.state is PermitState.GRANTED and each.granted_by not in {None, by.id}:
            return each
    states = {each.state for each in found}
    if PermitState.ASKED in states:
        raise NotAllowed("The permit has not been granted yet; a second person must agree.")
    if PermitState.EXPIRED in states:
        raise NotAllowed("The permit has expired; ask for a new one.")
    if PermitState.REVOKED in states:
        raise NotAllowed("The permit was ended; ask for a new one.")
    if PermitState.REFUSED in states:
        raise NotAllowed("The permit was refused.")
    raise NotAllowed("This takes a permit: ask for one, and have a second person grant it.")


async def _decide(node: Node, by: Actor, permit: str, state: PermitState) -> Permit:
    allow(by, Action.GRANT_PERMIT)

    async def work(change: Change) -> Permit:
        row = await change.fetch_one(PermitRow, SQL["permit"], id=permit)
        if row is None:
            raise NotFound("There is no such permit.")
        if row.asked_by == by.id:
            raise NotAllowed("A second person must decide; nobody grants their own permit.")
        expires_ms = change.now_ms + row.for_s * 1000 if state is PermitState.GRANTED else None
        values = {"state": str(state), "decided_by": by.id, "expires_ms": expires_ms}
        if not await change.execute(SQL["decide_permit"], id=permit, **values):
            raise Conflict(f"This permit is {row.permit(change.now).state} already.")
        about = {"permit": permit, "what": row.kind, "target": row.subject, "asked_by": row.asked_by}
        if expires_ms is not None:
            change.tell(PermitGranted(**about, expires_ms=expires_ms))
        else:
            change.tell(PermitRefused(**about))
        decided = await change.fetch(PermitRow, SQL["permit"], id=permit)
        return decided[0].permit(change.now)

    return await node.change(by, work)
