"""Films fetched at the command line, from the real site on a real port, as the person whose link is given."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path

import pytest
import uvicorn

from fakes.masked_film import shown_film
from fakes.running import until
from fakes.website import Town, open_town
from safecity.access import issue_link, permits, refuse_permit
from safecity.base import NODE, Node, from_ms, read_entries, to_ms
from safecity.cli import run
from safecity.evidence import ExportDelivered, exports, run_next
from safecity.web.compose import iso


@asynccontextmanager
async def served(town: Town) -> AsyncGenerator[str]:
    """The town's site on a free port, with somebody who makes the films."""

    async def make() -> None:
        while True:
            await run_next(town.node, town.house.archive, town.eyes, free_bytes=0)
            await asyncio.sleep(0.02)

    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(town.site, ws="websockets-sansio", log_level="error"))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve([door]))
            making = tasks.create_task(make())
            while not server.started:
                await asyncio.sleep(0.01)
            try:
                yield f"http://127.0.0.1:{door.getsockname()[1]}"
            finally:
                making.cancel()
                server.should_exit = True


async def fetch(
    town: Town, base: str, role: str, file: Path, *more: str, cameras: tuple[str, ...] = ()
) -> int:
    """Runs the command beside the site; the span is four seconds, an hour ago."""
    start_ms = to_ms(town.node.clock.now()) - 3_600_000
    town.eyes.script = shown_film(start_ms)
    link = f"{base}/signin/link/{await issue_link(town.node, NODE, town.people[role].id)}"
    words = [
        "footage", "export", "--data", str(file.parent), *(cameras or (town.camera.name,)), iso(from_ms(start_ms)),
        iso(from_ms(start_ms + 4000)), str(file), "--link", link, "--reason", "the theft at the market", *more,
    ]  # fmt: skip
    return await asyncio.to_thread(run, words)


async def delivered(town: Town) -> list[tuple[str, str, bool]]:
    facts = [entry.fact() for entry in await read_entries(town.node.database, 0)]
    return [
        (each.actor, each.event.sha256, each.event.masked)
        for each in facts
        if isinstance(each.event, ExportDelivered)
    ]


async def test_a_masked_film_is_fetched_and_told_first(
    node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    async with open_town(node, tmp_path / "town") as town, served(town) as base:
        file = tmp_path / "market.mp4"
        assert await fetch(town, base, "operator", file) == 0
        digest = sha256(file.read_bytes()).hexdigest()
        assert await delivered(town) == [(town.people["operator"].actor.id, digest, True)]
        assert digest in capsys.readouterr().out
        assert list(tmp_path.glob("*.part")) == []


async def test_without_masks_it_waits_for_a_second_person_who_may_refuse(
    node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    async with open_town(node, tmp_path / "town") as town, served(town) as base:
        file = tmp_path / "market.mp4"
        fetching = asyncio.ensure_future(fetch(town, base, "operator", file, "--unmasked"))  # noqa: TID251

        async def asked() -> bool:
            return bool(await permits(node))

        await until(asked, 20, "the permit to be asked for")
        await refuse_permit(node, town.people["desk"].actor, (await permits(node))[0].id)
        assert await fetching == 1
        said = capsys.readouterr()
        assert "refused" in said.out
        assert "second person" in said.err
        assert await delivered(town) == []


async def test_who_may_not_export_is_told_so(node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    async with open_town(node, tmp_path / "town") as town, served(town) as base:
        assert await fetch(town, base, "administrator", tmp_path / "market.mp4") != 0
        assert "may not take films out" in capsys.readouterr().err
        assert await exports(node, town.people["administrator"].actor) == []


async def test_mistakes_are_told_in_sentences(node: Node, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    async with open_town(node, tmp_path / "town") as town, served(town) as base:
        file = tmp_path / "market.mp4"
        assert await fetch(town, base, "operator", file, cameras=("Lake",)) != 0
        assert "no camera called 'Lake'" in capsys.readouterr().err
        assert await fetch(town, base, "operator", file, cameras=("Market / Main", "Lake")) != 0
        assert "a folder that is there for several" in capsys.readouterr().err
        for link, words in (
            ("market", "A link looks like"),
            (f"{base}/signin/link/used", "Each works once"),
            ("http://127.0.0.1:9/signin/link/x", "does not answer"),
        ):
            code = await asyncio.to_thread(
                run,
                ["footage", "export", "--data", str(tmp_path), "Market / Main", "2026-01-01", "2026-01-02", str(file),
                 "--link", link, "--reason", "x"],
            )  # fmt: skip
            assert code != 0
            assert words in capsys.readouterr().err
        assert not file.exists()
