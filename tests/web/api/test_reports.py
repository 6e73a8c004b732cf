"""What citizens say."""

from __future__ import annotations

from pathlib import Path

from fakes.website import HARBOUR, HOST, open_town
from safecity.alerts import alert_by_reference, contacts
from safecity.base import Node, Place, SetClock, read_entries
from safecity.web.api.reports import known_place

REPORT = {"kind": "theft", "details": "A bicycle, by Joseph.", "place_name": "at Harbour Bridge, south side"}


async def test_anyone_may_report_and_nobody_needs_to_sign_in(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        anonymous = town.anonymous()
        answer = await anonymous.post("/api/reports", {**REPORT, "contact": "+254 700 1"})
        assert answer.status_code == 201
        found = await alert_by_reference(node, answer.json()["reference"])
        assert found is not None
        assert (found.place, found.place_name) == (HARBOUR, "at Harbour Bridge, south side")
        assert await contacts(node, town.people["operator"].actor, found.id) == ["+254 700 1"]
        bodies = "".join(entry.body for entry in await read_entries(node.database, 0))
        assert "Joseph" not in bodies
        assert "+254" not in bodies


async def test_a_flood_from_one_address_is_stopped(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path, report_burst=3) as town:
        anonymous = town.anonymous()
        answers = [await anonymous.post("/api/reports", REPORT) for _ in range(4)]
        assert [each.status_code for each in answers] == [201, 201, 201, 429]
        assert "please wait a minute" in answers[-1].json()["error"]
        clock.pass_(seconds=60)
        assert (await anonymous.post("/api/reports", REPORT)).status_code == 201


async def test_a_page_of_another_site_reports_nothing(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        before = await town.entries()
        refused = await town.anonymous().post("/api/reports", REPORT, origin="http://evil.example")
        assert refused.status_code == 403
        assert await town.entries() == before
        assert HOST == "http://localhost"


async def test_a_place_in_words_is_found_where_the_city_knows_it(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        assert known_place(town.house, "near the HARBOUR  bridge") == HARBOUR
        assert known_place(town.house, "somewhere") == Place(0.05, 0.05)
