"""The pages of exports, without scripts: what one asked for, what waits for one's word, the films."""

from __future__ import annotations

from pathlib import Path

from fakes.masked_film import shown_film
from fakes.website import Town, open_town
from safecity.base import Node, to_ms
from safecity.evidence import ExportJob, ask_export, find_export, run_next


async def asked(town: Town, *, masked: bool) -> ExportJob:
    start_ms = to_ms(town.node.clock.now()) - 3_600_000
    town.eyes.script = shown_film(start_ms)
    return await ask_export(
        town.node, town.people["operator"].actor, [town.camera.id], from_ms=start_ms, to_ms=start_ms + 4000,
        reason_code="investigation", reason="the theft at the market", masked=masked,
    )  # fmt: skip


async def test_a_second_person_agrees_on_the_page(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        job = await asked(town, masked=False)
        operator, desk = await town.browser("operator"), await town.browser("desk")
        mine = (await operator.get("/exports")).text
        assert "It waits until a second person grants the permit." in mine
        assert "These wait for your word" not in mine
        page = (await desk.get("/exports")).text
        assert "the theft at the market" in page
        assert "Films of Market / Main," in page, "who decides sees what about"
        assert "films of Market / Main," in (await desk.get("/permits")).text
        permit = page.split("/exports/permits/")[1].split('"')[0]
        assert (await operator.submit(f"/exports/permits/{permit}", decision="grant")).status_code == 403
        assert (await desk.submit(f"/exports/permits/{permit}", decision="perhaps")).status_code == 400
        assert (await desk.submit(f"/exports/permits/{permit}", decision="grant")).status_code == 303
        assert "granted, by Desk One" in (await operator.get(f"/exports/{job.id}")).text


async def test_the_films_are_there_with_their_sums_and_can_be_deleted(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        job = await asked(town, masked=True)
        operator = await town.browser("operator")
        assert "<progress" in (await operator.get(f"/exports/{job.id}")).text
        assert await run_next(node, town.house.archive, town.eyes, free_bytes=0)
        (film,) = (await find_export(node, town.people["operator"].actor, job.id)).files
        page = (await operator.get(f"/exports/{job.id}")).text
        assert film.sha256 in page
        assert f'href="/api/exports/{job.id}/films/{film.name}"' in page
        assert (await operator.submit(f"/exports/{job.id}/drop")).status_code == 303
        assert film.sha256 not in (await operator.get(f"/exports/{job.id}")).text
        assert "The films were deleted." in (await operator.get("/exports")).text
