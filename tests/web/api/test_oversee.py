"""Oversight over HTTP: figures, and the public log."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.website import open_town
from safecity.base import Node
from safecity.oversight import append_new


async def test_times_are_for_staff_and_figures_for_everyone(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        auditor, anonymous = await town.browser("auditor"), town.anonymous()
        times = await auditor.get("/api/times?days=30")
        assert times.status_code == 200
        assert times.json()["city"]["incidents"] == 0
        assert (await anonymous.get("/api/times")).status_code == 401
        public = await anonymous.get("/api/public")
        assert public.status_code == 200
        assert public.json()["looks"] == []
        for days in ("0", "-1", "367", "many"):
            assert (await auditor.get(f"/api/times?days={days}")).status_code == 400


async def test_anyone_may_keep_the_checkpoint_and_the_tiles(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        anonymous = town.anonymous()
        early = await anonymous.get("/log/checkpoint")
        assert early.status_code == 404
        assert early.json()["error"].endswith(".")
        await append_new(node, town.keys)
        note = await anonymous.get("/log/checkpoint")
        assert note.status_code == 200
        assert note.text.startswith("safecity/hub\n")
        size = int(note.text.split("\n")[1])
        part = await anonymous.get(f"/log/tile/0/000.p/{size}")
        assert part.status_code == 200
        assert len(part.content) == 32 * size
        assert part.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["9/000", "0/..%2f..%2fpasswd", "0/999", "entries/x", "", "0/000.p/999"])
async def test_a_tile_that_is_not_there_is_said_so(node: Node, tmp_path: Path, path: str):
    async with open_town(node, tmp_path) as town:
        await append_new(node, town.keys)
        answer = await town.anonymous().get(f"/log/tile/{path}")
        assert answer.status_code in {400, 404}
        assert answer.json()["error"].endswith(".")
