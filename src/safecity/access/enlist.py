"""Adds, changes and removes members of staff."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from safecity.access.allow import allow
from safecity.access.events import PasswordSet, PersonAdded, PersonChanged, PersonRemoved
from safecity.access.hash_password import hash_password
from safecity.access.model import PERSONAL_ROLES, Action, Person, Role
from safecity.access.rules import check_password, checked_name, checked_sign_in
from safecity.access.store import SQL, IdRow, NameRow, PersonRow, roles_json
from safecity.base import PUBLIC, Actor, BadInput, Change, Conflict, Node, NotAllowed, NotFound


async def add_person(
    node: Node,
    by: Actor,
    *,
    name: str,
    sign_in: str,
    roles: Iterable[str],
    password: str | None = None,
    bureau: str | None = None,
) -> Person:
    """Adds a member of staff. Without a password they sign in by one-time link only.

    Raises NotAllowed, BadInput, and Conflict where the sign-in name is taken.
    """
    allow(by, Action.MANAGE_PEOPLE)
    sign_in = checked_sign_in(sign_in)
    name = checked_name(name)
    given = _personal(roles)
    password_hash = None
    if password is not None:
        check_password(password, sign_in)
        password_hash = await hash_password(password)

    async def work(change: Change) -> Person:
        if await change.fetch_one(IdRow, SQL["sign_in_taken"], sign_in=sign_in):
            raise Conflict(f"The sign-in name {sign_in} is taken; choose another.")
        person = Person(id=change.new_id(), name=name, sign_in=sign_in, roles=given, bureau=bureau)
        await change.execute(
            SQL["add_person"],
            id=person.id,
            name=name,
            sign_in=sign_in,
            password_hash=password_hash,
            roles_json=roles_json(given),
            bureau=bureau,
            added_ms=change.now_ms,
        )
        change.tell(PersonAdded(person=person.id, roles=tuple(sorted(given)), bureau=bureau))
        return person

    return await node.change(by, work)


async def change_person(
    node: Node, by: Actor, person: str, *, roles: Iterable[str], bureau: str | None
) -> Person:
    """Sets someone's roles and bureau. Nobody changes their own. Raises NotAllowed, NotFound, BadInput."""
    allow(by, Action.MANAGE_PEOPLE)
    if by.id == f"person:{person}":
        raise NotAllowed("Nobody may change their own roles; ask another administrator.")
    given = _personal(roles)

    async def work(change: Change) -> Person:
        row = await change.fetch_one(PersonRow, SQL["person"], id=person)
        if row is None:
            raise NotFound("There is no such person.")
        await change.execute(SQL["change_person"], id=person, roles_json=roles_json(given), bureau=bureau)
        change.tell(PersonChanged(person=person, roles=tuple(sorted(given)), bureau=bureau))
        return Person(id=row.id, name=row.name, sign_in=row.sign_in, roles=given, bureau=bureau)

    return await node.change(by, work)


async def remove_person(node: Node, by: Actor, person: str) -> None:
    """Lets someone go: they are signed out everywhere at once. The name stays, so that old facts can be read."""
    allow(by, Action.MANAGE_PEOPLE)
    if by.id == f"person:{person}":
        raise NotAllowed("Nobody may remove themselves; ask another administrator.")

    async def work(change: Change) -> None:
        if not await change.execute(SQL["remove_person"], id=person, now_ms=change.now_ms):
            raise NotFound("There is no such person.")
        await change.execute(SQL["end_sessions_of"], person=person, now_ms=change.now_ms)
        change.tell(PersonRemoved(person=person))

    await node.change(by, work)


async def set_password(node: Node, by: Actor, person: str, password: str) -> None:
    """Sets a password: everyone their own, an administrator anyone's. Ends all sessions of that person."""
    if by.id != f"person:{person}":
        allow(by, Action.MANAGE_PEOPLE)
    rows = await node.database.fetch(PersonRow, SQL["person"], id=person)
    if not rows:
        raise NotFound("There is no such person.")
    check_password(password, rows[0].sign_in)
    password_hash = await hash_password(password)

    async def work(change: Change) -> None:
        await change.execute(SQL["set_password"], id=person, password_hash=password_hash)
        await change.execute(SQL["end_sessions_of"], person=person, now_ms=change.now_ms)
        change.tell(PasswordSet(person=person))

    await node.change(by, work)


async def people(node: Node) -> list[Person]:
    """All members of staff, by name."""
    return [row.person() for row in await node.database.fetch(PersonRow, SQL["people"])]


async def person(node: Node, id: str) -> Person:  # noqa: A002  ids are called id throughout
    """A member of staff. Raises NotFound."""
    rows = await node.database.fetch(PersonRow, SQL["person"], id=id)
    if not rows:
        raise NotFound("There is no such person.")
    return rows[0].person()


async def names(node: Node, ids: Iterable[str]) -> dict[str, str]:
    """What to call actors on screen, by their reference ("person:…", "device:…", "node", "public").

    People who left keep their name here; a reference to nobody is called "someone".
    """
    wanted = set(ids)
    bare = [each.partition(":")[2] for each in wanted if each.startswith("person:")]
    rows = (
        await node.database.fetch(NameRow, SQL["names"], ids=msgspec.json.encode(bare).decode())
        if bare
        else []
    )
    called = {f"person:{row.id}": row.name for row in rows}
    return {each: called.get(each) or _plain_name(each) for each in wanted}


def _plain_name(reference: str) -> str:
    if reference == PUBLIC.id:
        return "a member of the public"
    if reference == "node":
        return "the system"
    kind, _, rest = reference.partition(":")
    return rest if kind == "device" else "someone"


def _personal(roles: Iterable[str]) -> frozenset[Role]:
    wanted = set(roles)
    known = {str(role) for role in PERSONAL_ROLES}
    if not wanted or wanted - known:
        raise BadInput(f"A person has one or more of these roles: {', '.join(sorted(known))}.")
    return frozenset(Role(role) for role in wanted)
