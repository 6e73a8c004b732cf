"""The live stream: in order, nothing missed, only to those concerned; who reads too slowly comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakes.website import MARKET, Town, open_town
from safecity.alerts import Source, acknowledge, raise_alert
from safecity.base import Actor, Node, Place, SetClock, Supervisor, last_seq
from safecity.dispatch import Fix, Positions, UnitKind, add_unit, assign, report_position, send_message
from safecity.incidents import declare
from safecity.web.live import FAR_BEHIND, TOO_FAR, TOO_SLOW, Ear, Hub
from safecity.web.tell import Seat

EAST = Place(0.05, 0.15)


def an_ear(seat: Seat, person: str = "person:x", most: int = 100) -> Ear:
    return Ear(seat=seat, bureau="CEN", person=person, token="", most=most)


def heard(ear: Ear) -> list[dict[str, Any]]:
    """The facts an ear was told and has not sent on, without heartbeats and frames."""
    said = [json.loads(each) for each in ear.waiting if isinstance(each, str)]
    ear.waiting.clear()
    return [each for each in said if "type" in each]


@asynccontextmanager
async def listening(town: Town) -> AsyncGenerator[Hub]:
    """A hub that hears the journal."""
    hub = Hub(town.house)
    hub.seq = await last_seq(town.node.database)
    task = asyncio.get_running_loop().create_task(hub.listen())
    try:
        yield hub
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def caught_up(hub: Hub, town: Town) -> None:
    """Waits until the hub has heard everything."""
    while hub.seq < await town.entries():
        await asyncio.sleep(0)


async def let_pass(clock: SetClock, seconds: float) -> None:
    """Lets time pass, and everyone do what they do in it; all of it happens in this loop."""
    for _ in range(50):
        await asyncio.sleep(0)
    clock.pass_(seconds=seconds)
    for _ in range(50):
        await asyncio.sleep(0)


async def smoke(town: Town, by: Actor, place: Place = MARKET) -> str:
    raised = await raise_alert(town.node, by, kind="fire", source=Source.CALL, place=place, title="Smoke")
    return raised.id


async def test_an_operator_hears_of_an_alert_as_it_is_now(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town, listening(town) as hub:
        ear, by = an_ear(Seat.CITY), town.people["operator"].actor
        await hub.join(ear, hub.seq)
        name = await smoke(town, by)
        await acknowledge(node, by, name)
        await caught_up(hub, town)
        raised, seen = heard(ear)
        assert (raised["type"], raised["subject"]) == ("AlertRaised", f"alert:{name}")
        assert raised["seq"] < seen["seq"]
        assert seen["put"]["alert"]["acknowledged_by"] == "Operator One"


async def test_each_seat_hears_what_concerns_it(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town, listening(town) as hub:
        ears = {seat: an_ear(seat) for seat in Seat}
        for ear in ears.values():
            await hub.join(ear, hub.seq)
        by = town.people["operator"].actor
        await smoke(town, by, MARKET)
        await smoke(town, by, EAST)
        await add_unit(node, town.chief, call_sign="CAR-2", kind=UnitKind.CAR, bureau="EST")
        await caught_up(hub, town)
        told = {seat: [each["type"] for each in heard(ear)] for seat, ear in ears.items()}
        assert told[Seat.CITY] == ["AlertRaised", "AlertRaised", "UnitAdded"]
        assert told[Seat.BUREAU] == ["AlertRaised"]
        assert told[Seat.AUDIT] == ["AlertRaised", "AlertRaised"]
        assert told[Seat.CARE] == told[Seat.FIELD] == []


async def test_an_officer_hears_of_the_own_unit_and_errand_only(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town, listening(town) as hub:
        mine = an_ear(Seat.FIELD, town.people["officer"].actor.id)
        others = [an_ear(Seat.FIELD, f"person:{n}") for n in range(50)]
        for ear in (mine, *others):
            await hub.join(ear, hub.seq)
        by = town.people["operator"].actor
        other = await declare(node, by, kind="theft", title="Bag", place=EAST)
        made = await declare(node, by, kind="fire", title="Smoke", place=MARKET)
        await assign(node, by, made.id, town.unit.id)
        await send_message(node, by, town.unit.id, "Use the back gate.")
        await caught_up(hub, town)
        told = heard(mine)
        assert {each["type"] for each in told} >= {"UnitAssigned", "UnitStatusChanged", "MessageSent"}
        assert all(other.id not in json.dumps(each) for each in told)
        (message,) = [each["put"]["message"] for each in told if each["type"] == "MessageSent"]
        assert (message["text"], message["from"]) == ("Use the back gate.", "Operator One")
        assert all(heard(ear) == [] for ear in others)


async def test_whoever_comes_back_misses_nothing_and_hears_nothing_twice(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town, listening(town) as hub:
        ear, by = an_ear(Seat.CITY), town.people["operator"].actor
        since = hub.seq
        names = [await smoke(town, by, Place(0.05, 0.01 * n)) for n in range(5)]
        await acknowledge(node, by, names[0])
        await caught_up(hub, town)
        await hub.join(ear, since)
        await smoke(town, by, Place(0.09, 0.05))
        await caught_up(hub, town)
        told = heard(ear)
        assert [each["seq"] for each in told] == sorted({each["seq"] for each in told})
        alerts = [each["put"]["alert"] for each in told]
        assert len(alerts) == 6, "the latest about each thing, not every step of it"
        assert {each["id"] for each in alerts} >= set(names)
        assert next(each for each in alerts if each["id"] == names[0])["state"] == "acknowledged"


async def test_a_reader_that_is_too_slow_or_too_far_behind_is_closed(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town, listening(town) as hub:
        slow, ahead, behind = (an_ear(Seat.CITY, most=3) for _ in range(3))
        await hub.join(slow, hub.seq)
        for n in range(5):
            await smoke(town, town.people["operator"].actor, Place(0.05, 0.01 * n))
        await caught_up(hub, town)
        assert slow.closed_with == TOO_SLOW
        assert not slow.waiting
        await hub.join(ahead, hub.seq + 1)
        await hub.join(behind, hub.seq - FAR_BEHIND - 1)
        assert (ahead.closed_with, behind.closed_with) == (TOO_FAR, TOO_FAR)
        assert await ahead.pump(_nowhere) == TOO_FAR


async def _nowhere(_: str | bytes) -> None:
    return


async def test_the_line_beats_and_tells_the_load(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path) as town, listening(town) as hub:
        ear, phone = an_ear(Seat.CITY), an_ear(Seat.FIELD)
        for each in (ear, phone):
            await hub.join(each, hub.seq)
            each.waiting.clear()
        await smoke(town, town.people["operator"].actor)
        await caught_up(hub, town)
        heard(ear)
        beating = asyncio.get_running_loop().create_task(hub.beat())
        for _ in range(2):
            await let_pass(clock, 2)
        beating.cancel()
        said = [json.loads(each) for each in ear.waiting if isinstance(each, str)]
        assert [each["now"] for each in said if "now" in each] == [
            "2030-01-01T00:00:02.000Z",
            "2030-01-01T00:00:04.000Z",
        ]
        assert [each["load"]["per_10_min"] for each in said if "load" in each] == [1]
        assert said[-1]["seq"] == hub.seq
        assert len(phone.waiting) == 1


async def test_positions_go_to_consoles_and_to_nobody_else(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path) as town, listening(town) as hub:
        ears = {seat: an_ear(seat) for seat in Seat}
        for ear in ears.values():
            await hub.join(ear, hub.seq)
            ear.waiting.clear()
        await report_position(node, town.people["officer"].actor, town.house.positions, town.unit.id, MARKET)
        moving = asyncio.get_running_loop().create_task(hub.move())
        await let_pass(clock, 1)
        moving.cancel()
        frames = {
            seat: [each for each in ear.waiting if isinstance(each, bytes)] for seat, ear in ears.items()
        }
        assert len(frames[Seat.CITY]) == len(frames[Seat.BUREAU]) == 1
        assert frames[Seat.AUDIT] == frames[Seat.CARE] == frames[Seat.FIELD] == []


class BrokenPositions(Positions):
    """Positions that fail when they are asked for."""

    def last(self, unit: str) -> Fix | None:
        raise RuntimeError(unit)


async def test_one_message_that_cannot_be_made_does_not_silence_the_rest(
    node: Node, clock: SetClock, tmp_path: Path
):
    async with open_town(node, tmp_path) as town:
        hub, ear = Hub(replace(town.house, positions=BrokenPositions())), an_ear(Seat.CITY)
        tasks = Supervisor(clock)
        tasks.start("live", hub.listen)
        await let_pass(clock, 0)
        await hub.join(ear, hub.seq)
        await send_message(node, town.people["operator"].actor, town.unit.id, "Hello")
        name = await smoke(town, town.people["operator"].actor)
        for _ in range(3):
            await let_pass(clock, 2)
        assert [each["subject"] for each in heard(ear)] == [f"alert:{name}"]
        await tasks.close()
