"""What a console begins with."""

from __future__ import annotations

from pathlib import Path

from fakes.website import open_town
from safecity.base import Node


async def test_a_console_begins_with_everything(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        body = {"kind": "fire", "title": "Smoke", "camera": town.camera.id}
        await operator.post("/api/alerts", body)
        await operator.post(
            "/api/incidents", {"kind": "theft", "title": "Bag", "place": {"lat": 0.05, "lon": 0.05}}
        )
        console = (await operator.get("/api/console")).json()
        assert console["seq"] == await town.entries()
        assert console["now"] == "2030-01-01T00:00:00Z"
        assert (console["node"], console["city"]["name"]) == ("hub", "Testville")
        assert console["city"]["center"] == [0.05, 0.05]
        assert [each["code"] for each in console["bureaus"]] == ["CEN", "EST"]
        assert console["bureaus"][0]["polygon"][1] == [0.1, 0.0]
        for kind in ("cameras", "alerts", "incidents", "units"):
            assert len(console[kind]) == 1, kind
        assert console["units"][0]["number"] == 1
        assert len(console["load"]["buckets"]) == 12
        assert console["load"]["per_10_min"] == 1
        assert console["verified"] is None
        assert console["me"]["name"] == "Operator One"


async def test_a_desk_officer_begins_with_the_own_bureau(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, desk = await town.browser("operator"), await town.browser("desk")
        place = {"lat": 0.05, "lon": 0.15}
        await operator.post("/api/alerts", {"kind": "fire", "title": "Smoke", "place": place})
        await operator.post("/api/incidents", {"kind": "theft", "title": "Bag", "place": place})
        console = (await desk.get("/api/console")).json()
        assert (console["alerts"], console["incidents"]) == ([], [])
        assert [each["call_sign"] for each in console["units"]] == ["CAR-1"]
