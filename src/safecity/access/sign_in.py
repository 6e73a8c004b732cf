"""Signs people in and out: passwords, one-time links, sessions.

A failed sign-in says the same, and takes as long, whether the name is unknown or the password wrong.
"""

from __future__ import annotations

import secrets

from safecity.access.allow import allow
from safecity.access.events import LinkIssued, SignedIn, SignedOut, SignInRefused
from safecity.access.hash_password import fits
from safecity.access.model import LIMITS, Action, Limits, Person, Session
from safecity.access.rules import PASSWORD_LONGEST, after_attempt, is_over
from safecity.access.store import SQL, FailureRow, PersonRow, SessionRow, token_sha256
from safecity.base import NODE, Actor, Change, Node, NotFound, NotSignedIn, TooMany, from_ms, to_ms

WRONG = "The sign-in name or the password is wrong."
TOUCH_EVERY_MS = 60_000  # a session's last use is written at most once a minute


async def sign_in(node: Node, *, sign_in: str, password: str, limits: Limits = LIMITS) -> Session:
    """Signs someone in. Raises NotSignedIn, and TooMany after too many failures under one sign-in name."""
    name = sign_in.strip().lower()
    row, failures = await _attempt(node, name, limits)
    if await fits(row.password_hash if row else None, password[:PASSWORD_LONGEST]) and row is not None:
        return await _begin(node, row.person(), way="password", name=name)

    async def refused(change: Change) -> None:
        change.tell(SignInRefused(person=row.id if row else "unknown", failures=failures))

    await node.change(NODE, refused)
    raise NotSignedIn(WRONG)


async def issue_link(node: Node, by: Actor, person: str, *, limits: Limits = LIMITS) -> str:
    """A one-time token that signs `person` in, for `/signin/link/<token>`. Raises NotAllowed, NotFound."""
    allow(by, Action.MANAGE_PEOPLE)
    token = secrets.token_urlsafe(32)

    async def work(change: Change) -> str:
        if await change.fetch_one(PersonRow, SQL["person"], id=person) is None:
            raise NotFound("There is no such person.")
        expires_ms = change.now_ms + limits.link_s * 1000
        await change.execute(
            SQL["add_link"], token_sha256=token_sha256(token), person=person, expires_ms=expires_ms
        )
        change.tell(LinkIssued(person=person))
        return token

    return await node.change(by, work)


async def redeem_link(node: Node, token: str) -> Session:
    """Signs in by a one-time link. Raises NotSignedIn where it was used, has expired or never was."""
    digest = token_sha256(token)

    async def work(change: Change) -> Person | None:
        row = await change.fetch_one(PersonRow, SQL["link_person"], token_sha256=digest)
        used = await change.execute(SQL["use_link"], token_sha256=digest, now_ms=change.now_ms)
        return row.person() if row and used else None

    person = await node.change(NODE, work)
    if person is None:
        raise NotSignedIn(
            "This sign-in link was used already or has expired; ask an administrator for a new one."
        )
    return await _begin(node, person, way="link", name=person.sign_in)


async def session(node: Node, token: str, *, limits: Limits = LIMITS) -> Session | None:
    """The session behind a cookie's token, or None once it is over. Counts as use, so that it does not idle out."""
    digest = token_sha256(token)
    rows = await node.database.fetch(SessionRow, SQL["session"], token_sha256=digest)
    now_ms = to_ms(node.clock.now())
    if not rows or is_over(rows[0].started_ms, rows[0].seen_ms, now_ms=now_ms, limits=limits):
        return None
    row = rows[0]
    if now_ms - row.seen_ms >= min(TOUCH_EVERY_MS, limits.idle_s * 500):

        async def touch(change: Change) -> None:
            await change.execute(SQL["touch_session"], token_sha256=digest, now_ms=now_ms)

        await node.change(NODE, touch)
    return Session(token=token, csrf=row.csrf, person=row.person(), started_at=from_ms(row.started_ms))


async def session_of(node: Node, token: str, *, limits: Limits = LIMITS) -> Person | None:
    """Who is behind a cookie's token, or None."""
    found = await session(node, token, limits=limits)
    return found.person if found else None


async def sign_out(node: Node, token: str) -> None:
    """Ends a session; one that is over already is no error."""
    digest = token_sha256(token)
    rows = await node.database.fetch(SessionRow, SQL["session"], token_sha256=digest)
    if not rows:
        return
    person = rows[0].person()

    async def work(change: Change) -> None:
        await change.execute(SQL["end_session"], token_sha256=digest, now_ms=change.now_ms)
        change.tell(SignedOut(person=person.id))

    await node.change(person.actor, work)


async def _attempt(node: Node, name: str, limits: Limits) -> tuple[PersonRow | None, int]:
    """Counts the attempt, refuses when there were too many, and finds who it is about."""
    digest = token_sha256(name)

    async def work(change: Change) -> tuple[PersonRow | None, int] | None:
        known = await change.fetch_one(FailureRow, SQL["failure"], name_sha256=digest) or FailureRow(0, 0, 0)
        if known.locked_ms > change.now_ms:
            return None
        failures, locked_ms = after_attempt(
            known.failures, known.last_ms, known.locked_ms, now_ms=change.now_ms, limits=limits
        )
        await change.execute(SQL["drop_old_failures"], before_ms=change.now_ms - 2 * limits.lock_s * 1000)
        await change.execute(
            SQL["put_failure"],
            name_sha256=digest,
            failures=failures,
            last_ms=change.now_ms,
            locked_ms=locked_ms,
        )
        return await change.fetch_one(PersonRow, SQL["person_by_sign_in"], sign_in=name), failures

    found = await node.change(NODE, work)
    if found is None:
        minutes = max(1, limits.lock_s // 60)
        raise TooMany(f"Too many wrong passwords for this sign-in name; try again in {minutes} minutes.")
    return found


async def _begin(node: Node, person: Person, *, way: str, name: str) -> Session:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)

    async def work(change: Change) -> Session:
        await change.execute(SQL["clear_failure"], name_sha256=token_sha256(name))
        await change.execute(SQL["drop_old_sessions"], before_ms=change.now_ms - 7 * 24 * 3600 * 1000)
        await change.execute(
            SQL["add_session"],
            token_sha256=token_sha256(token),
            person=person.id,
            csrf=csrf,
            now_ms=change.now_ms,
        )
        change.tell(SignedIn(person=person.id, way=way))
        return Session(token=token, csrf=csrf, person=person, started_at=change.now)

    return await node.change(person.actor, work)
