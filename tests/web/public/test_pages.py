"""What everyone may see and say, without a script and light enough for a slow line."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from fakes.website import open_town
from safecity.alerts import State, acknowledge, alert_by_reference, alerts
from safecity.base import Node
from safecity.incidents import declare

LIGHT = 60 * 1024


async def test_everyone_sees_the_figures_and_the_form(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        answer = await town.anonymous().get("/public")
        assert answer.status_code == 200
        assert "Testville" in answer.text
        assert "Nobody has looked at a picture in these days." in answer.text
        assert '<form class="stack box" method="post" action="/report">' in answer.text
        operator = await town.browser("operator")
        await operator.get(f"/api/cameras/{town.camera.id}/snapshot.jpg")
        page = (await town.anonymous().get("/public?days=30")).text
        assert "in the last 30 days" in page


async def test_the_public_page_is_light(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        anonymous = town.anonymous()
        page = (await anonymous.get("/public")).text
        parts = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
        size = len(gzip.compress(page.encode()))
        for part in parts:
            answer = await anonymous.get(part)
            assert answer.status_code == 200, part
            size += len(gzip.compress(answer.content))
        fonts = list(town.house.static.rglob("inter-latin-wght-normal.woff2"))
        size += sum(each.stat().st_size for each in fonts)
        assert size <= LIGHT, f"{size} bytes"


async def test_a_report_goes_the_whole_way_without_a_script(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        anonymous = town.anonymous()
        assert (await anonymous.get("/report")).status_code == 200
        fields = {"kind": "theft", "details": "A bicycle <b>", "place_name": "Harbour bridge", "contact": ""}
        thanks = await anonymous.submit("/report", **fields)
        assert thanks.status_code == 201
        link = re.search(r'href="(/report/[^"]+)"', thanks.text)
        assert link is not None
        status = (await anonymous.get(link[1])).text
        assert "Nobody has looked at it yet." in status
        assert "bicycle" not in status
        found = await alert_by_reference(node, link[1].rpartition("/")[2])
        assert found is not None
        by = town.people["operator"].actor
        await acknowledge(node, by, found.id)
        assert "Someone is looking" in (await anonymous.get(link[1])).text
        await declare(node, by, alerts=[found.id])
        assert "belongs to an incident" in (await anonymous.get(link[1])).text


async def test_only_reports_have_a_public_state(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        await operator.post("/api/alerts", {"kind": "fire", "title": "Smoke", "camera": town.camera.id})
        (raised,) = await alerts(node, states=[State.RAISED])
        for reference in (raised.reference, "A-CEN-0101-9999", "..%2f..%2fetc", "%3Cscript%3E"):
            answer = await town.anonymous().get(f"/report/{reference}")
            assert answer.status_code == 404
            assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "gossip", "details": "x", "place_name": "y"},
        {"kind": "theft", "details": " ", "place_name": "y"},
        {"kind": "theft", "details": "x", "place_name": ""},
        {"kind": "theft", "details": "x" * 4001, "place_name": "y"},
        {"details": "x", "place_name": "y"},
    ],
)
async def test_a_report_that_says_nothing_is_sent_back(node: Node, tmp_path: Path, fields: dict[str, str]):
    async with open_town(node, tmp_path) as town:
        before = await town.entries()
        answer = await town.anonymous().submit("/report", **fields)
        assert answer.status_code == 400
        assert await town.entries() == before
