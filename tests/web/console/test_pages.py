"""Everyone's first page, the console and the wall."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.website import open_town
from safecity.base import Node


async def test_everyone_is_led_to_their_own_first_page(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        starts = {role: await (await town.browser(role)).get("/") for role in town.people}
        assert {role: answer.headers["location"] for role, answer in starts.items()} == {
            "operator": "/console",
            "desk": "/console",
            "officer": "/field",
            "auditor": "/log",
            "administrator": "/cameras",
        }
        assert (await town.anonymous().get("/")).headers["location"] == "/public"


@pytest.mark.parametrize(
    ("path", "roles"),
    [("/console", {"operator", "desk"}), ("/wall", {"operator", "desk"}), ("/field", {"officer"})],
)
async def test_a_page_opens_for_whom_it_is_made(node: Node, tmp_path: Path, path: str, roles: set[str]):
    async with open_town(node, tmp_path) as town:
        for role in town.people:
            answer = await (await town.browser(role)).get(path)
            assert answer.status_code == (200 if role in roles else 403), role
            assert "<script>" not in answer.text, "the policy for scripts lets none inside a page"
            assert " style=" not in answer.text


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("/console", "operator"),
        ("/wall", "desk"),
        ("/footage", "operator"),
        ("/field", "officer"),
        ("/log", "auditor"),
    ],
)
async def test_every_page_bears_the_name_of_the_city(node: Node, tmp_path: Path, path: str, role: str):
    async with open_town(node, tmp_path) as town:
        answer = await (await town.browser(role)).get(path)
        assert " · Testville</title>" in answer.text
