"""Alerts over HTTP."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.website import MARKET, open_town
from safecity.alerts import Dismissal
from safecity.base import Node, SetClock
from safecity.dispatch import report_position
from safecity.web.api.alerts import dismissal_of

PLACE = {"lat": MARKET.lat, "lon": MARKET.lon}


async def test_an_alert_is_raised_by_hand_acknowledged_and_dismissed(
    node: Node, clock: SetClock, tmp_path: Path
):
    async with open_town(node, tmp_path) as town:
        browser = await town.browser("operator")
        body = {
            "kind": "fire",
            "title": "Smoke over the market",
            "priority": 2,
            "place": PLACE,
            "details": "Black.",
        }
        answer = await browser.post("/api/alerts", body)
        assert answer.status_code == 201
        raised = answer.json()
        assert (raised["state"], raised["priority"], raised["bureau"]) == ("raised", 2, "CEN")
        assert raised["due_at"] == "2030-01-01T00:02:00Z"
        clock.pass_(seconds=5)
        seen = (await browser.post(f"/api/alerts/{raised['id']}/acknowledge")).json()
        assert (seen["state"], seen["acknowledged_by"]) == ("acknowledged", "Operator One")
        assert seen["acknowledged_at"] == "2030-01-01T00:00:05Z"
        listed = (await browser.get("/api/alerts")).json()["alerts"]
        assert [each["id"] for each in listed] == [raised["id"]]
        body = {"reason": "false_alarm", "words": "Barbecue."}
        done = (await browser.post(f"/api/alerts/{raised['id']}/dismiss", body)).json()
        assert (done["state"], done["dismissed_reason"]) == ("dismissed", "false_alarm")
        assert (await browser.get("/api/alerts")).json() == {"alerts": []}
        assert len((await browser.get("/api/alerts?state=dismissed&limit=1")).json()["alerts"]) == 1


async def test_a_desk_officer_is_shown_the_own_bureau_and_an_auditor_nothing(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, desk, auditor = [await town.browser(role) for role in ("operator", "desk", "auditor")]
        for lon in (0.05, 0.15):
            body = {"kind": "fire", "title": "Smoke", "place": {"lat": 0.05, "lon": lon}}
            assert (await operator.post("/api/alerts", body)).status_code == 201
        assert len((await operator.get("/api/alerts")).json()["alerts"]) == 2
        assert [each["bureau"] for each in (await desk.get("/api/alerts")).json()["alerts"]] == ["CEN"]
        refused = await auditor.get("/api/alerts")
        assert refused.status_code == 403
        assert "An auditor may not use the console" in refused.json()["error"]


async def test_help_is_called_from_where_the_unit_is(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        officer = await town.browser("officer")
        refused = await officer.post("/api/panic")
        assert refused.status_code == 400
        assert "position is not known" in refused.json()["error"]
        by = town.people["officer"].actor
        await report_position(node, by, town.house.positions, town.unit.id, MARKET)
        called = await officer.post("/api/panic")
        assert called.status_code == 201
        assert (called.json()["priority"], called.json()["source"]) == (1, "panic")
        assert called.json()["place"] == PLACE
        device = await town.device()
        assert (await device.post("/api/panic", {"place": PLACE})).status_code == 201


async def test_a_device_sends_a_batch_and_a_repeat_counts_once(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        device = await town.device()
        batch = [
            {"kind": "smoke", "camera": town.camera.id, "priority": 2, "id": f"s-{n}", "title": "Smoke"}
            for n in range(20)
        ]
        first = await device.post("/api/intake", {"alerts": batch})
        assert first.status_code == 202
        assert first.json()["accepted"] == 20
        entries = await town.entries()
        again = await device.post("/api/intake", {"alerts": batch})
        assert again.json() == first.json()
        assert await town.entries() == entries


async def test_a_batch_is_taken_whole_or_not_at_all(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        device = await town.device()
        entries = await town.entries()
        good = {"kind": "smoke", "camera": town.camera.id}
        lost = {"kind": "smoke", "camera": "01938f6e-3c4a-7d2e-8f10-0123456789ab"}
        refused = await device.post("/api/intake", {"alerts": [good, lost]})
        assert refused.status_code == 404
        assert await town.entries() == entries


@pytest.mark.parametrize(
    ("reason", "words", "code", "kept"),
    [
        ("test", "", Dismissal.TEST, "Test"),
        ("duplicate", "Same as 12", Dismissal.DUPLICATE, "Same as 12"),
        ("Nobody is there", "", Dismissal.NOTHING_FOUND, "Nobody is there"),
    ],
)
def test_a_reason_in_words_alone_is_kept_too(reason: str, words: str, code: Dismissal, kept: str):
    assert dismissal_of(reason, words) == (code, kept)
