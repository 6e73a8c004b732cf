"""Counting how complete footage is, for pages: as often as it is cheap, the least complete first."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes.website import Town, open_town
from safecity.base import NODE, Node, SetClock, to_ms
from safecity.cameras import Regime, add
from safecity.footage import SETTLED_MS, Cause, Gap
from safecity.web.count import Counting


async def with_a_gap(town: Town) -> str:
    """Ten minutes of two cameras up to half a minute ago; the harbour's lack two, for which the network is to blame."""
    harbour = await add(
        town.node, NODE, name="Harbour", url="rtsp://10.0.0.8/1", bureau="EST", place=town.camera.place,
        controller="City police", regime=Regime.CITY,
    )  # fmt: skip
    end_ms = to_ms(town.node.clock.now()) - SETTLED_MS
    for minute in range(10, 0, -1):
        town.shelf.put(town.camera.id, end_ms - minute * 60_000, b"x")
        if minute not in {6, 5}:
            town.shelf.put(harbour.id, end_ms - minute * 60_000, b"x")
    town.shelf.lack(harbour.id, end_ms - 360_000, end_ms - 240_000)
    return harbour.id


async def test_each_camera_and_the_city_are_counted_the_least_complete_first(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        await with_a_gap(town)
        found = await Counting(node, town.house.archive).of_days(1)
        assert [each.name for each in found.cameras] == ["Market / Main", "Harbour"] or [
            each.name for each in found.cameras
        ] == ["Harbour", "Market / Main"]
        harbour = next(each.count for each in found.cameras if each.name == "Harbour")
        assert (harbour.recorded_s, harbour.gaps, harbour.lost_s) == (480.0, 1, {"network": 120.0})
        assert found.city.recorded_s == pytest.approx(1080.0)
        assert (found.city.unexplained_s, found.city.damaged) == (0, 0)


async def test_a_cheap_count_is_kept_for_half_a_minute(node: Node, clock: SetClock, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        counting = Counting(node, town.house.archive)
        first = await counting.of_days(1)
        assert first.city.percent is None, "nothing is known of the camera yet"
        await with_a_gap(town)
        clock.pass_(seconds=29)
        assert await counting.of_days(1) is first
        assert await counting.of_days(7) is not first
        clock.pass_(seconds=2)
        again = await counting.of_days(1)
        assert again.city.recorded_s > 0
        assert again.counted_at == clock.now()


async def test_a_camera_of_which_all_is_lost_comes_before_those_that_lack_little(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        await with_a_gap(town)
        broken = await add(
            node, NODE, name="Broken", url="rtsp://10.0.0.9/1", bureau="EST", place=town.camera.place,
            controller="City police", regime=Regime.CITY,
        )  # fmt: skip
        end_ms = to_ms(node.clock.now()) - SETTLED_MS
        town.shelf.index.open_gap(
            Gap(
                camera=broken.id,
                start_ms=end_ms - 60_000,
                end_ms=None,
                cause=Cause.CAMERA,
                words="It refuses us.",
            )
        )
        found = await Counting(node, town.house.archive).of_days(1)
        assert found.cameras[0].name == "Broken"


async def test_what_is_unexplained_comes_first(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        await with_a_gap(town)
        end_ms = to_ms(node.clock.now()) - SETTLED_MS
        town.shelf.index.close_gap(town.camera.id, end_ms, end_ms)
        strange = await add(
            node, NODE, name="Strange", url="rtsp://10.0.0.7/1", bureau="EST", place=town.camera.place,
            controller="City police", regime=Regime.CITY,
        )  # fmt: skip
        town.shelf.put(strange.id, end_ms - 600_000, b"x")
        town.shelf.put(strange.id, end_ms - 60_000, b"x")
        found = await Counting(node, town.house.archive).of_days(1)
        assert found.cameras[0].name == "Strange"
        assert found.cameras[0].count.unexplained_s == 480.0
