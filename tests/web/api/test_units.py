"""Units and officers' phones over HTTP."""

from __future__ import annotations

from pathlib import Path

from fakes.website import MARKET, open_town
from safecity.base import Node
from safecity.dispatch import UnitKind, add_unit


async def test_an_officers_phone_begins_with_everything_it_needs(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, officer = await town.browser("operator"), await town.browser("officer")
        told = await operator.post(f"/api/units/{town.unit.id}/message", {"text": "Use the back gate."})
        assert told.status_code == 201
        assert (told.json()["from"], told.json()["text"]) == ("Operator One", "Use the back gate.")
        body = {"kind": "fire", "title": "Smoke", "priority": 2, "place": {"lat": 0.05, "lon": 0.05}}
        incident = (await operator.post("/api/incidents", {**body, "unit": town.unit.id})).json()
        field = (await officer.get("/api/field")).json()
        assert field["me"]["roles"] == ["officer"]
        assert field["me"]["csrf"] == officer.csrf
        assert (field["unit"]["call_sign"], field["unit"]["status"]) == ("CAR-1", "Dispatched")
        assert field["assignment"]["incident"]["id"] == incident["id"]
        assert [each["text"] for each in field["messages"]] == ["Use the back gate."]
        assert field["seq"] == await town.entries()


async def test_an_officer_without_a_unit_has_an_empty_page(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        await town.leave_unit()
        field = (await (await town.browser("officer")).get("/api/field")).json()
        assert (field["unit"], field["assignment"], field["messages"]) == (None, None, [])


async def test_positions_are_told_by_the_own_crew_only(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        officer, operator = await town.browser("officer"), await town.browser("operator")
        other = await add_unit(node, town.chief, call_sign="CAR-2", kind=UnitKind.CAR, bureau="CEN")
        fix = {"lat": MARKET.lat, "lon": MARKET.lon, "accuracy_m": 8.5, "heading_deg": 90}
        answer = await officer.post(f"/api/units/{town.unit.id}/position", fix)
        assert (answer.status_code, answer.content) == (204, b"")
        assert (await officer.post(f"/api/units/{other.id}/position", fix)).status_code == 403
        (unit, _) = (await operator.get("/api/units")).json()["units"]
        assert unit["place"] == {"lat": MARKET.lat, "lon": MARKET.lon}
        assert unit["officers"][0]["name"] == "Officer One"


async def test_a_shift_is_ended_and_begun(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        officer = await town.browser("officer")
        path = f"/api/units/{town.unit.id}/shift"
        assert (await officer.post(path, {"action": "end"})).json()["on_shift"] is False
        assert (await officer.post(path, {"action": "start"})).json()["status"] == "Available"


async def test_a_unit_is_called_off(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        body = {"kind": "fire", "title": "Smoke", "place": {"lat": 0.05, "lon": 0.05}, "unit": town.unit.id}
        await operator.post("/api/incidents", body)
        (unit,) = (await operator.get("/api/units")).json()["units"]
        done = await operator.post(f"/api/assignments/{unit['assignment']}/move", {"move": "withdraw"})
        assert done.json()["state"] == "withdrawn"
