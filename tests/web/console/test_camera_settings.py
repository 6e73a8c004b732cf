"""One camera's settings by a plain form."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.website import Town, open_town
from safecity.base import BadInput, Node
from safecity.cameras import Camera, Transport
from safecity.cameras import camera as find_camera
from safecity.footage import retaken_plates
from safecity.web.console.camera_settings import areas_of, areas_text

FORM = {
    "name": "Market / Main", "bureau": "CEN", "lat": "0.05", "lon": "0.05", "bearing_deg": "90", "view_deg": "70",
    "range_m": "50", "controller": "City police", "regime": "police", "transport": "udp", "enabled": "on",
    "record": "on", "audio": "on", "retention": "court", "keep_days": "30", "keep_gigabytes": "1.5",
    "privacy_areas": "0,0 50,0 0,50\n", "hide_in_recording": "on",
}  # fmt: skip


async def submit(town: Town, **fields: str) -> int:
    administrator = await town.browser("administrator")
    path = f"/cameras/{town.camera.id}/settings"
    assert "secret" not in (await administrator.get(path)).text
    return (await administrator.submit(path, **{**FORM, **fields})).status_code


async def found(town: Town) -> Camera:
    return await find_camera(town.node, town.camera.id)


async def test_an_administrator_says_how_a_camera_is_recorded_and_kept(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        assert await submit(town) == 303
        now = await found(town)
        assert (now.transport, now.audio, now.retention, now.keep_days) == (Transport.UDP, True, "court", 30)
        assert (now.keep_bytes, now.hide_in_recording) == (1_500_000_000, True)
        assert now.privacy_areas == (((0.0, 0.0), (0.5, 0.0), (0.0, 0.5)),)
        assert now.url == "rtsp://viewer:secret@10.0.0.9/1", "an empty field leaves the address"
        page = (await (await town.browser("operator")).get(f"/cameras/{town.camera.id}")).text
        assert "over UDP, with sound" in page
        assert "without its private areas" in page
        assert "30 days" in page


async def test_a_tick_that_is_taken_away_counts_and_a_small_stream_can_go(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        await submit(town, sub_url="rtsp://10.0.0.9/2")
        assert (await found(town)).sub_url == "rtsp://10.0.0.9/2"
        assert await submit(town, audio="", sub_url="") == 303
        now = await found(town)
        assert (now.audio, now.sub_url) == (False, "rtsp://10.0.0.9/2")
        await submit(town, no_sub="on")
        assert (await found(town)).sub_url is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("privacy_areas", "0,0 50,0"), ("privacy_areas", "0,0 50,0 0,200"), ("privacy_areas", "a b c"),
        ("privacy_areas", "nan,0 50,0 0,50"), ("keep_days", "-1"), ("keep_days", "two"), ("keep_days", "9999"),
        ("keep_gigabytes", "nan"), ("keep_gigabytes", "0"), ("transport", "pigeon"), ("lat", "95"), ("bureau", "XXX"),
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_and_changes_nothing(
    node: Node, tmp_path: Path, field: str, value: str
):
    async with open_town(node, tmp_path) as town:
        before = await found(town)
        assert await submit(town, **{field: value}) in {400, 422}
        assert await found(town) == before


async def test_only_who_manages_cameras_may(node: Node, tmp_path: Path):
    async with open_town(node, tmp_path) as town:
        path = f"/cameras/{town.camera.id}/settings"
        for role in ("operator", "desk", "auditor", "officer"):
            browser = await town.browser(role)
            assert (await browser.get(path)).status_code == 403
            assert (await browser.submit(path, **FORM)).status_code == 403
            assert (await browser.submit(f"/cameras/{town.camera.id}/plate")).status_code == 403
        administrator = await town.browser("administrator")
        assert (await administrator.submit(f"/cameras/{town.camera.id}/plate")).status_code == 303
        assert list(await retaken_plates(node)) == [town.camera.id]
        assert (await administrator.submit(f"/cameras/{town.camera.id}/remove")).status_code == 303
        assert "Market / Main" not in (await administrator.get("/cameras")).text


corner = st.tuples(st.integers(0, 1000), st.integers(0, 1000)).map(lambda c: (c[0] / 1000, c[1] / 1000))


@given(st.lists(st.lists(corner, min_size=3, max_size=6).map(tuple), max_size=4).map(tuple))
def test_areas_survive_their_text(areas: tuple[tuple[tuple[float, float], ...], ...]):
    again = areas_of(areas_text(areas))
    assert len(again) == len(areas)
    for before, after in zip(areas, again, strict=True):
        assert all(
            abs(a - b) < 1e-9 for p, q in zip(before, after, strict=True) for a, b in zip(p, q, strict=True)
        )


def test_too_many_areas_are_refused():
    with pytest.raises(BadInput):
        areas_of("0,0 1,0 0,1\n" * 33)
