"""Pages: escaped, in the city's time, leading nowhere else."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.website import open_town
from safecity.base import NODE, Actor, Node
from safecity.web.house import City
from safecity.web.pages import Paint, own_path, size_words, spell, start_page


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (0.4, "0 s"),
        (59.4, "59 s"),
        (60, "1 min 00 s"),
        (125, "2 min 05 s"),
        (7800, "2 h 10 min"),
    ],
)
def test_a_spell_is_said_as_people_say_it(seconds: float | None, words: str):
    assert spell(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 B"), (999, "999 B"), (12_000, "12 KB"), (3 * 10**9, "3.0 GB")]
)
def test_a_size_is_said_in_the_unit_that_suits(count: int, words: str):
    assert size_words(count) == words


@pytest.mark.parametrize(
    "path", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "evil"]
)
def test_nobody_is_led_to_another_site(path: str):
    assert own_path(path, "/start") == "/start"


def test_a_path_of_our_own_is_followed():
    assert own_path("/incidents?show=all") == "/incidents?show=all"


def test_everyone_begins_where_their_work_is():
    starts = {
        role: start_page(Actor(id="x", roles=frozenset({role})))
        for role in ("operator", "desk", "officer", "auditor", "administrator")
    }
    assert starts == {
        "operator": "/console",
        "desk": "/console",
        "officer": "/field",
        "auditor": "/log",
        "administrator": "/cameras",
    }
    assert start_page(NODE) == "/public"


async def test_times_are_the_citys_and_words_are_escaped(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        city = City(name="<b>Nairobi</b>", timezone="Africa/Nairobi")
        paint = Paint(replace(town.house, city=city))
        assert paint.moment(datetime(2030, 1, 1, 22, 30, tzinfo=UTC)) == "02 Jan 2030, 01:30:00"
        assert (paint.clock(None), paint.moment(None)) == ("–", "–")
        page = paint.page("error.html", None, sentence='<script>alert("x")</script>')
        text = bytes(page.body).decode()
        assert "<script>alert" not in text
        assert "&lt;b&gt;Nairobi&lt;/b&gt;" in text


async def test_who_is_not_signed_in_is_led_to_sign_in_and_back(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        answer = await town.anonymous().get("/incidents")
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=/incidents")


async def test_a_page_that_is_not_there_says_so_as_a_page(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        answer = await town.anonymous().get("/nothing-here")
        assert answer.status_code == 404
        assert "There is nothing at this address." in answer.text
        assert answer.headers["content-type"].startswith("text/html")


async def test_the_menu_shows_only_what_may_be_done(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        auditor = (await (await town.browser("auditor")).get("/times")).text
        assert 'href="/log"' in auditor
        assert 'href="/console"' not in auditor
        assert 'href="/people"' not in auditor
        administrator = (await (await town.browser("administrator")).get("/cameras")).text
        assert 'href="/people"' in administrator
        assert 'href="/wall"' not in administrator
