"""The walking pages of incidents: from the nearest unit to the closed paper, by plain forms."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from fakes.website import Browser, Town, open_town
from safecity.access import permits
from safecity.base import BadInput, Node
from safecity.dispatch import report_position, unit
from safecity.evidence import holds
from safecity.incidents import State, declare, incident, merge
from safecity.oversight import append_new
from safecity.web.console.incidents import local_text, moment_given


async def fire(town: Town) -> str:
    """An incident at the camera, with the unit near by."""
    crew = town.people["officer"].actor
    await report_position(town.node, crew, town.house.positions, town.unit.id, town.camera.place)
    by = town.people["operator"].actor
    made = await declare(town.node, by, kind="fire", title="Smoke", priority=2, place=town.camera.place)
    return made.id


async def test_an_operator_walks_the_whole_way_without_a_script(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, name = await town.browser("operator"), await fire(town)
        path = f"/incidents/{name}"
        page = (await operator.get(path)).text
        assert "Send CAR-1" in page
        assert (await operator.submit(f"{path}/assign", unit=town.unit.id)).status_code == 303
        errand = (await unit(node, town.unit.id)).assignment
        for move, said in (("accept", "On the way"), ("enroute", "On scene"), ("arrive", "Cleared")):
            assert (await operator.submit(f"/assignments/{errand}/move", move=move)).status_code == 303
            assert said in (await operator.get(path)).text
        assert (await operator.submit(f"/assignments/{errand}/move", move="clear")).status_code == 303
        assert (await operator.submit(f"{path}/notes", text="Owner <told>.")).status_code == 303
        assert (await operator.submit(f"{path}/move", move="resolve", reason="Out.")).status_code == 303
        assert (await operator.submit(f"{path}/move", move="close", reason="Done.")).status_code == 303
        assert (await incident(node, name)).state is State.CLOSED
        page = (await operator.get(path)).text
        assert "Owner &lt;told&gt;." in page
        assert "Operator One closed incident" in page
        assert "Reopen" in page
        assert name not in (await operator.get("/incidents")).text
        assert name in (await operator.get("/incidents?show=all")).text


async def held(town: Town, browser: Browser, name: str) -> str:
    """Holds two minutes by the form; returns the hold."""
    town.record()
    fields = {
        "camera": town.camera.id,
        "from": "2029-12-31T23:58:00",
        "to": "2029-12-31T23:59:30",
        "reason": "Case 7",
    }
    assert (await browser.submit(f"/incidents/{name}/holds", **fields)).status_code == 303
    (kept,) = await holds(town.node, name)
    return kept.id


async def test_footage_is_held_and_handed_over_by_two_persons(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, desk = await town.browser("operator"), await town.browser("desk")
        name = await fire(town)
        kept = await held(town, operator, name)
        await append_new(node, town.keys)
        path = f"/incidents/{name}"
        asked = await operator.submit(f"/holds/{kept}/ask", reason="Case 7", incident=name)
        assert asked.headers["location"] == path
        (permit,) = await permits(node, subject=kept)
        assert "Grant the permit Operator One asked for" in (await desk.get(path)).text
        assert (await desk.submit(f"/permits/{permit.id}/grant", incident=name)).status_code == 303
        assert "Export as a zip file" in (await operator.get(path)).text
        export = await operator.submit(f"/holds/{kept}/export", permit=permit.id)
        assert export.headers["content-type"] == "application/zip"
        assert (await operator.submit(f"/holds/{kept}/release", reason="Settled.")).status_code == 303
        assert "released 01 Jan 2030" in (await operator.get(path)).text


async def test_a_merged_incident_leads_on_to_the_other(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, one, two = await town.browser("operator"), await fire(town), await fire(town)
        await merge(node, town.people["operator"].actor, one, into=two)
        assert f'href="/incidents/{two}"' in (await operator.get(f"/incidents/{one}")).text


async def test_an_auditor_reads_the_history_and_changes_nothing(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        auditor, name = await town.browser("auditor"), await fire(town)
        page = (await auditor.get(f"/incidents/{name}")).text
        assert "Operator One declared incident" in page
        assert "<form" not in page.replace('<form method="post" action="/signout">', "")
        assert (await auditor.submit(f"/incidents/{name}/notes", text="x")).status_code == 403


def test_a_form_speaks_the_citys_time():
    nairobi = ZoneInfo("Africa/Nairobi")
    at = datetime(2030, 1, 1, 0, 0, tzinfo=UTC)
    assert local_text(at, nairobi) == "2030-01-01T03:00:00"
    assert moment_given("2030-01-01T03:00:00", nairobi) == at
    assert moment_given("2030-01-01T00:00:00Z", nairobi) == at
    with pytest.raises(BadInput, match="Please give day and time"):
        moment_given("tomorrow", nairobi)
