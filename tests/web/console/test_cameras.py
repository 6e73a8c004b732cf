"""The pages of cameras."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fakes.website import open_town
from safecity.base import Node, to_ms
from safecity.web.console.cameras import laid

START = datetime(2030, 1, 1, tzinfo=UTC)
END = START + timedelta(hours=1)


async def test_the_list_says_how_each_camera_is(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        page = (await (await town.browser("operator")).get("/cameras")).text
        assert "Market / Main" in page
        assert "1 cameras, 0 of them live." in page
        assert "secret" not in page
        assert "Add a camera" not in page


async def test_a_camera_shows_its_footage_its_gaps_and_plays_by_time(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator = await town.browser("operator")
        town.record()
        now_ms = to_ms(node.clock.now())
        town.shelf.lack(town.camera.id, now_ms - 600_000, now_ms - 400_000)
        path = f"/cameras/{town.camera.id}"
        page = (await operator.get(path)).text
        assert 'class="have"' in page
        assert "Nothing answers at the camera&#39;s address. (network)" in page
        assert f'data-camera="{town.camera.id}"' in page
        assert "data-at" not in page
        assert (
            'data-at="2029-12-31T23:58:00.000Z"'
            in (await operator.get(f"{path}?at=2029-12-31T23:58:00")).text
        )
        earlier = await operator.get(f"{path}?until=2029-12-31T23:00:00Z")
        assert "None in this hour." in earlier.text
        for query in ("at=noon", "until=noon", "until=2029-12-31T23:00:00"):
            assert (await operator.get(f"{path}?{query}")).status_code == 400
        assert "secret" not in page
        assert "10.0.0.9" not in page


async def test_a_camera_s_page_says_how_its_clock_is(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        operator, path = await town.browser("operator"), f"/cameras/{town.camera.id}"
        assert "It has not told its time in the last minutes." in (await operator.get(path)).text
        start_ms = to_ms(node.clock.now()) - 70_000
        for offset_ms, words, is_wrong in ((-340, "0.3 s behind", False), (5_000, "5.0 s ahead of", True)):
            segment = town.shelf.put(town.camera.id, start_ms + offset_ms, b"x")
            town.shelf.index.drop_segments([segment])
            town.shelf.index.add_segment(replace(segment, camera_ms=0, offset_ms=offset_ms))
            page = (await operator.get(path)).text
            assert f"Its clock is {words} ours." in page
            assert ("Set its time server" in page) == is_wrong


async def test_an_auditor_sees_the_timeline_but_no_pictures(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        page = (await (await town.browser("auditor")).get(f"/cameras/{town.camera.id}")).text
        assert "Timeline" in page
        assert "player" not in page


async def test_an_administrator_adds_a_camera_by_the_form(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        administrator = await town.browser("administrator")
        fields = {
            "name": "Bridge", "url": "rtsp://10.0.0.5/1", "bureau": "EST", "lat": "0.05", "lon": "0.12",
            "controller": "City police", "regime": "city",
        }  # fmt: skip
        added = await administrator.submit("/cameras", **fields)
        assert added.status_code == 303
        assert "Bridge" in (await administrator.get(added.headers["location"])).text
        refused = await administrator.submit("/cameras", **{**fields, "lat": "95"})
        assert (refused.status_code, "must be at most 90" in refused.text) == (400, True)


def test_spans_are_laid_on_the_band_and_cut_to_it():
    minute = timedelta(minutes=1)
    assert laid([(START, START + 30 * minute)], START, END) == [(0.0, 500.0)]
    assert laid([(START - minute, None)], START, END) == [(0.0, 1000.0)]
    assert laid([(START, START + timedelta(milliseconds=1))], START, END) == [(0.0, 1.5)]
    assert laid([(END, END + minute), (START - minute, START)], START, END) == []
