"""What is kept for a court."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.precinct import MARKET, build_town
from fakes.shelf import MINUTE_MS, Shelf, shelf
from safecity.base import Actor, BadInput, Conflict, Node, NotAllowed, NotFound, read_entries, to_ms
from safecity.evidence import Hold, find_hold, hold, holds, release
from safecity.footage import holds as footage_holds
from safecity.incidents import Incident, declare, history


@pytest.fixture
def shelves(tmp_path: Path) -> Iterator[Shelf]:
    made = shelf(tmp_path / "data")
    yield made
    made.index.close()


STRANGER = Actor(id="person:far", roles=frozenset({"desk"}), bureau="EAS")

OTHERS = [
    Actor(id=f"person:{role}", roles=frozenset({role}), bureau="CEN") for role in ("officer", "auditor")
]


async def an_incident(node: Node, by: Actor) -> tuple[Incident, str]:
    town = await build_town(node)
    return await declare(node, by, kind="fight", priority=2, place=MARKET, title="Fight"), town.market.id


async def held(
    node: Node, by: Actor, shelves: Shelf, about: tuple[Incident, str], *, reason: str = "Case 7"
) -> Hold:
    incident, camera = about
    now = to_ms(node.clock.now())
    return await hold(
        node,
        by,
        shelves.archive,
        incident=incident.id,
        camera=camera,
        from_ms=now - 600_000,
        to_ms=now,
        reason=reason,
    )


async def test_held_footage_is_out_of_retentions_reach(node: Node, operator: Actor, shelves: Shelf):
    incident, camera = await an_incident(node, operator)
    now = to_ms(node.clock.now())
    for minute in range(1, 4):
        shelves.put(camera, now - minute * MINUTE_MS, b"x" * 100)
    kept = await held(node, operator, shelves, (incident, camera))
    assert (kept.segments, kept.bytes, kept.held_by, kept.released_ms) == (3, 300, operator.id, None)
    assert await holds(node, incident.id) == [kept] == [await find_hold(node, kept.id)]
    (below,) = await footage_holds(node, camera=camera, from_ms=kept.from_ms, to_ms=kept.to_ms)
    assert (below.id, below.start_ms, below.end_ms) == (kept.id, kept.from_ms, kept.to_ms)
    assert (shelves.archive.data / "holds" / f"{kept.id}.json").exists()


async def test_a_hold_stands_in_the_incidents_history_without_its_reason(
    node: Node, operator: Actor, shelves: Shelf
):
    incident, camera = await an_incident(node, operator)
    kept = await held(node, operator, shelves, (incident, camera), reason="The victim's name is in here")
    await release(node, operator, shelves.archive, kept.id, "The case was dropped")
    texts = [step.text for step in await history(node, incident.id)]
    assert "Someone held footage as evidence: Market St, east." in texts
    assert "Someone released held footage: Market St, east." in texts
    journal = repr(await read_entries(node.database, 0))
    assert "victim" not in journal
    assert "dropped" not in journal


async def test_a_released_hold_holds_nothing_but_stays_on_record(node: Node, operator: Actor, shelves: Shelf):
    incident, camera = await an_incident(node, operator)
    kept = await held(node, operator, shelves, (incident, camera))
    gone = await release(node, operator, shelves.archive, kept.id, "The case was dropped")
    assert (gone.released_by, gone.release_reason) == (operator.id, "The case was dropped")
    assert await holds(node, incident.id) == [gone]
    assert await footage_holds(node, camera=camera, from_ms=kept.from_ms, to_ms=kept.to_ms) == []
    with pytest.raises(Conflict, match="released already"):
        await release(node, operator, shelves.archive, kept.id, "again")


async def test_a_hold_may_cover_what_is_still_being_recorded(node: Node, operator: Actor, shelves: Shelf):
    incident, camera = await an_incident(node, operator)
    now = to_ms(node.clock.now())
    ahead = {"incident": incident.id, "camera": camera, "reason": "Case 7"}
    kept = await hold(node, operator, shelves.archive, **ahead, from_ms=now, to_ms=now + 3600_000)
    assert kept.segments == 0
    with pytest.raises(BadInput, match="at most a day"):
        await hold(node, operator, shelves.archive, **ahead, from_ms=now, to_ms=now + 25 * 3600_000)


async def test_only_the_own_bureaus_desk_holds(node: Node, operator: Actor, desk: Actor, shelves: Shelf):
    incident, camera = await an_incident(node, operator)
    assert await held(node, desk, shelves, (incident, camera))
    for by in (STRANGER, *OTHERS):
        with pytest.raises(NotAllowed):
            await held(node, by, shelves, (incident, camera))
    (kept,) = await holds(node, incident.id)
    with pytest.raises(NotAllowed, match="only in their own bureau"):
        await release(node, STRANGER, shelves.archive, kept.id, "because")


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
async def test_a_hold_needs_a_reason(node: Node, operator: Actor, shelves: Shelf, reason: str):
    incident, camera = await an_incident(node, operator)
    with pytest.raises(BadInput):
        await held(node, operator, shelves, (incident, camera), reason=reason)
    assert await holds(node, incident.id) == []


async def test_what_is_not_there_is_not_held(node: Node, operator: Actor, shelves: Shelf):
    incident, camera = await an_incident(node, operator)

    async def attempt(incident: str, camera: str, to_ms: int = 1000) -> Hold:
        return await hold(
            node,
            operator,
            shelves.archive,
            incident=incident,
            camera=camera,
            from_ms=0,
            to_ms=to_ms,
            reason="Case 7",
        )

    with pytest.raises(NotFound):
        await attempt("nothing", camera)
    with pytest.raises(NotFound):
        await attempt(incident.id, "nothing")
    with pytest.raises(BadInput, match="begins before it ends"):
        await attempt(incident.id, camera, 0)
    with pytest.raises(NotFound, match="no such hold"):
        await release(node, operator, shelves.archive, "nothing", "because")
    assert not (shelves.archive.data / "holds").exists()


async def test_when_the_index_is_away_the_footage_is_held_all_the_same(
    node: Node, operator: Actor, tmp_path: Path
):
    incident, camera = await an_incident(node, operator)
    broken = shelf(tmp_path / "away")
    broken.index.close()
    (tmp_path / "away" / "index" / "recorder-0.db").write_bytes(b"no database at all, not at all" * 100)
    kept = await held(node, operator, broken, (incident, camera))
    assert kept.segments == 0
    assert len(await footage_holds(node, camera=camera, from_ms=kept.from_ms, to_ms=kept.to_ms)) == 1
