"""Who is told what."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakes.website import MARKET, Town, open_town
from safecity.base import NODE, PUBLIC, Actor, Fact, Node, read_entries
from safecity.cameras import remove
from safecity.dispatch import Move, assign, move_assignment
from safecity.incidents import declare
from safecity.web.tell import Seat, Telling, seat_of, telling_of


@pytest.mark.parametrize(
    ("roles", "seat"),
    [
        ({"operator", "officer"}, Seat.CITY),
        ({"desk"}, Seat.BUREAU),
        ({"auditor"}, Seat.AUDIT),
        ({"administrator"}, Seat.CARE),
        ({"officer"}, Seat.FIELD),
    ],
)
def test_roles_give_a_seat(roles: set[str], seat: Seat):
    assert seat_of(Actor(id="x", roles=frozenset(roles))) is seat


def test_machines_and_the_public_have_none():
    assert seat_of(NODE) is None
    assert seat_of(PUBLIC) is None


@pytest.mark.parametrize(
    ("about", "bureau", "told"),
    [
        ("alert", "CEN", {Seat.CITY, Seat.BUREAU, Seat.AUDIT}),
        ("alert", "EST", {Seat.CITY, Seat.AUDIT}),
        ("alert", None, {Seat.CITY, Seat.BUREAU, Seat.AUDIT}),
        ("unit", "CEN", {Seat.CITY, Seat.BUREAU}),
        ("unit", "EST", {Seat.CITY}),
        ("camera", None, {Seat.CITY, Seat.BUREAU, Seat.AUDIT, Seat.CARE}),
    ],
)
def test_a_message_is_for_some_seats_and_for_the_people_it_names(
    about: str, bureau: str | None, told: set[Seat]
):
    telling = Telling(seq=1, about=about, subject="x", text="", bureau=bureau, people=frozenset({"person:a"}))
    assert {seat for seat in Seat if telling.is_for(seat, "CEN", "person:b")} == told
    assert telling.is_for(Seat.FIELD, None, "person:a")


async def newest(town: Town, name: str) -> Fact:
    """The newest fact of a name."""
    facts = [entry.fact() for entry in await read_entries(town.node.database, 0)]
    return [fact for fact in facts if fact.name == name][-1]


async def test_a_crew_hears_of_its_errand_until_it_is_over(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        by, officer = town.people["operator"].actor, town.people["officer"].actor
        made = await declare(node, by, kind="fire", title="Smoke", place=MARKET)
        sent = await assign(node, by, made.id, town.unit.id)
        told = await telling_of(town.house, await newest(town, "UnitAssigned"))
        assert told is not None
        assert told.people == {officer.id}
        assert json.loads(told.text)["put"]["incident"]["units"][0]["call_sign"] == "CAR-1"
        await move_assignment(node, officer, sent.id, Move.DECLINE)
        last = await telling_of(town.house, await newest(town, "AssignmentMoved"))
        assert last is not None
        assert last.people == {officer.id}, "told a last time"
        after = await telling_of(town.house, await newest(town, "IncidentMoved"))
        assert after is not None
        assert after.people == frozenset()


async def test_what_is_nobodys_business_is_not_told(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        assert await telling_of(town.house, await newest(town, "PersonAdded")) is None


async def test_a_camera_that_went_is_told_as_gone(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        await remove(node, town.chief, town.camera.id)
        told = await telling_of(town.house, await newest(town, "CameraRemoved"))
        assert told is not None
        assert json.loads(told.text)["put"] == {"camera": None}
        assert await telling_of(town.house, await newest(town, "CameraAdded")) is None, "it is gone by now"
