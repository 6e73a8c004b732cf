"""The pages of keeping, without scripts."""

from __future__ import annotations

import json
import re
from pathlib import Path

from fakes.website import open_town
from safecity.base import Node, to_ms
from safecity.footage import Keep
from safecity.footage.retain import settle_retention


async def test_completeness_is_a_page_and_a_public_figure(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        town.record(minutes=5)
        page = (await (await town.browser("auditor")).get("/completeness")).text
        assert "100.000 %" in page
        assert "Counted at" in page
        assert f"/footage?cams={town.camera.id}" in page
        assert (await (await town.browser("auditor")).get("/completeness?days=99")).status_code == 400
        public = (await town.anonymous().get("/public")).text
        assert "100.00 %" in public
        assert "every gap has a cause" in public


async def test_a_city_that_is_new_says_that_nothing_counts_yet(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        page = (await (await town.browser("auditor")).get("/completeness")).text
        assert "No footage counts yet" in page


async def test_a_disk_in_trouble_is_told_with_what_is_done_about_it(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        town.record(minutes=1)
        auditor = await town.browser("auditor")
        assert "takes footage" in (await auditor.get("/storage")).text
        trouble = {"words": "The disk is full.", "since_ms": to_ms(node.clock.now()), "goes_on": True}
        town.shelf.index.set_mark("trouble", json.dumps(trouble))
        page = (await auditor.get("/storage")).text
        assert "The disk is full." in page
        assert "It writes to the reserve folder meanwhile." in page


async def test_classes_are_set_and_a_shorter_rule_is_agreed_to_by_two(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        administrator = await town.browser("administrator")
        for days in ("30", "7"):
            done = await administrator.submit(
                "/storage/classes", name="traffic", keep_days=days, keep_gigabytes=""
            )
            assert done.status_code == 303
            await settle_retention(node, Keep(days=14))
        assert (await administrator.submit("/storage/classes", name="x", keep_days="two")).status_code == 400
        page = (await administrator.get("/storage")).text
        assert "Shorter rules that wait" in page
        assert "Ask a second person" not in page, "whoever hands out rights does not use them"
        operator, desk = await town.browser("operator"), await town.browser("desk")
        asked = {"subject": "class:traffic", "reason_code": "law", "reason": "a new law"}
        assert (await operator.submit("/storage/ask", **asked)).status_code == 303
        assert "/storage/grant" not in (await operator.get("/storage")).text
        wanted = re.search(r'name="permit" value="([^"]+)"', (await desk.get("/storage")).text)
        assert wanted is not None
        assert (await desk.submit("/storage/grant", permit=wanted[1])).status_code == 303
        assert "Let it hold, as Desk One agreed" in (await operator.get("/storage")).text
        assert (await operator.submit("/storage/agree", subject="class:traffic")).status_code == 303
        assert "agreed to by Desk One" in (await operator.get("/storage")).text


async def test_officers_see_neither(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        officer = await town.browser("officer")
        for path in ("/completeness", "/storage", "/footage", "/exports"):
            assert (await officer.get(path)).status_code == 403
