"""Incidents over HTTP, the whole way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fakes.website import Browser, Town, open_town
from safecity.base import Node, SetClock
from safecity.dispatch import report_position


async def an_alert(town: Town, browser: Browser) -> dict[str, Any]:
    body = {"kind": "fire", "title": "Smoke", "priority": 2, "camera": town.camera.id}
    return (await browser.post("/api/alerts", body)).json()


async def test_the_whole_way_from_an_alert_to_a_closed_incident(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, officer = await town.browser("operator"), await town.browser("officer")
        by = town.people["officer"].actor
        await report_position(node, by, town.house.positions, town.unit.id, town.camera.place)
        alert = await an_alert(town, operator)
        declared = await operator.post("/api/incidents", {"alerts": [alert["id"]]})
        assert declared.status_code == 201
        incident = declared.json()
        assert (incident["state"], incident["alerts"]) == ("declared", [alert["id"]])
        assert incident["cameras"] == [town.camera.id]
        assert incident["owner"] == "Operator One"
        path = f"/api/incidents/{incident['id']}"
        near = (await operator.get(f"{path}/units")).json()["units"]
        assert [each["unit"]["call_sign"] for each in near] == ["CAR-1"]
        assert near[0]["distance_m"] == 0
        sent = (await operator.post(f"{path}/assign", {"unit": town.unit.id})).json()["assignment"]
        assert (sent["state"], sent["call_sign"]) == ("assigned", "CAR-1")
        for move in ("accept", "enroute", "arrive"):
            clock.pass_(seconds=30)
            assert (
                await officer.post(f"/api/assignments/{sent['id']}/move", {"move": move})
            ).status_code == 200
        here = (await operator.get(path)).json()
        assert (here["state"], here["units"][0]["state"]) == ("on_scene", "on_scene")
        assert here["on_scene_at"] == "2030-01-01T00:01:30Z"
        await officer.post(f"/api/assignments/{sent['id']}/move", {"move": "clear", "outcome": "Put out."})
        await operator.post(f"{path}/notes", {"text": "Owner told."})
        resolved = await operator.post(f"{path}/move", {"move": "resolve", "reason": "Fire is out."})
        assert resolved.json()["moves"] == ["close", "reopen"]
        closed = (await operator.post(f"{path}/move", {"move": "close", "reason": "Done."})).json()
        assert closed["state"] == "closed"
        assert [note["text"] for note in closed["notes"]] == [
            "Put out.",
            "Owner told.",
            "Fire is out.",
            "Done.",
        ]
        steps = (await operator.get(f"{path}/history")).json()["steps"]
        assert steps[0]["text"].startswith("Operator One raised alert")
        assert [each["seq"] for each in steps] == sorted(each["seq"] for each in steps)
        assert (await operator.get("/api/incidents")).json() == {"incidents": []}
        assert len((await operator.get("/api/incidents?state=closed")).json()["incidents"]) == 1


async def test_declared_and_sent_in_one_request(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        alert = await an_alert(town, operator)
        answer = await operator.post("/api/incidents", {"alerts": [alert["id"]], "unit": town.unit.id})
        assert answer.status_code == 201
        assert answer.json()["state"] == "dispatched"
        assert [each["call_sign"] for each in answer.json()["units"]] == ["CAR-1"]


async def test_a_unit_that_is_not_there_declares_nothing(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        alert = await an_alert(town, operator)
        entries = await town.entries()
        body = {"alerts": [alert["id"]], "unit": "01938f6e-3c4a-7d2e-8f10-0123456789ab"}
        refused = await operator.post("/api/incidents", body)
        assert refused.status_code == 404
        assert await town.entries() == entries
        assert (await operator.get("/api/incidents")).json() == {"incidents": []}


async def test_a_unit_that_is_busy_declares_nothing_either(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        body = {"kind": "fire", "title": "Smoke", "place": {"lat": 0.05, "lon": 0.05}, "unit": town.unit.id}
        assert (await operator.post("/api/incidents", body)).status_code == 201
        entries = await town.entries()
        refused = await operator.post("/api/incidents", body)
        assert refused.status_code == 409
        assert refused.json()["error"].startswith("CAR-1 is not free to go")
        assert await town.entries() == entries


async def test_incidents_are_merged_and_things_linked(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        place = {"lat": 0.05, "lon": 0.15}
        one, two = [
            (await operator.post("/api/incidents", {"kind": "fire", "title": name, "priority": 2, "place": place}))
            for name in ("One", "Two")
        ]  # fmt: skip
        first, second = one.json(), two.json()
        linked = await operator.post(f"/api/incidents/{first['id']}/link", {"camera": town.camera.id})
        assert linked.json()["cameras"] == [town.camera.id]
        alert = await an_alert(town, operator)
        linked = await operator.post(f"/api/incidents/{first['id']}/link", {"alert": alert["id"]})
        assert linked.json()["alerts"] == [alert["id"]]
        whole = (await operator.post(f"/api/incidents/{first['id']}/merge", {"into": second["id"]})).json()
        assert (whole["id"], whole["alerts"]) == (second["id"], [alert["id"]])
        gone = (await operator.get(f"/api/incidents/{first['id']}")).json()
        assert (gone["state"], gone["merged_into"]) == ("merged", second["id"])


async def test_units_near_a_place_are_offered_and_auditors_read_only(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, auditor = await town.browser("operator"), await town.browser("auditor")
        near = await operator.get("/api/units/nearest?lat=0.05&lon=0.05")
        assert [each["unit"]["call_sign"] for each in near.json()["units"]] == ["CAR-1"]
        assert (await auditor.get("/api/incidents")).status_code == 200
        assert (
            await auditor.post("/api/incidents", {"kind": "fire", "place": {"lat": 0, "lon": 0}})
        ).status_code == 403
