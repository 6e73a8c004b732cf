"""The table of routes: what goes in is checked, what comes out is described."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from fakes.website import open_town
from safecity.base import Node
from safecity.web.ask import Ask, Who
from safecity.web.build import api_doors
from safecity.web.doors import Door, Media, Nothing, get, post


class Given(msgspec.Struct):
    title: str


class Shown(msgspec.Struct):
    id: str


async def handler(ask: Ask, given: Given) -> Shown:
    """Does a thing.

    And says more about it.
    """
    return Shown(given.title)


async def bare(ask: Ask) -> None:
    """Does nothing."""


def test_a_door_knows_its_shapes_from_its_handler():
    door = post("/api/things", handler, status=201)
    assert (door.given, door.answer, door.about) == (Given, Shown, "Does a thing.")
    assert (door.method, door.status, door.who) == ("POST", 201, Who.PEOPLE)
    assert get("/api/things", bare).given is Nothing
    assert Door("POST", "/api/csv", handler, csv=True).given is Nothing


async def test_every_door_says_what_it_does_and_answers(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        doors = api_doors(town.house, town.vouch, town.reports, town.counting)
        assert len({(door.method, door.path) for door in doors}) == len(doors)
        for door in doors:
            assert door.about.endswith("."), door.path
            assert door.answer is not None or door.media is not Media.JSON, door.path


async def test_a_body_must_be_json_and_say_so(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        browser = await town.browser("operator")
        form = await browser.post("/api/alerts", b"kind=fire", **{"content-type": "text/plain"})
        assert form.status_code == 400
        assert "Content-Type" in form.json()["error"]
        broken = await browser.post("/api/alerts", b"\xff\xfe{")
        assert (broken.status_code, broken.json()["error"][:21]) == (400, "This is no valid JSON")


@pytest.mark.parametrize(("method", "path"), [("PUT", "/api/alerts"), ("POST", "/api/console")])
async def test_a_wrong_method_is_said_in_a_sentence(node: Node, tmp_path: Path, method: str, path: str):
    async with open_town(node, tmp_path) as town:
        browser = await town.browser("operator")
        refused = await browser.send(method, path)
        assert refused.status_code == 405
        assert refused.json() == {"error": "This address cannot be used in this way."}
