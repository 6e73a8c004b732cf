"""The walking page of alerts, without a script."""

from __future__ import annotations

from pathlib import Path

from fakes.website import Town, open_town
from safecity.alerts import Source, State, alert, raise_alert
from safecity.base import Node, SetClock
from safecity.incidents import incident


async def smoke(town: Town) -> str:
    """An alert from the camera."""
    by = town.people["operator"].actor
    raised = await raise_alert(
        town.node, by, kind="fire", source=Source.CALL, camera=town.camera.id, title="Smoke <b>", priority=2
    )
    return raised.id


async def test_an_operator_sees_what_waits_and_acknowledges(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        assert "All is quiet" in (await operator.get("/alerts")).text
        name = await smoke(town)
        page = (await operator.get("/alerts")).text
        assert "Smoke &lt;b&gt;" in page
        assert "due 00:02:00" in page
        answer = await operator.submit(f"/alerts/{name}/acknowledge")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/alerts#alert-{name}")
        assert "acknowledged by Operator One" in (await operator.get("/alerts")).text
        await smoke(town)
        clock.pass_(minutes=10)
        waiting = (await operator.get("/alerts/waiting")).text
        assert waiting.startswith("<p id=")
        assert "<strong>0</strong> waiting" in waiting


async def test_an_alert_becomes_an_incident_in_one_click(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        name = await smoke(town)
        answer = await operator.submit(f"/alerts/{name}/declare")
        assert answer.status_code == 303
        found = await incident(node, answer.headers["location"].rpartition("/")[2])
        assert found.alerts == (name,)
        again = await operator.submit(f"/alerts/{name}/declare")
        assert again.status_code == 409
        assert "Go to the start page" in again.text


async def test_a_dismissal_needs_a_reason_from_the_list_and_words(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        name = await smoke(town)
        for fields in (
            {"reason": "boredom", "words": "x"},
            {"reason": "test", "words": " "},
            {"reason": "test"},
        ):
            assert (await operator.submit(f"/alerts/{name}/dismiss", **fields)).status_code == 400
        assert (await alert(node, name)).state is State.RAISED
        done = await operator.submit(f"/alerts/{name}/dismiss", reason="test", words="A drill.")
        assert done.status_code == 303
        assert (await alert(node, name)).state is State.DISMISSED


async def test_an_alert_is_raised_by_hand(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        fields = {"kind": "fire", "title": "Smoke", "priority": "1", "camera": town.camera.id}
        assert (await operator.submit("/alerts", **fields)).status_code == 303
        assert "P1" in (await operator.get("/alerts")).text
        refused = await operator.submit("/alerts", **{**fields, "priority": "5"})
        assert refused.status_code == 400
        assert "must be at most 4" in refused.text
