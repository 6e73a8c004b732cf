"""Several cameras on one time axis."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from fakes.website import Town, open_town
from safecity.base import NODE, Node, to_ms
from safecity.cameras import Camera, Regime, add
from safecity.evidence import hold
from safecity.incidents import declare, link_camera
from safecity.web.lanes import LanesView, lanes_of

HOUR = timedelta(hours=1)


async def second_camera(town: Town) -> Camera:
    return await add(
        town.node, NODE, name="Harbour", url="rtsp://10.0.0.8/1", bureau="EST", place=town.camera.place,
        controller="City police", regime=Regime.CITY,
    )  # fmt: skip


async def last_hour(town: Town, role: str, *cameras: Camera, resolution_ms: int = 1_000) -> LanesView:
    now = town.node.clock.now()
    by = town.people[role].actor
    return await lanes_of(town.house, by, cameras, (now - HOUR, now + HOUR), resolution_ms=resolution_ms)


async def test_each_camera_has_its_lane_in_the_order_asked_for(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        harbour = await second_camera(town)
        town.record(minutes=3)
        now_ms = to_ms(node.clock.now())
        town.shelf.lack(harbour.id, now_ms - 120_000, now_ms - 60_000)
        found = await last_hour(town, "operator", harbour, town.camera)
        assert [each.camera for each in found.lanes] == [harbour.id, town.camera.id]
        lacking, recorded = found.lanes
        assert [(to_ms(a), to_ms(b)) for a, b in recorded.segments] == [(now_ms - 180_000, now_ms)]
        assert lacking.segments == []
        (gap,) = lacking.gaps
        assert (gap.cause, gap.count, gap.missing_s) == ("network", 1, 60.0)
        assert gap.words == "Nothing answers at the camera's address."


async def test_what_a_pixel_cannot_show_is_joined(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        now_ms = to_ms(node.clock.now())
        for minute in (10, 8, 6):
            town.shelf.put(town.camera.id, now_ms - minute * 60_000, b"x")
        fine = await last_hour(town, "operator", town.camera)
        coarse = await last_hour(town, "operator", town.camera, resolution_ms=120_000)
        assert [len(each.lanes[0].segments) for each in (fine, coarse)] == [3, 1]


async def test_a_gap_that_lasts_has_no_end_yet(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        now_ms = to_ms(node.clock.now())
        town.shelf.lack(town.camera.id, now_ms - 60_000, now_ms + 7_200_000)
        (gap,) = (await last_hour(town, "operator", town.camera)).lanes[0].gaps
        assert (gap.end, gap.missing_s) == (None, 60.0)


async def test_holds_and_incidents_stand_on_the_line(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        town.record()
        operator = town.people["operator"].actor
        found = await declare(node, operator, kind="theft", priority=2, place=town.camera.place)
        await link_camera(node, operator, found.id, town.camera.id)
        now_ms = to_ms(node.clock.now())
        kept = await hold(
            node, operator, town.house.archive, incident=found.id, camera=town.camera.id,
            from_ms=now_ms - 60_000, to_ms=now_ms, reason="asked for by the court",
        )  # fmt: skip
        line = await last_hour(town, "operator", town.camera)
        assert [each.id for each in line.lanes[0].holds] == [kept.id]
        assert [(mark.kind, mark.reference) for mark in line.marks] == [("incident", found.reference)]
        unread = await last_hour(town, "administrator", town.camera)
        assert unread.marks == []
