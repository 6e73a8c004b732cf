"""The officer's page."""

from __future__ import annotations

from pathlib import Path

from fakes.website import open_town
from safecity.base import Node


async def test_the_phone_gets_its_page(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        answer = await (await town.browser("officer")).get("/field")
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        refused = await (await town.browser("operator")).get("/field")
        assert refused.status_code == 403
        assert "An operator may not use the field page" in refused.text
