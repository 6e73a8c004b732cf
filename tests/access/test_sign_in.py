"""Signing in and out, links, lockout, and sessions that end."""

from __future__ import annotations

import asyncio

import pytest

from safecity.access import (
    Person,
    SignedIn,
    SignInRefused,
    add_person,
    issue_link,
    redeem_link,
    session,
    session_of,
    sign_in,
    sign_out,
)
from safecity.base import (
    NODE,
    Actor,
    Event,
    Node,
    NotAllowed,
    NotFound,
    NotSignedIn,
    SetClock,
    TooMany,
    read_entries,
)

PASSWORD = "the river runs past"


async def wanjiku(node: Node) -> Person:
    return await add_person(
        node, NODE, name="Wanjiku", sign_in="wanjiku", password=PASSWORD, roles=["operator"]
    )


async def told(node: Node) -> list[Event]:
    return [entry.fact().event for entry in await read_entries(node.database, 0)][1:]


async def test_the_right_password_opens_a_session(node: Node):
    who = await wanjiku(node)
    signed = await sign_in(node, sign_in=" Wanjiku", password=PASSWORD)
    assert await session_of(node, signed.token) == who
    again = await session(node, signed.token)
    assert again is not None
    assert again.csrf == signed.csrf
    assert again.csrf != signed.token
    assert await told(node) == [SignedIn(person=who.id, way="password")]


async def test_a_wrong_password_and_an_unknown_name_read_the_same(node: Node):
    who = await wanjiku(node)
    with pytest.raises(NotSignedIn) as wrong:
        await sign_in(node, sign_in="wanjiku", password="not the password")
    with pytest.raises(NotSignedIn) as unknown:
        await sign_in(node, sign_in="nobody", password="not the password")
    assert wrong.value.sentence == unknown.value.sentence
    assert await told(node) == [
        SignInRefused(person=who.id, failures=1),
        SignInRefused(person="unknown", failures=1),
    ]


@pytest.mark.parametrize("name", ["wanjiku", "nobody"])
async def test_five_failures_lock_the_name_for_a_quarter_of_an_hour(node: Node, clock: SetClock, name: str):
    await wanjiku(node)
    for _ in range(5):
        with pytest.raises(NotSignedIn):
            await sign_in(node, sign_in=name, password="not the password")
    with pytest.raises(TooMany, match="15 minutes"):
        await sign_in(node, sign_in=name, password=PASSWORD)
    clock.pass_(minutes=15)
    if name == "wanjiku":
        assert await sign_in(node, sign_in=name, password=PASSWORD)
    else:
        with pytest.raises(NotSignedIn):
            await sign_in(node, sign_in=name, password=PASSWORD)


async def test_guesses_in_parallel_are_counted_before_they_are_weighed(node: Node):
    await wanjiku(node)
    guesses = [sign_in(node, sign_in="wanjiku", password=f"guess number {n:03}") for n in range(20)]
    outcomes = await asyncio.gather(*guesses, return_exceptions=True)
    assert [type(each) for each in outcomes].count(NotSignedIn) == 5
    assert [type(each) for each in outcomes].count(TooMany) == 15


async def test_success_forgets_the_failures(node: Node):
    await wanjiku(node)
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(NotSignedIn):
                await sign_in(node, sign_in="wanjiku", password="not the password")
        assert await sign_in(node, sign_in="wanjiku", password=PASSWORD)


async def test_a_session_idles_out_after_half_an_hour(node: Node, clock: SetClock):
    await wanjiku(node)
    token = (await sign_in(node, sign_in="wanjiku", password=PASSWORD)).token
    clock.pass_(minutes=29)
    assert await session_of(node, token)
    clock.pass_(minutes=29)
    assert await session_of(node, token), "use keeps a session alive"
    clock.pass_(minutes=30)
    assert await session_of(node, token) is None


async def test_a_session_ends_after_twelve_hours_however_busy(node: Node, clock: SetClock):
    await wanjiku(node)
    token = (await sign_in(node, sign_in="wanjiku", password=PASSWORD)).token
    for _ in range(36):
        assert await session_of(node, token)
        clock.pass_(minutes=20)
    assert await session_of(node, token) is None


async def test_signing_out_ends_the_session_once(node: Node):
    await wanjiku(node)
    token = (await sign_in(node, sign_in="wanjiku", password=PASSWORD)).token
    await sign_out(node, token)
    assert await session_of(node, token) is None
    before = await told(node)
    await sign_out(node, token)
    assert await told(node) == before


async def test_a_token_that_was_made_up_is_nobody(node: Node):
    assert await session_of(node, "x" * 43) is None


async def test_a_link_works_once(node: Node, administrator: Actor):
    who = await wanjiku(node)
    token = await issue_link(node, administrator, who.id)
    signed = await redeem_link(node, token)
    assert signed.person == who
    with pytest.raises(NotSignedIn, match="used already or has expired"):
        await redeem_link(node, token)


async def test_a_link_lasts_a_day(node: Node, clock: SetClock, administrator: Actor):
    who = await wanjiku(node)
    token = await issue_link(node, administrator, who.id)
    clock.pass_(hours=24)
    with pytest.raises(NotSignedIn):
        await redeem_link(node, token)


async def test_only_an_administrator_makes_links_and_only_for_someone(
    node: Node, administrator: Actor, desk: Actor
):
    with pytest.raises(NotAllowed):
        await issue_link(node, desk, "x")
    with pytest.raises(NotFound):
        await issue_link(node, administrator, "x")


async def test_whoever_has_no_password_comes_by_link_only(node: Node, administrator: Actor):
    who = await add_person(node, NODE, name="New", sign_in="new", roles=["officer"])
    with pytest.raises(NotSignedIn):
        await sign_in(node, sign_in="new", password="")
    assert (await redeem_link(node, await issue_link(node, administrator, who.id))).person == who


async def test_tokens_lie_nowhere_in_the_database(node: Node):
    await wanjiku(node)
    signed = await sign_in(node, sign_in="wanjiku", password=PASSWORD)

    from safecity.adapters.stores.sqlite import SqliteDatabase

    assert isinstance(node.database, SqliteDatabase)
    folder = node.database._path.parent  # pyright: ignore[reportPrivateUsage]  the file itself is looked at
    held = b"".join(path.read_bytes() for path in folder.glob("safecity.db*"))
    assert signed.token.encode() not in held
    assert PASSWORD.encode() not in held
