"""People join, change and leave."""

from __future__ import annotations

import pytest

from safecity.access import (
    Role,
    add_person,
    change_person,
    names,
    people,
    person,
    remove_person,
    session_of,
    set_password,
    sign_in,
)
from safecity.base import (
    NODE,
    Actor,
    BadInput,
    Conflict,
    Node,
    NotAllowed,
    NotFound,
    NotSignedIn,
    read_entries,
)

PASSWORD = "the river runs past"


async def test_an_administrator_adds_an_operator(node: Node, administrator: Actor):
    added = await add_person(
        node,
        administrator,
        name="Wanjiku Kamau",
        sign_in="Wanjiku",
        password=PASSWORD,
        roles=["operator"],
        bureau="CEN",
    )
    assert await person(node, added.id) == added
    assert added.sign_in == "wanjiku"
    assert [each.name for each in await people(node)] == ["Wanjiku Kamau"]


async def test_names_and_passwords_stay_out_of_the_journal(node: Node, administrator: Actor):
    await add_person(
        node, administrator, name="Wanjiku Kamau", sign_in="wanjiku", password=PASSWORD, roles=["desk"]
    )
    text = repr(await read_entries(node.database, 0)).lower()
    assert "wanjiku" not in text
    assert PASSWORD not in text


async def test_a_sign_in_name_is_given_once_even_after_someone_left(node: Node, administrator: Actor):
    first = await add_person(node, administrator, name="A", sign_in="same", roles=["officer"])
    with pytest.raises(Conflict, match="same is taken"):
        await add_person(node, administrator, name="B", sign_in="SAME", roles=["officer"])
    await remove_person(node, administrator, first.id)
    with pytest.raises(Conflict):
        await add_person(node, administrator, name="B", sign_in="same", roles=["officer"])


@pytest.mark.parametrize("roles", [[], ["node"], ["operator", "public"], ["emperor"]])
async def test_a_person_has_a_persons_roles(node: Node, administrator: Actor, roles: list[str]):
    with pytest.raises(BadInput, match="one or more of these roles"):
        await add_person(node, administrator, name="A", sign_in="aa", roles=roles)


async def test_only_administrators_add_people(node: Node, operator: Actor):
    with pytest.raises(NotAllowed, match="An operator may not manage people; an administrator may"):
        await add_person(node, operator, name="A", sign_in="aa", roles=["officer"])
    assert await read_entries(node.database, 0) == []


async def test_nobody_raises_themselves(node: Node):
    boss = await add_person(node, NODE, name="Boss", sign_in="boss", roles=["administrator"])
    with pytest.raises(NotAllowed, match="their own roles"):
        await change_person(node, boss.actor, boss.id, roles=["operator"], bureau=None)
    with pytest.raises(NotAllowed, match="remove themselves"):
        await remove_person(node, boss.actor, boss.id)


async def test_a_change_of_roles_counts_at_once(node: Node, administrator: Actor):
    added = await add_person(
        node, administrator, name="A", sign_in="aa", password=PASSWORD, roles=["officer"]
    )
    signed = await sign_in(node, sign_in="aa", password=PASSWORD)
    await change_person(node, administrator, added.id, roles=["desk"], bureau="WES")
    now = await session_of(node, signed.token)
    assert now is not None
    assert (now.roles, now.bureau) == (frozenset({Role.DESK}), "WES")


async def test_whoever_leaves_is_signed_out_but_keeps_the_name(node: Node, administrator: Actor):
    added = await add_person(
        node, administrator, name="Otieno", sign_in="otieno", password=PASSWORD, roles=["desk"]
    )
    signed = await sign_in(node, sign_in="otieno", password=PASSWORD)
    await remove_person(node, administrator, added.id)
    assert await session_of(node, signed.token) is None
    with pytest.raises(NotSignedIn):
        await sign_in(node, sign_in="otieno", password=PASSWORD)
    assert await names(node, [f"person:{added.id}"]) == {f"person:{added.id}": "Otieno"}


async def test_a_new_password_ends_all_sessions(node: Node, administrator: Actor):
    added = await add_person(
        node, administrator, name="A", sign_in="aa", password=PASSWORD, roles=["officer"]
    )
    signed = await sign_in(node, sign_in="aa", password=PASSWORD)
    await set_password(node, added.actor, added.id, "another long password")
    assert await session_of(node, signed.token) is None
    assert await sign_in(node, sign_in="aa", password="another long password")


async def test_nobody_sets_a_colleagues_password(node: Node, administrator: Actor, officer: Actor):
    added = await add_person(node, administrator, name="A", sign_in="aa", roles=["officer"])
    with pytest.raises(NotAllowed):
        await set_password(node, officer, added.id, "another long password")


async def test_unknown_people_are_not_found(node: Node, administrator: Actor):
    for missing in (
        person(node, "x"),
        change_person(node, administrator, "x", roles=["desk"], bureau=None),
        remove_person(node, administrator, "x"),
        set_password(node, administrator, "x", "another long password"),
    ):
        with pytest.raises(NotFound, match="no such person"):
            await missing


async def test_everyone_has_something_to_be_called(node: Node):
    called = await names(node, ["node", "public", "device:button-7", "person:gone"])
    assert called == {
        "node": "the system",
        "public": "a member of the public",
        "device:button-7": "button-7",
        "person:gone": "someone",
    }
