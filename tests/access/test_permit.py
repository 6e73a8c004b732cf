"""Two persons for what one must not do alone."""

from __future__ import annotations

import pytest

from safecity.access import (
    Permit,
    PermitState,
    ask_permit,
    find_permit,
    grant_permit,
    permits,
    refuse_permit,
    require_permit,
    revoke_permit,
    running_permits,
)
from safecity.base import Actor, BadInput, Conflict, Node, NotAllowed, NotFound, SetClock, read_entries


async def asked(node: Node, by: Actor) -> Permit:
    return await ask_permit(
        node, by, "export", "hold-1", reason_code="court_order", reason="Case 77 is heard on Monday"
    )


async def test_one_asks_and_another_grants(node: Node, operator: Actor, desk: Actor):
    permit = await asked(node, operator)
    assert permit.state is PermitState.ASKED
    assert await permits(node) == [permit]
    granted = await grant_permit(node, desk, permit.id)
    assert (granted.state, granted.granted_by) == (PermitState.GRANTED, desk.id)
    assert await require_permit(node, operator, "export", "hold-1") == granted
    assert await require_permit(node, operator, "export", "hold-1", permit=permit.id) == granted
    assert await permits(node) == []
    assert await permits(node, subject="hold-1") == [granted]


async def test_nobody_grants_their_own(node: Node, operator: Actor):
    permit = await asked(node, operator)
    with pytest.raises(NotAllowed, match="A second person"):
        await grant_permit(node, operator, permit.id)
    with pytest.raises(NotAllowed, match="has not been granted yet"):
        await require_permit(node, operator, "export", "hold-1")


async def test_a_permit_lasts_an_hour(node: Node, clock: SetClock, operator: Actor, desk: Actor):
    permit = await asked(node, operator)
    await grant_permit(node, desk, permit.id)
    clock.pass_(minutes=59)
    assert await require_permit(node, operator, "export", "hold-1")
    clock.pass_(minutes=1)
    with pytest.raises(NotAllowed, match="has expired"):
        await require_permit(node, operator, "export", "hold-1")
    assert (await find_permit(node, permit.id)).state is PermitState.EXPIRED


async def test_a_refusal_stands(node: Node, operator: Actor, desk: Actor):
    permit = await asked(node, operator)
    await refuse_permit(node, desk, permit.id)
    with pytest.raises(NotAllowed, match="was refused"):
        await require_permit(node, operator, "export", "hold-1")
    with pytest.raises(Conflict, match="refused already"):
        await grant_permit(node, desk, permit.id)


async def test_a_permit_is_for_one_person_and_one_thing(node: Node, operator: Actor, desk: Actor):
    await grant_permit(node, desk, (await asked(node, operator)).id)
    with pytest.raises(NotAllowed, match="takes a permit"):
        await require_permit(node, desk, "export", "hold-1")
    with pytest.raises(NotAllowed, match="takes a permit"):
        await require_permit(node, operator, "export", "hold-2")


async def test_a_permit_needs_a_reason(node: Node, operator: Actor):
    for code, words, why in (
        ("", "words", "one of: court_order"),
        ("because", "words", "A reason to hand held footage over"),
        ("court_order", " ", "needs a reason"),
    ):
        with pytest.raises(BadInput, match=why):
            await ask_permit(node, operator, "export", "hold-1", reason_code=code, reason=words)
    with pytest.raises(BadInput, match="There are permits for"):
        await ask_permit(node, operator, "everything", "hold-1", reason_code="court_order", reason="words")
    with pytest.raises(BadInput, match="at most"):
        await ask_permit(node, operator, "export", "hold-1", reason_code="court_order", reason="x" * 2001)


async def test_administrators_and_auditors_grant_nothing(
    node: Node, operator: Actor, administrator: Actor, auditor: Actor
):
    permit = await asked(node, operator)
    for by in (administrator, auditor):
        with pytest.raises(NotAllowed, match="may not grant permits"):
            await grant_permit(node, by, permit.id)


async def test_the_words_of_a_reason_stay_out_of_the_journal(node: Node, operator: Actor):
    await asked(node, operator)
    assert "Monday" not in repr(await read_entries(node.database, 0))


async def test_an_unknown_permit_is_not_found(node: Node, desk: Actor):
    with pytest.raises(NotFound):
        await find_permit(node, "x")
    with pytest.raises(NotFound):
        await grant_permit(node, desk, "x")


async def unmasking(node: Node, by: Actor, for_s: int | None = None) -> Permit:
    return await ask_permit(
        node, by, "unmask", "camera-1", "missing_person", "A girl of six in a red coat", for_s=for_s
    )


async def test_whoever_asks_chooses_for_how_long_within_bounds(
    node: Node, clock: SetClock, operator: Actor, desk: Actor
):
    assert (await unmasking(node, operator)).for_s == 30 * 60
    for seconds in (0, 8 * 3600 + 1):
        with pytest.raises(BadInput, match="holds for 1 to 480 minutes"):
            await unmasking(node, operator, seconds)
    permit = await grant_permit(node, desk, (await unmasking(node, operator, 600)).id)
    assert permit.expires_at is not None
    assert (permit.expires_at - clock.now()).total_seconds() == 600


async def test_time_runs_from_the_grant(node: Node, clock: SetClock, operator: Actor, desk: Actor):
    permit = await unmasking(node, operator, 600)
    clock.pass_(minutes=30)
    await grant_permit(node, desk, permit.id)
    assert await require_permit(node, operator, "unmask", "camera-1")


async def test_a_permit_is_ended_at_once_by_either_person(node: Node, operator: Actor, desk: Actor):
    for by in (operator, desk):
        permit = await grant_permit(node, desk, (await unmasking(node, operator)).id)
        assert [each.id for each in await running_permits(node)] == [permit.id]
        ended = await revoke_permit(node, by, permit.id)
        assert (ended.state, ended.granted_by) == (PermitState.REVOKED, desk.id)
        assert await running_permits(node) == []
        with pytest.raises(NotAllowed, match="was ended"):
            await require_permit(node, operator, "unmask", "camera-1")
        with pytest.raises(Conflict, match="nothing to end"):
            await revoke_permit(node, by, permit.id)
    told = [entry.type for entry in await read_entries(node.database, 0)]
    assert told.count("PermitRevoked/1") == 2


async def test_who_asked_may_stop_waiting_and_then_nobody_can_grant(node: Node, operator: Actor, desk: Actor):
    permit = await unmasking(node, operator)
    with pytest.raises(Conflict):
        await revoke_permit(node, desk, permit.id)  # who may grant refuses instead
    withdrawn = await revoke_permit(node, operator, permit.id)
    assert (withdrawn.state, withdrawn.granted_by) == (PermitState.REVOKED, None)
    assert await permits(node) == []
    with pytest.raises(Conflict):
        await grant_permit(node, desk, permit.id)


async def test_a_permit_that_is_over_cannot_be_ended(
    node: Node, clock: SetClock, operator: Actor, desk: Actor, auditor: Actor
):
    permit = await unmasking(node, operator)
    await grant_permit(node, desk, permit.id)
    with pytest.raises(NotAllowed):
        await revoke_permit(node, auditor, permit.id)
    clock.pass_(hours=1)
    with pytest.raises(Conflict):
        await revoke_permit(node, desk, permit.id)
    with pytest.raises(NotFound):
        await revoke_permit(node, desk, "x")
