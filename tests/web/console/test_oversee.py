"""Times, the log and people as pages."""

from __future__ import annotations

import re
from pathlib import Path

from fakes.website import open_town
from safecity.base import Node, SetClock
from safecity.incidents import Move, declare, move
from safecity.oversight import append_new, keep_times


async def test_response_times_are_shown_by_bureau_and_priority(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        auditor = await town.browser("auditor")
        assert "No incident was declared" in (await auditor.get("/times")).text
        by = town.people["operator"].actor
        made = await declare(node, by, kind="fire", title="Smoke", priority=2, place=town.camera.place)
        clock.pass_(seconds=125)
        await move(node, by, made.id, Move.RESOLVE, "Out.")
        await town.until_told(keep_times, lambda page: "2 min 05 s" in page, auditor, "/times?days=1")
        page = (await auditor.get("/times?days=1")).text
        assert "Bureau CEN" in page
        assert "Priority P2" in page
        assert (await auditor.get("/times?days=0")).status_code == 400


async def test_an_auditor_checks_the_log_and_reads_who_did_what(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        auditor = await town.browser("auditor")
        page = (await auditor.get("/log")).text
        assert "The log has not been checked yet." in page
        assert "None is signed yet." in page
        await append_new(node, town.keys)
        assert (await auditor.submit("/log/verify")).status_code == 303
        page = (await auditor.get("/log")).text
        assert "Verified" in page
        assert "safecity/hub" in page
        assert "SignedIn" in page
        assert "Auditor One" in page
        assert "Nobody, in the last 7 days." in page


async def test_older_entries_are_one_click_away(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        auditor, operator = await town.browser("auditor"), await town.browser("operator")
        for number in range(60):
            body = {"kind": "fire", "title": str(number), "place": {"lat": 0.001 * number, "lon": 0.05}}
            assert (await operator.post("/api/alerts", body)).status_code == 201
        page = (await auditor.get("/log")).text
        older = re.search(r'href="(/log\?before=\d+)"', page)
        assert older is not None
        assert "BureauAdded" not in page
        assert "BureauAdded" in (await auditor.get(older[1])).text
        assert "Older entries" not in (await auditor.get("/log?before=1")).text


async def test_an_administrator_adds_someone_who_signs_in_by_a_link(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        administrator = await town.browser("administrator")
        fields = {"name": "Amina O'Neill", "sign_in": "amina", "role": "operator", "bureau": "CEN"}
        assert (await administrator.submit("/people", **fields)).status_code == 303
        page = (await administrator.get("/people")).text
        assert "Amina O&#39;Neill" in page
        found = re.search(r"/people/([0-9a-f-]{36})/link[^>]*>(?:(?!/people/).)*Sign-in link for Amina", page)
        assert found is not None
        shown = await administrator.submit(f"/people/{found[1]}/link")
        link = re.search(r"http://localhost(/signin/link/[^<\s]+)", shown.text)
        assert link is not None
        amina = town.anonymous()
        assert (await amina.get(link[1])).headers["location"] == "/console"
        assert (await amina.get("/console")).status_code == 200
        assert (await administrator.submit(f"/people/{found[1]}/remove")).status_code == 303
        assert (await amina.get("/api/console")).status_code == 401


async def test_nobody_else_manages_people(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        for role in ("operator", "desk", "officer", "auditor"):
            browser = await town.browser(role)
            assert (await browser.get("/people")).status_code == 403
            fields = {"name": "X", "sign_in": "x", "role": "operator"}
            assert (await browser.submit("/people", **fields)).status_code == 403
