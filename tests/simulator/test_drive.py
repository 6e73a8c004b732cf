"""The simulated people in a real house: from a citizen's report to a closed incident, over HTTP and WebSockets."""

import asyncio
from pathlib import Path

import pytest

from fakes.pretended import Town, open_pretended
from safecity.adapters.buses.local import LocalBus
from safecity.adapters.stores.files import FileBlobs
from safecity.adapters.stores.sqlite import SqliteDatabase
from safecity.base import Node, RealClock
from safecity.simulator import Plot, drive_people, missing, summarise


@pytest.fixture
def node(tmp_path: Path, database: SqliteDatabase) -> Node:
    """A node on the real clock, since real browsers speak to it."""
    return Node("hub", RealClock(), database, LocalBus(database), FileBlobs(tmp_path / "blobs"))


async def driven(town: Town, *wanted: str, headless: bool) -> list[str]:
    """Lets people act until all wanted has come; returns all facts in order, as name and new state."""
    tokens = {name: token for name, token in town.tokens.items() if name not in ("auditor", "operator-2")}
    plot = Plot(town.base_url, tokens, town.plan, RealClock(), pace=25, headless=headless)
    driving = asyncio.get_running_loop().create_task(drive_people(plot))
    seen: list[str] = []
    try:
        async with asyncio.timeout(60):
            async for fact in town.node.bus.subscribe(0):
                seen.append(f"{fact.name} {getattr(fact.event, 'state', '')}".strip())
                if set(wanted) <= set(seen):
                    return seen
    finally:
        driving.cancel()
        await asyncio.gather(driving, return_exceptions=True)
    return seen


async def test_a_report_becomes_an_incident_that_is_seen_to_and_closed(node: Node, tmp_path: Path):
    async with open_pretended(node, tmp_path) as town:
        facts = await driven(town, "IncidentMoved closed", "AssignmentMoved cleared", headless=True)
        summary = await summarise(
            town.base_url, RealClock(), auditor=town.tokens["auditor"], operator=town.tokens["operator-2"]
        )
    story = [
        "AlertRaised", "AlertAcknowledged", "IncidentDeclared", "UnitAssigned", "AssignmentMoved accepted",
        "AssignmentMoved en_route", "AssignmentMoved on_scene", "AssignmentMoved cleared", "IncidentMoved resolved",
        "IncidentMoved closed",
    ]  # fmt: skip
    places = [facts.index(step) if step in facts else -1 for step in story]
    assert -1 not in places, facts
    assert places == sorted(places), facts
    assert summary.units_arrived >= 1
    assert summary.incidents_closed >= 1
    # No recorder and no eye run here, and that is what the summary misses.
    assert {"No camera is live.", "Nothing was recorded.", "Nothing was seen."} <= set(missing(summary))
    assert "No incident was closed." not in missing(summary)


async def test_units_patrol_and_nobody_else_acts_where_a_person_is_at_the_console(node: Node, tmp_path: Path):
    async with open_pretended(node, tmp_path) as town:
        facts = await driven(town, "ShiftStarted", "AlertRaised", headless=False)
    assert "AlertAcknowledged" not in facts
    assert "IncidentDeclared" not in facts
