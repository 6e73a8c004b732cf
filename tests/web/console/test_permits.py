"""The page where a second person decides with one click."""

from __future__ import annotations

from pathlib import Path

from fakes.website import open_town
from safecity.access import ask_permit, find_permit
from safecity.base import Node


async def test_what_waits_is_decided_with_one_click_and_ended_with_another(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        asked = await ask_permit(
            node, town.people["operator"].actor, "unmask", town.camera.id, "missing_person", "A girl of six"
        )
        operator, desk = await town.browser("operator"), await town.browser("desk")
        page = (await desk.get("/permits")).text
        assert "see a camera without its mask" in page
        assert town.camera.name in page
        assert "missing person: A girl of six" in page
        assert "A second person decides" in (await operator.get("/permits")).text
        assert (await operator.submit(f"/permits/{asked.id}/answer", answer="grant")).status_code == 403
        assert (await desk.submit(f"/permits/{asked.id}/answer", answer="grant")).status_code == 303
        assert "End now" in (await desk.get("/permits")).text
        assert (await desk.submit(f"/permits/{asked.id}/answer", answer="end")).status_code == 303
        assert (await find_permit(node, asked.id)).state == "revoked"
        assert "Nobody waits for a second person." in (await desk.get("/permits")).text


async def test_a_refusal_takes_one_click_too(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        asked = await ask_permit(
            node, town.people["operator"].actor, "unmask", town.camera.id, "missing_person", "A girl of six"
        )
        desk = await town.browser("desk")
        assert (await desk.submit(f"/permits/{asked.id}/answer", answer="refuse")).status_code == 303
        assert (await find_permit(node, asked.id)).state == "refused"


async def test_others_have_no_such_page(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        for role in ("auditor", "administrator", "officer"):
            assert (await (await town.browser(role)).get("/permits")).status_code == 403
